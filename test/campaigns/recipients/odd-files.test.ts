import { describe, expect, test } from 'vitest';
import { FileFault } from '../../../lambda/campaigns/recipients/file-fault.ts';
import { readRows } from '../../../lambda/campaigns/recipients/read-rows.ts';
import { MAX_COLUMNS, type Row } from '../../../lambda/campaigns/recipients/rows.ts';

async function* of(file: Buffer) {
  yield file;
}

async function read(file: Buffer | string) {
  const { columns, batches } = await readRows(of(Buffer.from(file)));
  const rows: Row[] = [];
  for await (const batch of batches) rows.push(...batch);
  return { columns, rows };
}

async function faultOf(file: Buffer | string) {
  const error: unknown = await read(file).catch((thrown: unknown) => thrown);
  if (error instanceof FileFault) return error.fault;
  throw error;
}

const wide = (text: string) => Buffer.from(text, 'utf16le');
const names = Array.from({ length: MAX_COLUMNS + 1 }, (_, at) => `c${at}`);

describe('columns', () => {
  test('without a name are called by where they stand', async () => {
    expect((await read('phone,,name\n1,2,3\n')).columns).toEqual(['phone', 'column 2', 'name']);
  });

  test('are all there is of a file that ends with them', async () => {
    expect(await read('phone;name')).toEqual({ columns: ['phone', 'name'], rows: [] });
  });

  test.each([
    ['CSV', `${names.join(',')}\n`],
    ['NDJSON', `${JSON.stringify(Object.fromEntries(names.map((name) => [name, 1])))}\n`],
  ])('of %s are refused where they are too many', async (_, file) => {
    expect((await faultOf(file)).text).toContain(`${names.length} columns, of ${MAX_COLUMNS}`);
  });

  test('that are quoted wrongly have no names yet: the fault tells which it is by number', async () => {
    expect(await faultOf('phone,na"me\n1,Ana\n')).toMatchObject({ row: 1, column: '2' });
  });
});

test('a file that names a separator and nothing else has no rows', async () => {
  expect(await faultOf('sep=;\r\n')).toEqual({ text: 'the file has no rows' });
});

describe('an encoding', () => {
  test.each([
    ['little', Buffer.from('fffe000070000000', 'hex')],
    ['big', Buffer.from('0000feff00000070', 'hex')],
  ])('of four bytes a character, the %s end first, is refused by its name', async (_, file) => {
    expect(await faultOf(file)).toEqual({
      ...{ text: 'the file is UTF-32: save it as UTF-8', row: 1 },
    });
  });

  test('is Windows-1252 also where its first character beyond ASCII is a quote or a euro', async () => {
    for (const [byte, character] of [
      [0x93, '“'],
      [0x80, '€'],
    ] as const) {
      const file = Buffer.concat([Buffer.from('phone,name\n1,'), Buffer.of(byte, 0x0a)]);
      expect((await read(file)).rows).toEqual([{ row: 2, cells: ['1', character] }]);
    }
  });

  test('of two bytes is refused where half a pair stands alone, with row and column', async () => {
    const file = Buffer.concat([wide('\ufeffphone,name\n1,A'), Buffer.of(0x00, 0xd8), wide('b\n')]);

    expect(await faultOf(file)).toMatchObject({ row: 2, column: 'name' });
  });

  test('of two bytes is refused where the file ends with half a character', async () => {
    const file = Buffer.concat([wide('\ufeffphone,name\n1,Ana'), Buffer.of(0x41)]);

    expect(await faultOf(file)).toMatchObject({ row: 2, column: 'name' });
  });

  test('that changes within a line of JSON is refused with row and column', async () => {
    const file = Buffer.concat([
      Buffer.from('{"name":"José"}\n{"name":"A'),
      Buffer.of(0xff),
      Buffer.from('"}\n'),
    ]);

    expect(await faultOf(file)).toMatchObject({ row: 2, text: expect.stringContaining('UTF-8') });
  });

  test('is not guessed where bytes go on that no character begins', async () => {
    const file = Buffer.concat([
      Buffer.from('phone,name\n1,José\n2,'),
      Buffer.of(0x80, 0x80, 0x80, 0x80),
    ]);

    expect(await faultOf(file)).toMatchObject({ row: 3, column: 'name' });
  });
});
