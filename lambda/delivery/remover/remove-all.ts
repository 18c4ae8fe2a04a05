import type { Mappings } from '../lambda-mappings.ts';
import type { SubscriberQueues } from '../sqs-queues.ts';

export interface RemoveAllDeps {
  readonly queues: Pick<SubscriberQueues, 'list' | 'remove'>;
  readonly mappings: Pick<Mappings, 'list' | 'remove'>;
  /** Whose queue it is, by its ARN. */
  readonly idOfQueue: (arn: string) => string | undefined;
  /** Rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Lambda is busy with a change of a mapping for up to a minute. */
const NEXT_LOOK_MS = 5_000;

/** Removes the queues of all subscribers and what reads them. Rejects when its time is up. */
export async function removeAll(
  signal: AbortSignal,
  { queues, mappings, idOfQueue, sleep }: RemoveAllDeps,
): Promise<void> {
  for (;;) {
    const found = await mappings.list(signal);
    const left = found.filter(({ queueArn }) => idOfQueue(queueArn) !== undefined);
    for (const { id, isChanging } of left) if (!isChanging) await mappings.remove(id, signal);
    if (left.length === 0) break;
    await sleep(NEXT_LOOK_MS, signal);
  }
  for (const id of await queues.list(signal)) await queues.remove(id, signal);
}
