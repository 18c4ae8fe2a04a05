import { invalid, refuse } from './message-limits.ts';
import type { Refusal } from './queue-types.ts';

/** What a receipt handle stands for: one receive of one message. */
export interface Receipt {
  readonly sequenceNumber: string;
  readonly receiveCount: number;
}

export function writeReceipt(queueName: string, { sequenceNumber, receiveCount }: Receipt): string {
  return Buffer.from(`${queueName} ${sequenceNumber} ${receiveCount}`).toString('base64');
}

/** Undefined for a handle that is not of this queue. */
export function readReceipt(queueName: string, handle: string): Receipt | undefined {
  const [queue, sequenceNumber = '', count = ''] = Buffer.from(handle, 'base64')
    .toString()
    .split(' ');
  if (queue !== queueName || !/^\d+$/.test(count)) return undefined;
  return { sequenceNumber, receiveCount: Number(count) };
}

export function malformedReceipt(handle: string): Refusal {
  return refuse('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not valid.`);
}

export function badReceipt(handle: string, reason: string): Refusal {
  return invalid(`Value ${handle} for parameter ReceiptHandle is invalid. Reason: ${reason}`);
}
