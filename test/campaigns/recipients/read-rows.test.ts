import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FileFault } from '../../../lambda/campaigns/recipients/file-fault.ts';
import { readRows } from '../../../lambda/campaigns/recipients/read-rows.ts';
import type { Row } from '../../../lambda/campaigns/recipients/rows.ts';

async function* inChunks(bytes: Buffer, size = 64 * 1024) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(file: Buffer | string, size?: number) {
  const { columns, batches } = await readRows(inChunks(Buffer.from(file), size));
  const rows: Row[] = [];
  for await (const batch of batches) rows.push(...batch);
  return { columns, rows };
}

async function faultOf(file: Buffer | string | AsyncIterable<Uint8Array>, maxBytes?: number) {
  try {
    const bytes =
      typeof file === 'string' || Buffer.isBuffer(file) ? inChunks(Buffer.from(file)) : file;
    const { batches } = await readRows(bytes, maxBytes);
    for await (const _ of batches);
  } catch (error) {
    if (error instanceof FileFault) return error.fault;
    throw error;
  }
  return undefined;
}

const ENCODINGS = {
  'UTF-8': (text: string) => Buffer.from(text),
  'UTF-8 with its mark': (text: string) => Buffer.from(`\ufeff${text}`),
  'UTF-16 LE with its mark': (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16 LE': (text: string) => Buffer.from(text, 'utf16le'),
  'UTF-16 BE with its mark': (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  'UTF-16 BE': (text: string) => Buffer.from(text, 'utf16le').swap16(),
};

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

const aCell = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .map((text) => text.replace(/[^\P{Cc}\n\r\t]|\uffff/gu, ''));
const aTable = fc.array(fc.tuple(aCell, aCell, aCell), { minLength: 1, maxLength: 20 });
const HEADER = ['phone', 'name', 'note'];

describe('a file of recipients', () => {
  test('is read the same in every encoding, with every separator and line end, however it is cut', async () => {
    const layout = fc.record({
      encoding: fc.constantFrom(...Object.values(ENCODINGS)),
      separator: fc.constantFrom(',', ';', '\t'),
      end: fc.constantFrom('\n', '\r\n', '\r'),
      isPacked: fc.boolean(),
      size: fc.integer({ min: 1, max: 200 }),
    });
    await fc.assert(
      fc.asyncProperty(
        aTable,
        layout,
        async (table, { encoding, separator, end, isPacked, size }) => {
          const lines = [HEADER, ...table].map((cells) => cells.map(quoted).join(separator));
          const plain = encoding(lines.join(end));
          const { columns, rows } = await read(isPacked ? gzipSync(plain) : plain, size);

          expect(columns).toEqual(HEADER);
          expect(rows).toEqual(table.map((cells, at) => ({ row: at + 2, cells })));
        },
      ),
    );
  });

  test('of Windows-1252 is read by its own characters', async () => {
    const file = Buffer.concat([
      Buffer.from('phone;name\n525512345678;Jos'),
      Buffer.from([0xe9, 0x20, 0x93, 0x50, 0x94, 0x80]),
    ]);

    const { rows } = await read(file);
    expect(rows).toEqual([{ row: 2, cells: ['525512345678', 'José “P”€'] }]);
  });

  test('of Windows-1252 is so also where its first character beyond ASCII comes last', async () => {
    const file = Buffer.concat([Buffer.from('phone;name\n525512345678;Jos'), Buffer.from([0xe9])]);

    for (const cut of [undefined, 1, 7, file.length]) {
      const { rows } = await read(Buffer.concat([file, Buffer.from('\n')]), cut);
      expect(rows).toEqual([{ row: 2, cells: ['525512345678', 'José'] }]);
    }
  });

  test('of NDJSON has its columns from its first lines, and says what was written', async () => {
    const { columns, rows } = await read(
      '{"phone":525512345678,"name":"Ana"}\n\n{"phone":5.2155E+12,"vip":true,"name":null}\n',
    );

    expect(columns).toEqual(['phone', 'name', 'vip']);
    expect(rows).toEqual([
      { row: 1, cells: ['525512345678', 'Ana', ''] },
      { row: 3, cells: ['5.2155E+12', '', 'true'] },
    ]);
  });

  test('is read the same as NDJSON, however it is cut', async () => {
    const size = fc.integer({ min: 1, max: 100 });
    await fc.assert(
      fc.asyncProperty(aTable, size, async (table, cut) => {
        const lines = table.map(([phone, name, note]) => JSON.stringify({ phone, name, note }));
        const { rows } = await read(lines.join('\n'), cut);
        expect(rows).toEqual(table.map((cells, at) => ({ row: at + 1, cells })));
      }),
    );
  });

  test('counts rows as a spreadsheet does, over empty ones and line breaks in cells', async () => {
    const { rows } = await read('phone,name\n1,"a\nb"\n\n2,c\n');

    expect(rows.map(({ row }) => row)).toEqual([2, 4]);
  });

  test('may tell its separator in a line of its own', async () => {
    const { columns, rows } = await read('sep=;\r\nphone;a,b,c\r\n1;2\r\n');

    expect(columns).toEqual(['phone', 'a,b,c']);
    expect(rows).toEqual([{ row: 2, cells: ['1', '2'] }]);
  });

  test('has no quadratic way to be read', async () => {
    const cpuOf = async (rows: number) => {
      const long = 'x'.repeat(20_000);
      const file = `phone,${long}\n${Array.from({ length: rows }, () => `"1","${long}"`).join('\n')}`;
      const before = process.threadCpuUsage();
      expect((await read(file)).rows).toHaveLength(rows);
      const { user, system } = process.threadCpuUsage(before);
      return user + system;
    };
    await cpuOf(10);

    // What is quadratic takes sixteen times as long.
    expect((await cpuOf(160)) / (await cpuOf(40))).toBeLessThan(9);
  }, 120_000);
});

describe('a file that cannot be read', () => {
  const QUOTED = 'phone,name\n1,"Ana\n2,Bo\n';

  test.each([
    ['nothing', '', { text: 'the file is empty' }],
    ['nothing but lines', '\n\n \n', { text: 'the file is empty' }],
    ['an array', '[{"phone":1}]', { text: expect.stringContaining('NDJSON'), row: 1 }],
    [
      'two columns of a name',
      'a,a\n1,2',
      { text: expect.stringContaining('two columns'), row: 1, column: 'a' },
    ],
    [
      'quotes that do not end',
      QUOTED,
      { text: expect.stringContaining('ends within quotes'), row: 2, column: 'name' },
    ],
    [
      'text behind a quote',
      'phone,name\n1,"A"b\n',
      { text: expect.stringContaining('followed'), row: 2, column: 'name' },
    ],
    [
      'a quote within a cell',
      'phone,name\n1,A "b"\n',
      { text: expect.stringContaining('quote'), row: 2, column: 'name' },
    ],
    [
      'a row of a megabyte',
      `phone,name\n1,a\n2,${'x'.repeat(1_000_000)}\n`,
      { text: expect.stringContaining('longer'), row: 3, column: 'name' },
    ],
    [
      'a line of JSON of a megabyte',
      `{"a":1}\n{"a":"${'x'.repeat(1_000_000)}"}`,
      { text: expect.stringContaining('longer'), row: 2 },
    ],
    [
      'a line that is no JSON',
      '{"a":1}\n{"a":',
      { text: expect.stringContaining('no object'), row: 2 },
    ],
    [
      'a line of JSON that is no object',
      '{"a":1}\n[1]',
      { text: expect.stringContaining('no object'), row: 2 },
    ],
    [
      'a list in a cell',
      '{"a":1}\n{"a":[1]}',
      { text: expect.stringContaining('list'), row: 2, column: 'a' },
    ],
  ])('is refused for %s, with row and column', async (_, file, fault) => {
    expect(await faultOf(file)).toEqual(fault);
  });

  test.each([
    ['in a cell', Buffer.from([0x41, 0xff, 0x42]), 'name'],
    ['in quotes', Buffer.from([0x22, 0x41, 0xff, 0x42, 0x22]), 'name'],
    ['that steers', Buffer.from([0x00]), 'name'],
  ])('says where bytes are no text: %s', async (_, bytes, column) => {
    const file = Buffer.concat([
      Buffer.from('phone,name\n1,Jos\u00e9\n'.padEnd(20_000, '2,b\n')),
      Buffer.from('\n3,'),
      bytes,
      Buffer.from('\n4,c\n'),
    ]);
    const before = file.indexOf('\n3,');
    const row = file
      .subarray(0, before + 1)
      .toString()
      .split('\n').length;

    expect(await faultOf(file)).toEqual({ text: expect.stringContaining('UTF-8'), row, column });
  });

  test.each([
    ['a zip', '504b0304140000', 'zip archive'],
    ['an old workbook', 'd0cf11e0a1b11ae1', '.xls'],
    ['a PDF', '255044462d312e37', 'PDF'],
    ['zstd', '28b52ffd00', 'zstd'],
  ])('is named where it is %s', async (_, hex, word) => {
    expect(await faultOf(Buffer.from(hex, 'hex'))).toEqual({ text: expect.stringContaining(word) });
  });

  test('is named where it is a workbook, packed or not', async () => {
    const workbook = Buffer.concat([
      Buffer.from('504b030414000600', 'hex'),
      Buffer.from('[Content_Types].xml'),
    ]);

    const fault = { text: expect.stringContaining('.xlsx') };
    expect(await faultOf(workbook)).toEqual(fault);
    expect(await faultOf(gzipSync(workbook))).toEqual(fault);
  });

  test('is refused where gzip breaks off', async () => {
    const packed = gzipSync(Buffer.from('phone\n'.padEnd(100_000, '12345678\n')));

    const fault = { text: expect.stringContaining('is it whole') };
    expect(await faultOf(packed.subarray(0, packed.length / 2))).toEqual(fault);
  });

  test('stops a bomb as soon as there is too much of it', async () => {
    const layer = gzipSync(Buffer.alloc(2_000_000, `1234567890,${'x'.repeat(1000)}\n`));
    let given = 0;
    async function* bomb() {
      for (;;) {
        given += 1;
        yield layer;
      }
    }

    const fault = { text: expect.stringContaining('larger than') };
    expect(await faultOf(bomb(), 20_000_000)).toEqual(fault);
    expect(given * layer.length).toBeLessThan(2_000_000);
    expect(await faultOf(gzipSync(layer))).toEqual({
      text: expect.stringContaining('gzip within'),
    });
  }, 120_000);

  test('throws what its source throws', async () => {
    async function* broken() {
      yield gzipSync(Buffer.from('phone\n1\n')).subarray(0, 20);
      throw new Error('the connection broke');
    }

    await expect(faultOf(broken())).rejects.toThrow('the connection broke');
  });
});
