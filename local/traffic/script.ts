import { createPerson, type Person } from './people.ts';
import { integerBelow, pick, type Random, seededRandom } from './random.ts';

export interface ScriptOptions {
  /** The same seed gives the same traffic, byte for byte. */
  readonly seed: number;
  readonly contacts: number;
  /** Messages that contacts send, in all. */
  readonly messages: number;
  /** Statuses of messages that the business sent, in all. */
  readonly statuses: number;
  /** Share of the messages that carry media, from 0 to 1. */
  readonly mediaShare: number;
  /**
   * When the hour ends in which it all happens, in ms since 1970.
   *
   * @default the seed where it is such a time; one day for all other seeds
   */
  readonly endMs?: number;
}

/** Something that a webhook tells of, before a provider puts it in its own words. */
export type Update =
  | {
      readonly kind: 'message';
      readonly atMs: number;
      readonly person: Person;
      readonly hasMedia: boolean;
    }
  | {
      readonly kind: 'status';
      readonly atMs: number;
      readonly person: Person;
      readonly status: StatusName;
      /** Counts the messages that the business sent. */
      readonly outbound: number;
      /** Whether this status tells the price: the first one, and the first that proves the delivery. */
      readonly isPriced: boolean;
    };

export type StatusName = 'sent' | 'delivered' | 'read' | 'played' | 'failed';

const SPAN_MS = 3_600_000;
const FIRST_UNIX_MS = 1_000_000_000_000;
const LAST_UNIX_MS = 9_999_999_999_999;
/** 2026-11-01T12:00:00Z */
const SOME_DAY_MS = 1_793_534_400_000;

const COURSES = [
  ['sent', 'delivered', 'read'],
  ['sent', 'delivered', 'read'],
  ['sent', 'delivered', 'read'],
  ['sent', 'delivered', 'read'],
  ['sent', 'delivered', 'read', 'played'],
  ['sent', 'delivered'],
  ['sent', 'delivered'],
  // WhatsApp leaves `delivered` out where the chat is open on the screen.
  ['sent', 'read'],
  ['sent', 'failed'],
  ['failed'],
] as const satisfies readonly StatusName[][];

/** Writes what happens in an hour, in the order in which it happens. */
export function writeScript(options: ScriptOptions): Update[] {
  const random = seededRandom(options.seed, 'script');
  const people = Array.from({ length: options.contacts }, () => createPerson(random));
  const [first, ...others] = people;
  if (first === undefined) return [];
  const endMs = options.endMs ?? endOf(options.seed);
  const updates = [
    ...writeMessages(options, [first, ...others], random),
    ...writeStatuses(options.statuses, [first, ...others], random),
  ];
  return updates
    .map((update) => ({ ...update, atMs: endMs - SPAN_MS + Math.round(update.atMs) }))
    .sort((one, other) => one.atMs - other.atMs);
}

/** A seed that is a time in ms dates the traffic; all others share one day. */
function endOf(seed: number): number {
  return seed >= FIRST_UNIX_MS && seed <= LAST_UNIX_MS ? seed : SOME_DAY_MS;
}

function writeMessages(
  { messages, mediaShare }: ScriptOptions,
  people: readonly [Person, ...Person[]],
  random: Random,
): Update[] {
  return Array.from({ length: messages }, (_, index) => ({
    kind: 'message',
    atMs: (index / messages) * SPAN_MS,
    // Everybody writes once before anybody writes twice by chance.
    person: people[index] ?? pick(random, people),
    hasMedia: random() < mediaShare,
  }));
}

function writeStatuses(
  count: number,
  people: readonly [Person, ...Person[]],
  random: Random,
): Update[] {
  const updates: Update[] = [];
  for (let outbound = 0; updates.length < count; outbound += 1) {
    const person = pick(random, people);
    const course: readonly StatusName[] = pick(random, COURSES);
    let atMs = random() * 0.95 * SPAN_MS;
    for (const [step, status] of course.slice(0, count - updates.length).entries()) {
      const isPriced = status !== 'failed' && step <= 1;
      updates.push({ kind: 'status', atMs, person, status, outbound, isPriced });
      atMs += 1000 + integerBelow(random, 30_000);
    }
  }
  return updates;
}
