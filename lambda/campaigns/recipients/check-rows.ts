import { sideBySide } from '../../shared/queue/side-by-side.ts';
import type { NameSet } from './number-set.ts';
import { type CheckedRow, checkRow, type ReadRow, type RowRules, readRow } from './row-check.ts';
import type { Row } from './rows.ts';

export interface CheckRowsDeps {
  /** Other names of the person who has a BSUID, by links between names. */
  readonly aliasesOf: (userId: string) => Promise<readonly string[]>;
  /** Whoever has a row; empty at first. */
  readonly taken: NameSet;
}

const LOOKUPS_AT_ONCE = 50;

/**
 * Checks rows in their order, so that of two for one person the first counts.
 *
 * Links are read of BSUIDs alone, and not before a phone number comes: a file of BSUIDs has each person under
 * one name.
 */
export async function* checkRows(
  batches: AsyncIterable<readonly Row[]>,
  rules: RowRules,
  { aliasesOf, taken }: CheckRowsDeps,
): AsyncGenerator<readonly CheckedRow[]> {
  let hasPhones = false;
  /** Of BSUIDs that were taken before the first number. */
  let unlinked: string[] = [];

  async function aliasesIn(rows: readonly ReadRow[]): Promise<Map<string, readonly string[]>> {
    const aliases = new Map<string, readonly string[]>();
    const userIds = new Set(rows.flatMap(userIdOf));
    await sideBySide([...userIds, ...unlinked], LOOKUPS_AT_ONCE, async (userId) => {
      aliases.set(userId, await aliasesOf(userId));
    });
    for (const userId of unlinked) for (const name of aliases.get(userId) ?? []) taken.add(name);
    unlinked = [];
    return aliases;
  }

  for await (const batch of batches) {
    const rows = batch.map((row) => readRow(row, rules));
    hasPhones ||= rows.some(({ number }) => number.ok && number.to.kind === 'phone');
    const aliases = hasPhones ? await aliasesIn(rows) : NONE;
    const checked = rows.map((row) => {
      const [userId] = userIdOf(row);
      return checkRow(row, aliases.get(userId ?? '') ?? [], taken, rules);
    });
    if (!hasPhones) unlinked.push(...checked.flatMap(takenUserId));
    yield checked;
  }
}

const NONE: ReadonlyMap<string, readonly string[]> = new Map();

function userIdOf({ number }: ReadRow): readonly string[] {
  return number.ok && number.to.kind === 'userId' ? [number.to.name] : [];
}

function takenUserId(checked: CheckedRow): readonly string[] {
  return checked.ok && checked.line.to.kind === 'userId' ? [checked.line.to.name] : [];
}
