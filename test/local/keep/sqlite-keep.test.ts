import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { openKeep } from '../../../local/keep/sqlite-keep.ts';
import { aFolder, starts } from './a-keep.ts';

const read = (json: unknown) => z.number().parse(json);

describe('a shelf', () => {
  test('has what was put last, in the order of the keys, after the next start', () => {
    const start = starts();
    const before = start().shelf('one', read);
    before.put('b', 1);
    before.put('a', 2);
    before.put('b', 3);
    before.put('c', 4);
    before.remove('c');

    expect(start().shelf('one', read).entries()).toEqual([
      ['a', 2],
      ['b', 3],
    ]);
  });

  test('knows nothing of others, and can be cleared alone', () => {
    const keep = starts()();
    const [one, other] = [keep.shelf('one', read), keep.shelf('other', read)];
    one.put('a', 1);
    other.put('a', 2);
    one.clear();
    expect([one.entries(), other.entries()]).toEqual([[], [['a', 2]]]);
  });

  test('refuses what it cannot read', () => {
    const keep = starts()();
    keep.shelf('one', (json) => json).put('a', 'no number');
    expect(() => keep.shelf('one', read).entries()).toThrow(/number/);
  });
});

test('keeps all that is put together, or none of it', () => {
  const start = starts();
  const keep = start();
  const shelf = keep.shelf('one', read);
  shelf.put('a', 1);
  const half = () =>
    keep.together(() => {
      shelf.remove('a');
      keep.together(() => shelf.put('b', 2));
      throw new Error('crashed');
    });
  expect(half).toThrow('crashed');
  expect(start().shelf('one', read).entries()).toEqual([['a', 1]]);
});

test('makes a folder that nobody else on the machine can look into', () => {
  const folder = join(aFolder(), 'made');
  starts(folder)();
  expect(statSync(folder).mode & 0o077).toBe(0);
});

test('belongs to one stack at a time', () => {
  const folder = aFolder();
  const start = starts(folder);
  start();
  expect(() => openKeep(folder)).toThrow(`another stack keeps what it has in ${folder}`);
});

test('leaves alone what another version has kept', () => {
  const folder = aFolder();
  openKeep(folder).close();
  const file = new DatabaseSync(join(folder, 'stack.sqlite'));
  file.exec('PRAGMA user_version = 99');
  file.close();
  const refusal = `what ${folder} has is of version 99, and this Floodgate reads 1; name another folder`;
  expect(() => openKeep(folder)).toThrow(refusal);
});
