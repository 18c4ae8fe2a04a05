import { readDelivery } from '../../../lambda/delivery/delivery.ts';
import type { Backlog, BacklogRow } from '../../../lambda/delivery/prober/backlog-table.ts';
import { readEnvelope } from '../../../lambda/events/envelope.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import type { ForgottenPeople } from '../../../lambda/forgetting/known-person.ts';
import { readMediaJob } from '../../../lambda/media/job.ts';

/** Whether a message of any of our queues is about somebody who is to be forgotten. */
export type WhoseMessage = (body: string) => 'theirs' | 'others' | 'undecided';

/** @param words of which each message about them has one */
export function whoseMessage(people: ForgottenPeople, words: readonly string[]): WhoseMessage {
  return (body) => {
    const event = eventIn(body);
    if (event !== undefined) return people.isTheirs(event) ? 'theirs' : 'others';
    // A job names a row, which is empty by now: it has nothing of anybody.
    if (readMediaJob(body).ok) return 'others';
    return words.some((word) => body.includes(word)) ? 'undecided' : 'others';
  };
}

/** Of an event to be stored, or to be delivered. */
function eventIn(body: string): RoutedEvent | undefined {
  const stored = readEnvelope(body);
  if (stored.ok) return stored.event;
  const routed = readDelivery(body);
  return routed.ok ? routed.delivery.event : undefined;
}

export interface BacklogTools {
  readonly backlog: Pick<Backlog, 'after' | 'remove'>;
  readonly people: ForgottenPeople;
  readonly isDryRun: boolean;
  readonly onProgress: (read: number) => void;
  /** Aborted when no more is to be removed. */
  readonly signal: AbortSignal;
}

const PAGE_SIZE = 200;

/** Removes deliveries that a release before this one put aside in the table. Returns how many. */
export async function clearBacklogs(
  subscriberIds: readonly string[],
  { backlog, people, isDryRun, onProgress, signal }: BacklogTools,
): Promise<number> {
  const isMeant = ({ reading }: BacklogRow) =>
    reading.ok && people.isTheirs(reading.delivery.event);
  let [removed, read] = [0, 0];
  for await (const rows of pagesOf(subscriberIds, backlog)) {
    if (signal.aborted) break;
    const theirs = rows.filter(isMeant);
    for (const row of isDryRun ? [] : theirs) await backlog.remove(row, soon());
    removed += theirs.length;
    read += rows.length;
    onProgress(read);
  }
  return removed;
}

async function* pagesOf(subscriberIds: readonly string[], backlog: BacklogTools['backlog']) {
  for (const id of subscriberIds) {
    let rows = await backlog.after(id, '', PAGE_SIZE, soon());
    for (let last = rows.at(-1); last !== undefined; last = rows.at(-1)) {
      yield rows;
      rows = await backlog.after(id, last.key, PAGE_SIZE, soon());
    }
  }
}

function soon(): AbortSignal {
  return AbortSignal.timeout(30_000);
}
