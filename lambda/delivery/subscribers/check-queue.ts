import { AwsRequestError } from '../../shared/aws/request.ts';
import type { Subscriber } from '../subscriber.ts';
import type { LookAtQueue } from './sqs-look.ts';

/** Whether subscribers of other tenants have their events sent to a queue; `unknown` where one cannot be read. */
type QueueOwner = 'nobody else' | 'another tenant' | 'unknown';

export interface CheckQueueDeps {
  readonly lookAtQueue: LookAtQueue;
  /** Whether a queue is one of this stack's, in which its events wait. */
  readonly isOwnQueue: (queueUrl: string) => boolean;
  /** Asked for a caller of one tenant. @default nobody else's, as whoever sees all tenants may name any */
  readonly queueOwner?: (queueUrl: string, signal: AbortSignal) => Promise<QueueOwner>;
  /** The stack's. */
  readonly account: string;
}

export type QueueCheck =
  /** With what its owner should know. */
  | { readonly ok: true; readonly notes: readonly string[] }
  | {
      readonly ok: false;
      readonly code: 'invalid_parameter' | 'unavailable';
      readonly reason: string;
    };

const STANDARD =
  'a standard queue keeps no order, and may hand an event out twice: a FIFO queue does neither';
const ELSEWHERE =
  'the queue is of another account, and may not be looked at from here: test whether it can be sent to';

const UNTOLD =
  'whose the queue is cannot be told, as another release wrote one of the subscribers: try again, or have somebody who sees all tenants do it';

/** Whether a queue that somebody names can be sent to, and what kind it is. Of a URL there is nothing to say. */
export async function checkQueue(
  endpoint: Subscriber['endpoint'] | undefined,
  { lookAtQueue, isOwnQueue, queueOwner, account }: CheckQueueDeps,
  signal: AbortSignal,
): Promise<QueueCheck> {
  if (endpoint?.kind !== 'sqs') return { ok: true, notes: [] };
  const { queueUrl } = endpoint;
  if (isOwnQueue(queueUrl)) {
    const reason = `endpoint.queueUrl names a queue of Floodgate's own, in which events wait: ${queueUrl}`;
    return { ok: false, code: 'invalid_parameter', reason };
  }
  const owner = await queueOwner?.(queueUrl, signal);
  if (owner === 'another tenant') return notToBeSentTo(queueUrl);
  if (owner === 'unknown') return { ok: false, code: 'unavailable', reason: UNTOLD };
  const found = await lookAtQueue(queueUrl, signal).catch(unreached);
  const isOurs = new URL(queueUrl).pathname.startsWith(`/${account}/`);
  const notes = queueUrl.endsWith('.fifo') ? [] : [STANDARD];
  if (typeof found === 'object') {
    const reason = `the queue ${queueUrl} cannot be reached now (${found.fault}), so that nobody knows whether it is there: try again`;
    return { ok: false, code: 'unavailable', reason };
  }
  if (found === 'missing') {
    const reason = `endpoint.queueUrl names a queue that is not there: ${queueUrl}`;
    return { ok: false, code: 'invalid_parameter', reason };
  }
  if (found === 'there') return { ok: true, notes };
  if (!isOurs) return { ok: true, notes: [...notes, ELSEWHERE] };
  return notToBeSentTo(queueUrl);
}

/** In the same words where it is another tenant's: whose it is, is not for this caller to know. */
function notToBeSentTo(queueUrl: string): QueueCheck {
  return {
    ok: false,
    code: 'invalid_parameter',
    reason: `endpoint.queueUrl names a queue that is not there, or that this stack may not send to: ${queueUrl}; the stage has to name it in subscriberQueueArns`,
  };
}

function unreached(error: unknown): { readonly fault: string } {
  if (error instanceof AwsRequestError) return { fault: error.name };
  throw error;
}
