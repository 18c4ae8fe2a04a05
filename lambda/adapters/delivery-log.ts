import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { CallAws } from './aws-json.ts';
import { ATTRIBUTES as A, deliveriesPartition, timeKey } from './table-rows.ts';
import { rowKey } from './table-writes.ts';
import { numberValue, textValue } from './update-expression.ts';

export const OUTCOMES = ['delivered', 'failed', 'gave-up', 'gone'] as const;

/** One try, as the log of deliveries keeps it. */
export interface LoggedAttempt {
  readonly eventId: string;
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
}

/** Writes what one invocation tried to deliver to one subscriber. */
export type LogAttempts = (
  subscriberId: string,
  attempts: readonly LoggedAttempt[],
  signal: AbortSignal,
) => Promise<void>;

const KEPT_SECONDS = 7 * 86_400;

export function deliveryLog(
  dynamodb: CallAws,
  TableName: string,
  surroundings: { readonly now: () => number; readonly id: () => string },
): LogAttempts {
  return async (subscriberId, attempts, signal) => {
    const nowMs = surroundings.now();
    const input: PutItemCommandInput = {
      TableName,
      Item: {
        ...rowKey(deliveriesPartition(subscriberId), `${timeKey(nowMs)}#${surroundings.id()}`),
        [A.attempts]: textValue(JSON.stringify(attempts)),
        [A.expiresAt]: numberValue(Math.floor(nowMs / 1000) + KEPT_SECONDS),
      },
    };
    await dynamodb('PutItem', input, signal);
  };
}
