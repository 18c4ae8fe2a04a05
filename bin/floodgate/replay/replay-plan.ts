import { type ArchiveObject, HOUR_MS } from './archived-events.ts';
import type { ReplayOrder } from './replay-options.ts';

/** For so long what was received may not be in the archive: an alarm speaks where it is longer. */
const ARCHIVE_LAG_MS = 30 * 60_000;

/**
 * From when on the table is needed to tell what was received: where the archive is not yet, or does
 * not have the last hours. Undefined where the archive has it all.
 *
 * @param objects those of the order's hours, in their order
 */
export function tableFromOf(
  { from, to, isFromTable }: Pick<ReplayOrder, 'from' | 'to' | 'isFromTable'>,
  objects: readonly Pick<ArchiveObject, 'hour'>[],
  nowMs: number,
): number | undefined {
  const last = objects.at(-1);
  if (isFromTable || last === undefined) return from;
  const isToTheEnd = last.hour + HOUR_MS >= to;
  const archivedUntil = isToTheEnd
    ? nowMs - ARCHIVE_LAG_MS
    : Math.min(last.hour, nowMs - ARCHIVE_LAG_MS);
  return archivedUntil < to ? Math.max(archivedUntil, from) : undefined;
}
