import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { readArchiveLine } from '../../../lambda/archive/line.ts';
import { sideBySide } from '../../../lambda/shared/queue/side-by-side.ts';
import { DAYS_LEFT_TAG, daysLeft } from '../../../lib/archive/archive-age.ts';
import { UnavailableError } from '../terminal/command.ts';
import type { ListedObject, StoredObjects } from './stored-objects.ts';

export interface RewriteTools {
  readonly store: Pick<StoredObjects, 'read' | 'replace'>;
  /** Undefined where nobody knows; then an object lives from now on. */
  readonly archiveDays: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onProgress: (done: number, total: number) => void;
  /** Aborted when no more is to be rewritten. */
  readonly signal: AbortSignal;
}

export interface Rewritten {
  readonly objects: number;
  readonly lines: number;
}

const AT_ONCE = 4;
const unzip = promisify(gunzip);
const zip = promisify(gzip);

/** Somebody who writes an object does so once in five minutes. */
const MOST_TRIES = 5;

/**
 * Takes events out of the objects in which they are. What is written meanwhile is not lost: then the
 * object is read again. One of which nothing is left stays, empty, as a sign that its hour was archived.
 */
export async function rewriteArchive(
  doomed: ReadonlyMap<ListedObject, ReadonlySet<string>>,
  tools: RewriteTools,
): Promise<Rewritten> {
  let [objects, lines, done] = [0, 0, 0];
  await sideBySide(doomed, AT_ONCE, async ([object, ids]) => {
    if (tools.signal.aborted) return;
    const removed = await takeOut(object, ids, tools);
    lines += removed;
    objects += removed > 0 ? 1 : 0;
    done += 1;
    tools.onProgress(done, doomed.size);
  });
  return { objects, lines };
}

async function takeOut(
  object: ListedObject,
  ids: ReadonlySet<string>,
  { store, ...age }: RewriteTools,
): Promise<number> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const before = await store.read(object);
    if (before === undefined) return 0;
    const { text, removed } = withoutEvents((await unzip(before.bytes)).toString(), ids);
    if (removed === 0) return 0;
    if (await store.replace(object, before, await zip(text), tagsOf(object, age))) return removed;
  }
  throw new UnavailableError(`${object.key} is written again and again: try later`);
}

/** It is as old as it was, whatever the bucket says. */
function tagsOf(
  { key }: ListedObject,
  { archiveDays, now }: Pick<RewriteTools, 'archiveDays' | 'now'>,
): Readonly<Record<string, string>> {
  if (archiveDays === undefined) return {};
  return { [DAYS_LEFT_TAG]: String(daysLeft(key, archiveDays, now())) };
}

/** The other lines as they were, in their order. */
export function withoutEvents(
  text: string,
  ids: ReadonlySet<string>,
): { readonly text: string; readonly removed: number } {
  const lines = text.split('\n');
  const kept = lines.filter((line) => {
    const id = line === '' ? undefined : readArchiveLine(line)?.id;
    return id === undefined || !ids.has(id);
  });
  return { text: kept.join('\n'), removed: lines.length - kept.length };
}
