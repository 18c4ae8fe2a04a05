import { describe, expect, test } from 'vitest';
import { readCampaign, writeCampaign } from '../../lambda/campaigns/campaign-json.ts';
import { readMarkOf, writeMark } from '../../lambda/campaigns/campaign-mark.ts';
import { readCounts, writeCounts } from '../../lambda/campaigns/counts.ts';
import { readCursor, writeCursor } from '../../lambda/campaigns/cursor.ts';
import { exportIdOf, readExportId } from '../../lambda/campaigns/export-id.ts';
import { readPartLine, writePartLine } from '../../lambda/campaigns/part.ts';
import { readFigures, writeFigures } from '../../lambda/campaigns/track-figures.ts';
import { readRecipientOf, writeRecipient } from '../../lambda/table/campaign-recipient.ts';
import { aCampaign, aCursor, aPartLine } from '../support/a-campaign.ts';
import { CAMPAIGN } from '../support/campaign-rows.ts';

/** JSON with some of its members changed. */
const changed = (text: string, members: object) =>
  JSON.stringify({ ...JSON.parse(text), ...members });

const again = { times: 1, after: 2, from: 'refused', told: [] } as const;
const recipient = {
  ...({
    template: 'spring',
    language: 'es',
    category: 'marketing',
    variant: 0,
    micros: 1,
  } as const),
  ...{ country: 'MX', check: 'chk', zone: 'all', offset: 0, bytes: 9, notAfter: 1, again },
};

describe('what is kept of a campaign', () => {
  test('is read as it was written', () => {
    const campaign = aCampaign({ state: 'paused', because: 'budget', stepsBegun: 1 });
    const cursor = aCursor({ round: 2, notBefore: 5, hours: { 1: 2 }, passed: { opted_out: 1 } });
    const figures = { counts: { 'state.0.0.sent': 3 }, outcomes: '.3' };
    const line = aPartLine(7, { variant: 1, step: 1, again });

    expect(readCampaign(writeCampaign(campaign))).toEqual(campaign);
    expect(readCursor(writeCursor(cursor))).toEqual(cursor);
    expect(readFigures(writeFigures(figures))).toEqual(figures);
    expect(readPartLine(writePartLine(line))).toEqual(line);
    expect(readRecipientOf(writeRecipient(recipient))).toEqual(recipient);
    expect(readCounts(writeCounts({ pending: 7 }))).toEqual({ pending: 7 });
    expect(readMarkOf(writeMark({ id: CAMPAIGN, start: 3, dueAt: 9 }))).toEqual({
      ...{ id: CAMPAIGN, start: 3 },
    });
  });

  test.each<[string, () => unknown, string]>([
    [
      'campaign',
      () => readCampaign(changed(writeCampaign(aCampaign()), { state: 'gone', weight: '1' })),
      'no campaign, by weight, state',
    ],
    [
      'cursor',
      () => readCursor(changed(writeCursor(aCursor()), { hours: { 1: 'two' }, done: 1.5 })),
      'no cursor, by done, hours',
    ],
    [
      'figures',
      () => readFigures(changed(writeFigures({ counts: {}, outcomes: '' }), { outcomes: 1 })),
      'figures, by outcomes',
    ],
    [
      'counts',
      () => readCounts(changed(writeCounts({}), { counts: { pending: 'many' } })),
      'no count of pending',
    ],
    [
      'recipient',
      () => readRecipientOf(changed(writeRecipient(recipient), { again: { times: 1 } })),
      'no recipient, by again',
    ],
    [
      'mark',
      () => readMarkOf(changed(writeMark({ id: CAMPAIGN, start: 1, dueAt: 1 }), { start: 'x' })),
      'no mark of a campaign, by start',
    ],
    [
      'line of a part',
      () => readPartLine(changed(writePartLine(aPartLine(7)), { c: [1] })),
      'a line of a part that is none, of row 7',
    ],
  ])('is refused where it is no %s, by the members at fault', (_, read, message) => {
    expect(read).toThrow(message);
  });

  test('is refused where it is no JSON, whose text is not told', () => {
    expect(() => readCampaign('{"name":"Lucía"')).toThrow(/^15 characters that are no JSON/);
  });
});

test('an export is known by its id, of either format, and by nothing else', () => {
  for (const format of ['csv', 'ndjson'] as const) {
    const id = { name: 'a-random_name-of-22-ch', format };
    expect(readExportId(exportIdOf(id))).toEqual(id);
  }
  for (const id of ['short.csv', 'a-random_name-of-22-ch.xlsx', '../../../other-objects.csv']) {
    expect(readExportId(id)).toBeUndefined();
  }
});
