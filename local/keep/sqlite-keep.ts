import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import type { Keep, Shelf } from './keep.ts';

/** Goes up when a shelf is read otherwise than before. */
const VERSION = 1;
const FILE = 'stack.sqlite';

/** What SQLite says where somebody else has the file. */
const BUSY = 5;

const row = z.object({ key: z.string(), value: z.string() });
const versionRow = z.object({ user_version: z.number() });

/**
 * Keeps in a folder what is put, in one SQLite file, which one stack has to itself.
 *
 * What was put is the system's before the call returns: the end of the process loses none of it. The system writes to
 * the disk in its own time, so that a power cut may lose the last moments.
 */
export function openKeep(folder: string): Keep {
  // It has secrets, and what people wrote.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(folder, FILE));
  try {
    prepare(database, folder);
  } catch (error) {
    database.close();
    throw error;
  }
  const statements = {
    put: database.prepare(
      'INSERT INTO entries (shelf, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    ),
    remove: database.prepare('DELETE FROM entries WHERE shelf = ? AND key = ?'),
    clear: database.prepare('DELETE FROM entries WHERE shelf = ?'),
    entries: database.prepare('SELECT key, value FROM entries WHERE shelf = ? ORDER BY key'),
  };
  return {
    shelf: <Value>(name: string, read: (json: unknown) => Value): Shelf<Value> => ({
      put: (key, value) => void statements.put.run(name, key, JSON.stringify(value)),
      remove: (key) => void statements.remove.run(name, key),
      clear: () => void statements.clear.run(name),
      entries: () =>
        statements.entries.all(name).map((found) => {
          const { key, value } = row.parse(found);
          return [key, read(JSON.parse(value))] as const;
        }),
    }),
    together: (work) => together(database, work),
    close: () => database.close(),
  };
}

function prepare(database: DatabaseSync, folder: string): void {
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = NORMAL; BEGIN EXCLUSIVE; COMMIT');
  } catch (error) {
    if (!isBusy(error)) throw error;
    throw new Error(
      `another stack keeps what it has in ${folder}; stop it, or name another folder`,
    );
  }
  const { user_version: found } = versionRow.parse(database.prepare('PRAGMA user_version').get());
  if (found !== 0 && found !== VERSION) {
    throw new Error(
      `what ${folder} has is of version ${found}, and this Floodgate reads ${VERSION}; name another folder`,
    );
  }
  database.exec(`
    CREATE TABLE IF NOT EXISTS entries (
      shelf TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (shelf, key)
    );
    PRAGMA user_version = ${VERSION}`);
}

/** Within another one it is part of that. */
function together<Result>(database: DatabaseSync, work: () => Result): Result {
  if (database.isTransaction) return work();
  database.exec('BEGIN');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === BUSY;
}
