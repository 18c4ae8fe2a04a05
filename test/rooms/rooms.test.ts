import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ROOMS, roomsConfiguration } from '../../lint/rooms.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

/** Folders that have files: git knows no others. */
function foldersIn(place: string): ReadonlySet<string> {
  const files = globSync('*/**/*.ts', { cwd: fileURLToPath(new URL(place, ROOT)) });
  return new Set(files.map((file) => file.split(/[\\/]/)[0] ?? ''));
}

/** Tests of what is beside `lambda/`, of the whole, and what they share. */
const OF_NO_ROOM = [
  ...['bench', 'bin', 'docs', 'lib', 'local', 'rooms', 'support', 'traffic'],
  ...['clocks', 'deploy', 'faults', 'hostile', 'mutations', 'operations', 'pipeline'],
];

describe('rooms', () => {
  test('are all that lambda/ has', () => {
    expect(foldersIn('lambda/')).toEqual(new Set(ROOMS));
  });

  test('are kept in order by the linter: else run npm run rooms', () => {
    expect(JSON.parse(read('lint/rooms.json'))).toEqual(roomsConfiguration());
    expect(JSON.parse(read('biome.json'))).toMatchObject({ extends: ['./lint/rooms.json'] });
  });

  test('stand in this order in the table of docs/architecture.md', () => {
    const table =
      read('docs/architecture.md').split('\n## Rooms\n')[1]?.split('\nBeside ')[0] ?? '';
    const rows = [...table.matchAll(/^\| `(\w+)\/` \|/gm)].map(([, room]) => room);

    expect(rows).toEqual([...ROOMS]);
  });

  test.each([
    ['lib/', ['watch']],
    ['test/', OF_NO_ROOM],
  ])('have no other name in %s', (place, ofNoRoom) => {
    const folders = foldersIn(place);

    expect(folders.difference(new Set([...ROOMS, ...ofNoRoom]))).toEqual(new Set());
    expect(folders.intersection(new Set(ROOMS)).size).toBeGreaterThan(8);
  });
});
