import { type Html, html, table } from './html.ts';

/** What a dead-letter queue tells without being emptied. */
export interface QueueLetters {
  /** Of the queue that they came from, such as `inbox`. */
  readonly queue: string;
  readonly count: number;
  /** Up to ten of them, of each group the first: why each was set aside, and when, in ms since 1970. */
  readonly seen: readonly Letter[];
}

export interface Letter {
  /** Undefined where SQS did it, after too many receives. */
  readonly reason: string | undefined;
  readonly since: number;
}

const HEADINGS = ['Queue', 'Dead letters', 'Oldest', 'Why'];

export function lettersView(queues: readonly QueueLetters[], now: number): Html {
  const found = queues.filter(({ count, seen }) => count > 0 || seen.length > 0);
  if (found.length === 0) return html`<p>There are no dead letters.</p>`;
  const rows = found.map(({ queue, count, seen }) => [
    queue,
    Math.max(count, seen.length),
    seen.length === 0 ? 'in work' : agoText(now - Math.min(...seen.map(({ since }) => since))),
    reasonsOf(seen),
  ]);
  return html`${table(HEADINGS, rows)}<p>To look at them: npx floodgate dlq list</p>`;
}

function reasonsOf(seen: readonly Letter[]): string {
  const byReason = Map.groupBy(seen, ({ reason }) => reason ?? 'received too often');
  return [...byReason].map(([reason, { length }]) => `${reason} (${length})`).join(', ');
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

function agoText(ms: number): string {
  const [unit, length] = UNITS.find(([, each]) => ms >= each) ?? ['s', 1000];
  return `${Math.max(0, Math.floor(ms / length))} ${unit} ago`;
}
