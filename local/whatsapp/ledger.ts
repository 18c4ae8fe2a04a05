import { createHash } from 'node:crypto';
import type { Provider } from '../../lambda/events/event.ts';
import type { Times } from './limits.ts';
import type { Person } from './people.ts';

export type Tick = 'sent' | 'delivered' | 'read';

/** A message of the business that was taken: what its recipient got, or why they did not. */
export interface Receipt {
  readonly provider: Provider;
  /** Phone number id, or session. */
  readonly channel: string;
  /** What the provider calls the message. */
  readonly wamid: string;
  /** WasenderApi's own. */
  readonly msgId?: number;
  /** As it was addressed: digits, user id, group id. */
  readonly recipient: string;
  readonly addressedBy: 'phone' | 'user-id' | 'group';
  /** Undefined for groups, and where nobody has that user id. */
  readonly person: Person | undefined;
  readonly at: number;
  readonly type: string;
  /** As the phone shows it. */
  readonly text: string;
  readonly content: object;
  /** Of what was sent to whom, without the mark: the same for the same message sent again. */
  readonly bodyHash: string;
  /** `biz_opaque_callback_data`. */
  readonly mark: string | undefined;
  readonly replyTo: string | undefined;
  readonly pricing: string;
  /** How the answer reached the sender. */
  readonly answer: 'given' | 'lost' | 'server-error';
  /** When each tick shows, also those to come. */
  readonly ticks: Partial<Record<Tick, number>>;
  failure?: { readonly code: number; readonly at: number };
}

/** A message that a person wrote to the business. */
export interface WrittenMessage {
  readonly provider: Provider;
  readonly channel: string;
  readonly wamid: string;
  readonly person: Person;
  readonly at: number;
  readonly type: string;
  readonly text: string;
  /** When the business said that it read it. */
  readAt?: number;
}

export interface Ledger {
  readonly receipts: Receipt[];
  readonly written: WrittenMessage[];
  /** How often each code was answered. */
  readonly refusals: Map<string, number>;
  /** Sends of each channel, whatever became of them. */
  readonly triedAt: Map<string, Times>;
}

/** How far a message is at a moment. */
export function stateOf(receipt: Receipt, now: number): 'accepted' | 'failed' | Tick {
  const { failure, ticks } = receipt;
  if (failure !== undefined && failure.at <= now) return 'failed';
  const shown = (['read', 'delivered', 'sent'] as const).find(
    (tick) => (ticks[tick] ?? Number.POSITIVE_INFINITY) <= now,
  );
  return shown ?? 'accepted';
}

/** Equal for JSON that says the same, whatever the order of its members. */
export function hashOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

export function countRefusal({ refusals }: Ledger, code: string): void {
  refusals.set(code, (refusals.get(code) ?? 0) + 1);
}
