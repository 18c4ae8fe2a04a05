import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Campaign } from '../../lambda/campaigns/campaign.ts';
import { campaignRows } from '../../lambda/campaigns/campaign-rows-table.ts';
import { writeCursor } from '../../lambda/campaigns/cursor.ts';
import { cursorTable } from '../../lambda/campaigns/cursor-table.ts';
import { type ExportDeps, exportCampaign } from '../../lambda/campaigns/export-campaign.ts';
import {
  type ExportFormat,
  messageLine,
  unsentLine,
  writeExportLine,
} from '../../lambda/campaigns/export-line.ts';
import { writePartLine } from '../../lambda/campaigns/part.ts';
import { partLines } from '../../lambda/campaigns/part-lines.ts';
import { recount } from '../../lambda/campaigns/recount.ts';
import { type Triggered, triggeredName } from '../../lambda/campaigns/triggered.ts';
import { triggeredTable } from '../../lambda/campaigns/triggered-table.ts';
import { ATTRIBUTES as A } from '../../lambda/table/keys.ts';
import type { Item } from '../../lambda/table/stored-rows.ts';
import { aCampaign, aCursor, aPartLine } from '../support/a-campaign.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { CAMPAIGN, campaignRow, pricing, stateOfRow, statusOf } from '../support/campaign-rows.ts';
import { aTriggered } from '../support/triggered.ts';

const { signal } = new AbortController();
const emulator = await anEventTable();
const { dynamodb, tableName } = emulator;
const rows = campaignRows(dynamodb, tableName);
const cursors = cursorTable(dynamodb, tableName);

const put = (Item: Item) => dynamodb('PutItem', { TableName: tableName, Item }, signal);

async function putCursor(cursor = aCursor()) {
  const key = { pk: { S: `campaign.${CAMPAIGN}` }, sk: { S: `cursor#${cursor.track}#all` } };
  await put({ ...key, cursor: { S: writeCursor(cursor) } });
}

/** What an export holds. */
async function exported(
  parts: Readonly<Record<string, string>>,
  { campaign = aCampaign(), format = 'csv' as ExportFormat, readBytes = 1000 } = {},
) {
  const stored: { key: string; mimeType: string; text: string }[] = [];
  const deps: ExportDeps = {
    ...rows,
    readCursors: (campaign, signal) => cursors.read(campaign, undefined, signal),
    readPart: async (key, offset) =>
      Buffer.from(parts[key] ?? '').subarray(offset, offset + readBytes),
    put: async (file, chunks) => {
      const all = await Array.fromAsync(chunks);
      stored.push({ ...file, text: Buffer.concat(all).toString() });
    },
    newName: () => 'random',
  };
  const { key, lines } = await exportCampaign(campaign, format, deps, signal);
  const [file] = stored;
  if (file === undefined) throw new Error('nothing was stored');
  expect(file.key).toBe(key);
  return { ...file, count: lines, lines: file.text.split('\r\n').slice(1, -1) };
}

const PART = `campaigns/${CAMPAIGN}/chk/all/0`;
const partOf = (...numbers: readonly number[]) =>
  numbers.map((row) => `${writePartLine(aPartLine(row))}\n`).join('');

describe('an export', () => {
  test('has a line a recipient: what became of them, or that their turn has not come', async () => {
    await putCursor(aCursor({ done: 3 }));
    const read = { ...statusOf('sent', pricing()), ...statusOf('read', pricing()) };
    await put(
      campaignRow({ row: 1 }, stateOfRow('sent', { ...read, repliedAt: { N: '1795212090000' } })),
    );
    const errors = [{ code: 131_026, title: 'Message undeliverable' }];
    await put(campaignRow({ row: 2 }, stateOfRow('sent', statusOf('failed', { errors }))));

    const { lines, key, mimeType, count } = await exported({ [PART]: partOf(1, 2, 3, 4) });

    expect({ key, mimeType, count }).toEqual({
      ...{ key: `campaigns/${CAMPAIGN}/exports/random.csv`, count: 4 },
      mimeType: 'text/csv; charset=utf-8',
    });
    const at = '2026-11-20T22:01:10.000Z';
    const id = `${CAMPAIGN}.0`;
    expect(lines).toEqual([
      `1,5215550000001,MX,0,0,spring_sale,es_MX,read,${at},,${at},2026-11-20T22:01:30.000Z,,,,marketing,0.03,USD,${id}.1.0,`,
      `2,5215550000002,MX,0,0,spring_sale,es_MX,failed,,,,,recipient,131026,,,0,,${id}.2.0,`,
      '3,5215550000003,MX,0,0,spring_sale,es_MX,left_out,,,,,,,,,,,,',
      '4,5215550000004,MX,0,0,spring_sale,es_MX,waiting,,,,,,,,,,,,',
    ]);
  });

  test('has each step that a recipient got', async () => {
    await putCursor();
    const follow = { template: 'reminder', language: 'es', delayMs: 1, condition: 'read' } as const;
    await put(campaignRow({ row: 1 }, stateOfRow('sent')));
    await put(campaignRow({ row: 1, step: 1 }, stateOfRow('held')));

    const { lines } = await exported(
      { [PART]: partOf(1, 2) },
      { campaign: aCampaign({ stepsBegun: 1, steps: [follow], state: 'cancelled' }) },
    );

    expect(lines.map((line) => line.split(',').slice(4, 8).join())).toEqual([
      '0,spring_sale,es_MX,sent',
      '1,reminder,es,held',
      '0,spring_sale,es_MX,cancelled',
    ]);
  });

  test('leaves out who was forgotten, before or after their turn', async () => {
    await putCursor();
    const { pk = {}, sk = {} } = campaignRow({ row: 1 });
    await put({ pk, sk, forgottenAt: { S: '1' }, counted: { S: '{"v":1,"counts":{}}' } });
    const blank = `${' '.repeat(40)}\n`;

    const { lines } = await exported({ [PART]: partOf(1) + blank + partOf(3) });

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^3,/);
  });

  test('of all parts, as lines of JSON', async () => {
    await putCursor(aCursor({ track: 0 }));
    await putCursor(aCursor({ track: 1 }));
    const other = PART.replace(/0$/, '1');

    const { text, key } = await exported(
      { [PART]: partOf(1), [other]: partOf(2) },
      { format: 'ndjson' },
    );

    expect(key).toMatch(/\.ndjson$/);
    const lines: unknown[] = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { row: 1, state: 'waiting' },
      { row: 2, recipient: '5215550000002' },
    ]);
  });

  test('reads a thousand recipients with the fewest requests', async () => {
    await putCursor();
    emulator.operations.length = 0;
    const numbers = Array.from({ length: 1000 }, (_, index) => index + 1);

    expect((await exported({ [PART]: partOf(...numbers) })).count).toBe(1000);

    expect(emulator.operations.filter((one) => one === 'BatchGetItem')).toHaveLength(10);
  });
});

test.each([
  ...[
    ['=1+1', "'=1+1"],
    ['+5215', "'+5215"],
    ['-1', "'-1"],
    ['@x', "'@x"],
    ['\tx', "'\tx"],
  ],
  ...[
    ['\rx', `"'\rx"`],
    ['a,b', '"a,b"'],
    ['say "no"', '"say ""no"""'],
    ['a\nb', '"a\nb"'],
  ],
  ['plain', 'plain'],
])('a cell of %j is written as %j', (told, cell) => {
  const line = { ...unsentLine(aCampaign(), aPartLine(1), 'waiting'), errorText: told };

  expect(writeExportLine(line, 'csv')).toContain(`,waiting,,,,,,,${cell},,,,,\r\n`);
});

test('lines of a part are read whole, whatever a read brings', async () => {
  const aLine = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ''));
  const someLines = fc.array(aLine.filter((line) => line !== ''));
  await fc.assert(
    fc.asyncProperty(
      someLines,
      fc.integer({ min: 1, max: 30 }),
      fc.boolean(),
      async (lines, size, isEnded) => {
        const bytes = Buffer.from(lines.join('\n') + (isEnded && lines.length > 0 ? '\n' : ''));
        const read = async (_: string, offset: number) => bytes.subarray(offset, offset + size);
        const found = await Array.fromAsync(partLines('key', read, signal));
        expect(found.map(({ text }) => text)).toEqual(
          lines.map((line) => Buffer.from(line).toString()),
        );
        for (const { text, offset } of found) {
          expect(bytes.toString('utf8', offset, offset + Buffer.byteLength(text))).toBe(text);
        }
      },
    ),
  );
});

test('a recount reads the rows of all tracks', async () => {
  await put(campaignRow({ row: 1 }, stateOfRow('sent')));
  await put(campaignRow({ row: 2, track: 1 }, stateOfRow('sent', statusOf('read', pricing()))));
  await put(campaignRow({ row: 3, track: 2 }, stateOfRow('sent')));
  const { check } = aCampaign();
  const campaign: Campaign = aCampaign(check && { check: { ...check, tracks: 2 } });

  const { figures, rows: count } = await recount(campaign, rows, signal);

  expect(count).toBe(2);
  expect(figures).toMatchObject({ states: { sent: 1, read: 1 }, costMicros: 30_000 });
});

describe('a line of an export', () => {
  const delivered = (micros: number) =>
    campaignRow({ row: 1, micros }, stateOfRow('sent', statusOf('delivered', pricing())));

  test.each([
    [2_000_000, '2'],
    [1_500_000, '1.5'],
    [70_601, '0.070601'],
  ])('tells %i millionths as a price of %s', (micros, price) => {
    expect(messageLine(aCampaign(), aPartLine(1), delivered(micros))).toMatchObject({
      ...{ price, currency: 'USD', category: 'marketing' },
    });
  });

  test('tells no reason of a failure that has none', () => {
    const row = campaignRow({ row: 1 }, stateOfRow('failed'));

    expect(messageLine(aCampaign(), aPartLine(1), row)).toMatchObject({
      ...{ state: 'failed', errorClass: 'unknown', errorCode: '', errorText: '', price: '0' },
    });
  });

  test('is none of a row that is of no message of a campaign', () => {
    for (const pk of ['outgoing.1065.msg_1', 'contact.1']) {
      const row = { ...delivered(1), pk: { S: pk }, sk: { S: 'message' } };
      expect(messageLine(aCampaign(), aPartLine(1), row)).toBeUndefined();
    }
  });

  test('has no currency where the campaign’s check is gone', () => {
    const { check: _, ...campaign } = aCampaign();

    expect(messageLine(campaign, aPartLine(1), delivered(1))).toMatchObject({ currency: '' });
  });

  test('names no template of a step that the campaign has not', () => {
    const row = campaignRow({ row: 1, step: 4 }, stateOfRow('sent'));

    expect(messageLine(aCampaign(), aPartLine(1), row)).toMatchObject({ template: '', step: 4 });
  });
});

test('an export of a campaign that was never checked has no lines', async () => {
  const { check: _, ...campaign } = aCampaign();
  await putCursor();

  expect(await exported({ [PART]: partOf(1) }, { campaign })).toMatchObject({
    count: 0,
    lines: [],
  });
});

describe('of a triggered campaign', () => {
  const campaign = aTriggered({ timeZone: 'UTC' });
  const people = triggeredTable(dynamodb, tableName, () => 1);
  const add = async (row: number, others: Partial<Triggered> = {}) => {
    const who: Triggered = {
      ...{ key: `k${row}`, bodyHash: 'h', track: 0, line: aPartLine(row) },
      ...{ createdAt: 1, step: 0, dueAt: 1, ...others },
    };
    const name = triggeredName(CAMPAIGN, who.key);
    await people.add(CAMPAIGN, name, who, 1_900_000_000, signal);
    if (who.ended === undefined) return;
    const before = { step: who.step, dueAt: 1 };
    const after = { ...before, ended: who.ended };
    expect(await people.move(CAMPAIGN, name, { before, after }, signal)).toBe(true);
  };
  const states = async (found = campaign) => {
    const { lines } = await exported({}, { campaign: found });
    const cells = lines.map((line) => line.split(','));
    const shown = cells.map(([row, , , , step, template, , state]) => [row, step, template, state]);
    return shown.toSorted().map((one) => one.join(' '));
  };

  test('has all who were put in, and each of their messages', async () => {
    await add(1);
    await add(2, { step: 1 });
    await put(campaignRow({ row: 2 }, stateOfRow('sent')));
    await add(3, { ended: 'opted_out' });
    await add(4, { step: 2, ended: 'through', track: 1 });
    await put(campaignRow({ row: 4, track: 1 }, stateOfRow('sent')));
    await put(campaignRow({ row: 4, track: 1, step: 1 }, stateOfRow('failed')));

    const had = ['2 0 cart sent', '3 0 cart left_out', '4 0 cart sent', '4 1 reminder failed'];
    expect(await states()).toEqual(['1 0 cart waiting', ...had]);
    expect(await states({ ...campaign, state: 'cancelled' })).toContain('1 0 cart cancelled');
    const { figures } = await recount(campaign, rows, signal);
    expect(figures.triggered).toEqual([
      { step: 0, waiting: 1, ended: { opted_out: 1 } },
      { step: 1, waiting: 1, ended: {} },
      { step: 2, waiting: 0, ended: { through: 1 } },
    ]);
  });

  test('has the key of each, and why somebody was sent nothing', async () => {
    await add(1, { key: '=order-1' });
    await add(2, { ended: 'removed' });
    const { lines } = await exported({}, { campaign });
    const cells = lines.map((line) => line.trimEnd().split(','));

    expect(cells.map((one) => [one[7], one.at(-1)]).toSorted()).toEqual([
      ['removed', 'k2'],
      ['waiting', "'=order-1"],
    ]);
  });

  test('has many of them, and nobody who was forgotten', async () => {
    for (let row = 1; row <= 120; row += 1) await add(row);
    await put(campaignRow({ row: 7 }, { [A.forgottenAt]: { S: '1' } }));
    expect(await states()).toHaveLength(119);
  });
});
