import type { QueuedMessage } from '../../shared/queue/queued-message.ts';
import type { EndpointStateWriter } from '../endpoint-table.ts';

export interface BehindDeps {
  readonly state: Pick<EndpointStateWriter, 'behind'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Notes of a subscriber's batch how far behind it is. Never rejects: a note that is missed costs no delivery. */
export type NoteBehind = (
  subscriberId: string,
  messages: readonly QueuedMessage[],
  signal: AbortSignal,
) => Promise<void>;

/** More than the way takes, even with a failure or two before. */
const BEHIND_MS = 10 * 60_000;

const BETWEEN_MS = 60_000;

/** For the life of an execution environment: a subscriber is noted once a minute, however many batches it has. */
export function behindNotes({ state, now }: BehindDeps): NoteBehind {
  const notedAt = new Map<string, number>();
  return async (id, messages, signal) => {
    const oldest = Math.min(...messages.map(({ sentAt }) => sentAt));
    const isBehind = now() - oldest > BEHIND_MS;
    if (!isBehind || now() - (notedAt.get(id) ?? 0) < BETWEEN_MS) return;
    notedAt.set(id, now());
    await state.behind(id, oldest, signal).catch(() => {});
  };
}
