import { describe, expect, test } from 'vitest';
import { cursorTable } from '../../lambda/campaigns/cursor-table.ts';
import { findingsTable } from '../../lambda/sending/checker/findings-table.ts';
import { ATTRIBUTES as A } from '../../lambda/table/keys.ts';
import { aCursor } from '../support/a-campaign.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { CAMPAIGN } from '../support/campaign-rows.ts';

const table = await anEventTable();
const { signal } = new AbortController();
const cursors = cursorTable(table.dynamodb, table.tableName);
const findings = findingsTable(table.dynamodb, table.tableName);
const SOON = 1_800_000_000;
const LATE = 1_900_000_000;

const checked = (revision: number, done = 0) =>
  findings.putCursors(
    { campaign: CAMPAIGN, revision, expiresAt: LATE },
    [aCursor({ done })],
    signal,
  );
const write = (done: number) => cursors.write(CAMPAIGN, aCursor({ done }), SOON, signal);
const read = () => cursors.read(CAMPAIGN, undefined, signal);

describe('a cursor that its lane moves', () => {
  test('lives as long as its check said', async () => {
    await checked(3);
    await write(1);
    await write(2);

    expect(await read()).toMatchObject([{ done: 2 }]);
    expect(await table.rows()).toMatchObject([{ [A.expiresAt]: { N: String(LATE) } }]);
  });

  test('is moved back by nobody, be it a check or a lane before', async () => {
    await checked(3);
    await write(2);
    await write(1);
    await checked(4);

    expect(await read()).toMatchObject([{ done: 2 }]);
  });

  test('lives as long as the rows of its channel where none is there', async () => {
    await write(1);

    expect(await table.rows()).toMatchObject([{ [A.expiresAt]: { N: String(SOON) } }]);
  });
});
