import type { SendMessageRequest } from '@aws-sdk/client-sqs';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import {
  checkDeduplicationId,
  checkGroup,
  type Wake,
  wakeDeduplicationId,
  wakeGroup,
  writeCheckWake,
  writeWake,
} from './wake.ts';

/**
 * Has a lane looked at. Resolves once the queue holds a wake of this quarter of a second.
 *
 * The clock is read here, after what waits was written: a lane's last look comes after the quarter of
 * its wake, so that it finds all that woke it.
 */
export type WakeLane = (wake: Wake, signal: AbortSignal) => Promise<void>;

export function wakeLane(sqs: CallAws, QueueUrl: string, now: () => number): WakeLane {
  return async (wake, signal) => {
    const input: SendMessageRequest = {
      QueueUrl,
      MessageBody: writeWake(wake),
      MessageGroupId: wakeGroup(wake),
      MessageDeduplicationId: wakeDeduplicationId(wake, now()),
    };
    await sqs('SendMessage', input, signal);
  };
}

/** Has a channel checked, where that is due: once an hour, however often it is asked for. */
export type WakeCheck = (channel: string, signal: AbortSignal) => Promise<void>;

export function wakeCheck(sqs: CallAws, QueueUrl: string, now: () => number): WakeCheck {
  return async (channel, signal) => {
    const MessageDeduplicationId = checkDeduplicationId(channel, now());
    if (MessageDeduplicationId === undefined) return;
    const input: SendMessageRequest = {
      ...{ QueueUrl, MessageDeduplicationId },
      MessageBody: writeCheckWake(channel),
      MessageGroupId: checkGroup(channel),
    };
    await sqs('SendMessage', input, signal);
  };
}
