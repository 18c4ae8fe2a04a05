import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { dayOf } from '../shared/json/moment.ts';
import { ATTRIBUTES as A, deliveriesPartitions, timeKey } from '../table/keys.ts';
import { numberValue, textValue } from '../table/update-expression.ts';
import { rowKey } from '../table/writes.ts';

export const OUTCOMES = ['delivered', 'failed', 'gave-up', 'gone'] as const;

/** One try, as the log of deliveries keeps it. */
export interface LoggedAttempt {
  readonly eventId: string;
  /** What was delivered, in a word or two and none of its content: `choice`, `status read`. */
  readonly what?: string;
  /** In ms since 1970. */
  readonly at: number;
  /** From 1; receives of the queue, which count more than tries where an earlier event failed. */
  readonly try: number;
  /** Status of the answer, if one came and the endpoint has statuses. */
  readonly status?: number;
  readonly latencyMs: number;
  readonly outcome: (typeof OUTCOMES)[number];
  /** Why it failed: `http-500`, `timeout`, … */
  readonly fault?: string;
  /** How the answer of a failure begins, redacted. */
  readonly answer?: string;
}

/** Writes what one invocation tried to deliver to one subscriber. */
export type LogAttempts = (
  subscriberId: string,
  attempts: readonly LoggedAttempt[],
  signal: AbortSignal,
) => Promise<void>;

/** How long a row of the log is kept. */
export const KEPT_SECONDS = 7 * 86_400;

export function deliveryLog(
  dynamodb: CallAws,
  TableName: string,
  surroundings: {
    readonly now: () => number;
    readonly id: () => string;
    /** From 0 up to 1. */
    readonly random: () => number;
  },
): LogAttempts {
  return async (subscriberId, attempts, signal) => {
    const nowMs = surroundings.now();
    const partitions = deliveriesPartitions(subscriberId, dayOf(nowMs));
    const partition = partitions[Math.floor(surroundings.random() * partitions.length)];
    if (partition === undefined) throw new Error('a random number that is not below 1');
    const input: PutItemCommandInput = {
      TableName,
      Item: {
        ...rowKey(partition, `${timeKey(nowMs)}#${surroundings.id()}`),
        [A.attempts]: textValue(JSON.stringify(attempts)),
        [A.expiresAt]: numberValue(Math.floor(nowMs / 1000) + KEPT_SECONDS),
      },
    };
    await dynamodb('PutItem', input, signal);
  };
}
