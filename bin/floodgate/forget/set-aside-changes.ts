import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { DynamoDBRecord } from 'aws-lambda';
import { isOutgoing, ownerEvent } from '../../../lambda/changes/outgoing-events.ts';
import { routedEvents } from '../../../lambda/changes/routed-events.ts';
import { toRowChange } from '../../../lambda/changes/table-stream.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import type { ForgottenPeople } from '../../../lambda/forgetting/known-person.ts';
import { isRecord, memberOf } from '../../../lambda/shared/json/json-source.ts';
import type { ListedObject, ReadObject, StoredObjects } from './stored-objects.ts';

/** Where changes of the table lie that a reader could not take, by the outputs that name the buckets. */
export const SET_ASIDE = {
  ArchiveBucket: ['aws/lambda/', 'unreadable/'],
  UnroutedBucket: ['aws/lambda/', 'unrouted/'],
} as const;

export interface SetAsideTools {
  readonly store: StoredObjects;
  readonly people: ForgottenPeople;
  /** Words of which each change about somebody who is to be forgotten has one. */
  readonly words: readonly string[];
  readonly isDryRun: boolean;
  /** Aborted when no more is to be changed. */
  readonly signal: AbortSignal;
}

export interface ClearedSetAside {
  readonly changes: number;
  /** Objects with changes that nobody can read and that have one of their names in them. */
  readonly undecided: readonly ListedObject[];
}

const unzip = promisify(gunzip);

/** Takes changes of whoever is to be forgotten out of what was set aside. */
export async function clearSetAside(
  objects: readonly ListedObject[],
  tools: SetAsideTools,
): Promise<ClearedSetAside> {
  let changes = 0;
  const undecided: ListedObject[] = [];
  for (const object of objects) {
    if (tools.signal.aborted) break;
    const cleared = await clear(object, tools);
    changes += cleared.changes;
    if (cleared.isUndecided) undecided.push(object);
  }
  return { changes, undecided };
}

const NOTHING = { changes: 0, isUndecided: false };

async function clear(
  object: ListedObject,
  tools: SetAsideTools,
): Promise<{ readonly changes: number; readonly isUndecided: boolean }> {
  const { store, people, words, isDryRun } = tools;
  const before = await store.read(object);
  if (before === undefined) return NOTHING;
  const text = await textOf(object, before);
  if (!words.some((word) => text.includes(word))) return NOTHING;
  const given = readGivenUp(text);
  // One alone, which nobody could read.
  if (given === undefined) return { changes: 0, isUndecided: true };
  const kept = given.records.filter((record) => !isOfPeople(record, people));
  const changes = given.records.length - kept.length;
  const isUndecided = kept.some((record) => isUnclear(record, words));
  if (changes === 0 || isDryRun) return { changes, isUndecided };
  if (kept.length === 0) await store.remove(object);
  else if (!(await store.replace(object, before, Buffer.from(given.write(kept)), {}))) {
    return clear(object, tools);
  }
  return { changes, isUndecided };
}

async function textOf({ key }: ListedObject, { bytes }: ReadObject): Promise<string> {
  return Buffer.from(key.endsWith('.gz') ? await unzip(bytes) : bytes).toString();
}

/** As Lambda writes what it gives up: the event is a text in it. */
function readGivenUp(text: string) {
  const given = parse(text);
  const payload = memberOf(given, 'payload');
  const event = typeof payload === 'string' ? parse(payload) : undefined;
  const records = memberOf(event, 'Records');
  if (!isRecord(given) || !Array.isArray(records) || !records.every(isChange)) return undefined;
  const write = (kept: readonly DynamoDBRecord[]) =>
    JSON.stringify({ ...given, payload: JSON.stringify({ ...Object(event), Records: kept }) });
  return { records, write };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isChange(record: unknown): record is DynamoDBRecord {
  return isRecord(record) && isRecord(record['dynamodb']);
}

function isOfPeople(record: DynamoDBRecord, { isTheirs }: ForgottenPeople): boolean {
  return (eventsIn(record) ?? []).some(isTheirs);
}

/** Whether it has a word of theirs, and is nothing that this release can read. */
function isUnclear(record: DynamoDBRecord, words: readonly string[]): boolean {
  const text = JSON.stringify(record);
  return eventsIn(record) === undefined && words.some((word) => text.includes(word));
}

/** All that its images tell, new or not; undefined where they cannot be read. */
function eventsIn(record: DynamoDBRecord): readonly RoutedEvent[] | undefined {
  try {
    const { before, after, changedAt } = toRowChange(record);
    return [before, after].flatMap((image) => {
      if (image === undefined) return [];
      if (isOutgoing(image)) return ownerEvent(image) ?? [];
      return 'provider' in image
        ? routedEvents({ before: undefined, after: image, changedAt })
        : [];
    });
  } catch {
    return undefined;
  }
}
