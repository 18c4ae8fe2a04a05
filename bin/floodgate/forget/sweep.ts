import { backlogTable } from '../../../lambda/delivery/prober/backlog-table.ts';
import { subscriberReader } from '../../../lambda/delivery/subscriber-table.ts';
import type { StoredForgetting } from '../../../lambda/forgetting/forgettings-table.ts';
import type { ForgottenPeople } from '../../../lambda/forgetting/known-person.ts';
import type { CallAws } from '../../../lambda/shared/aws/json-protocol.ts';
import type { DeadLetter } from '../dlq/dead-letter.ts';
import { openDeadLetterQueues } from '../dlq/dead-letter-queue.ts';
import { drop, dropped } from '../dlq/drop.ts';
import { list } from '../dlq/list.ts';
import { type StackAddress, unavailable } from '../stack/deployed-stack.ts';
import type { OperationRecords } from '../stack/operation-record.ts';
import { UnavailableError } from '../terminal/command.ts';
import type { ProgressBar } from '../terminal/progress-bar.ts';
import { findTraces, wordsOf } from './archive-traces.ts';
import { clearBacklogs, whoseMessage } from './forgotten-deliveries.ts';
import { rewriteArchive } from './rewrite-archive.ts';
import { clearSetAside, SET_ASIDE } from './set-aside-changes.ts';
import type { ListedObject, StoredObjects } from './stored-objects.ts';

/** What was found of people outside of their rows, and taken out unless it was a dry run. */
export interface SweepReport {
  readonly people: number;
  readonly archiveLines: number;
  readonly archiveObjects: number;
  readonly archiveObjectsRead: number;
  readonly deadLetters: number;
  readonly putAside: number;
  readonly setAside: number;
  /** What cannot be read and has a name in it, or cannot be seen now: it is for somebody to look at. */
  readonly undecided: readonly string[];
  /** False where it was stopped, or somebody has more names than are followed. */
  readonly isComplete: boolean;
}

export interface SweepTools {
  readonly stack: StackAddress;
  readonly store: StoredObjects;
  readonly dynamodb: CallAws;
  readonly records: OperationRecords;
  readonly why: string;
  readonly bar: ProgressBar;
  readonly signal: AbortSignal;
  readonly isDryRun: boolean;
}

const NOBODY: SweepReport = {
  ...{ people: 0, archiveLines: 0, archiveObjects: 0, archiveObjectsRead: 0, deadLetters: 0 },
  ...{ putAside: 0, setAside: 0, undecided: [], isComplete: true },
};

/**
 * Takes out of archive, dead letters, changes set aside, and what a release before this one put aside for
 * subscribers, what they have of whoever is to be forgotten. May be stopped at any time, and done again.
 *
 * What waits in queues needs none of that: whoever delivers it asks for the event's row first.
 */
export async function sweep(
  forgettings: readonly StoredForgetting[],
  tools: SweepTools,
): Promise<SweepReport> {
  if (forgettings.length === 0) return NOBODY;
  const { stack, store, bar, signal, isDryRun } = tools;
  const objects = await store.list(bucketOf(stack, 'ArchiveBucket'), 'events/');
  const { people, doomed, undecided } = await findTraces(
    forgettings.map(({ forgetting }) => forgetting),
    objects,
    { store, signal, onProgress: (read, total) => bar.show('archive read', read, total) },
  );
  const words = people.names.flatMap(wordsOf);
  const letters = await clearDeadLetters(people, words, tools);
  const putAside = await clearPutAside(people, tools);
  const setAside = await clearSetAside(await setAsideObjects(tools), {
    ...{ store, people, words, isDryRun, signal },
  });
  const archive = isDryRun ? counted(doomed) : await rewrite(doomed, tools);
  return {
    people: new Set(
      forgettings.map(({ forgetting: { channel, contact } }) => `${channel} ${contact}`),
    ).size,
    ...{ archiveLines: archive.lines, archiveObjects: archive.objects },
    ...{ archiveObjectsRead: objects.length, deadLetters: letters.count, putAside },
    setAside: setAside.changes,
    undecided: [...letters.undecided, ...[...undecided, ...setAside.undecided].map(addressOf)],
    isComplete: people.isComplete && !signal.aborted,
  };
}

async function clearDeadLetters(
  people: ForgottenPeople,
  words: readonly string[],
  { stack, records, why, bar, signal, isDryRun }: SweepTools,
) {
  using opened = await openDeadLetterQueues(stack);
  const ofBody = whoseMessage(people, words);
  const undecided = new Set<string>();
  const isMeant = (letter: DeadLetter) => {
    const whose = ofBody(letter.body);
    if (whose === 'undecided') undecided.add(`dead letter ${letter.id} of ${letter.queue}`);
    return whose === 'theirs';
  };
  let count = 0;
  for (const queue of opened.queues) {
    if (signal.aborted) break;
    const { waiting, inFlight } = await queue.count();
    if (inFlight > 0) undecided.add(`dead letters of ${queue.name} that somebody looks at now`);
    const onProgress = (done: number) => bar.show(queue.name, done, Math.max(waiting, done));
    if (isDryRun) {
      const { deadLetters } = await list([queue], {
        ...{ isMeant, signal, onProgress: (_, seen) => onProgress(seen) },
      });
      count += deadLetters.length;
      continue;
    }
    const record = (letters: readonly DeadLetter[]) =>
      records.record({
        ...{ action: 'dead-letters-dropped', why, details: dropped(queue.name, letters) },
      });
    count += (await drop(queue, { isMeant, signal, record, onProgress })).dropped;
  }
  return { count, undecided };
}

async function clearPutAside(
  people: ForgottenPeople,
  { stack, dynamodb, bar, signal, isDryRun }: SweepTools,
): Promise<number> {
  const subscribers = await subscriberReader(dynamodb, stack.table)
    .findAll(AbortSignal.timeout(30_000))
    .catch(unavailable('the subscribers cannot be read'));
  return await clearBacklogs(
    subscribers.map(({ id }) => id),
    {
      ...{ backlog: backlogTable(dynamodb, stack.table), people, isDryRun, signal },
      onProgress: (read) => bar.count('deliveries put aside', read),
    },
  ).catch(unavailable('the deliveries put aside cannot be reached'));
}

async function setAsideObjects({ stack, store }: SweepTools): Promise<readonly ListedObject[]> {
  const places = Object.entries(SET_ASIDE).flatMap(([output, prefixes]) =>
    prefixes.map((prefix) => ({ bucket: bucketOf(stack, output), prefix })),
  );
  const listed = places.map(({ bucket, prefix }) => store.list(bucket, prefix));
  return (await Promise.all(listed)).flat();
}

function rewrite(
  doomed: ReadonlyMap<ListedObject, ReadonlySet<string>>,
  { stack, store, bar, signal }: SweepTools,
) {
  const days = stack.outputs.get('ArchiveDays');
  return rewriteArchive(doomed, {
    ...{ store, signal, now: () => Date.now() },
    archiveDays: days === undefined ? undefined : Number(days),
    onProgress: (done, total) => bar.show('archive rewritten', done, total),
  });
}

function counted(doomed: ReadonlyMap<ListedObject, ReadonlySet<string>>) {
  const lines = [...doomed.values()].reduce((sum, ids) => sum + ids.size, 0);
  return { objects: doomed.size, lines };
}

function bucketOf({ outputs, name }: StackAddress, output: string): string {
  const bucket = outputs.get(output);
  if (bucket !== undefined) return bucket;
  throw new UnavailableError(`${name} has no output ${output}: it is of another release`);
}

function addressOf({ bucket, key }: ListedObject): string {
  return `s3://${bucket}/${key}`;
}
