import type { SQSRecord } from 'aws-lambda';
import { type QueuedEvent, writeEnvelope } from '../../lambda/events/envelope.ts';
import { contactGroup, eventId, messageGroup } from '../../lambda/events/event.ts';
import type { QueuedMessage } from '../../lambda/shared/queue/queued-message.ts';

export const CHANNEL = '106540352242922';
export const PHONE = '16505551234';
export const WAMID = 'wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI3N0MyQkM2MTM5RTQ2NjRBOUEA';
export const OCCURRED_AT = 1_790_000_000_000;

/** The size of a typical text message's webhook. */
const TYPICAL_PAYLOAD = JSON.stringify({ text: 'x'.repeat(639) });

/** An inbound text message. */
export function queuedMessageEvent(overrides: Partial<QueuedEvent> = {}): QueuedEvent {
  const wamid = overrides.wamid ?? WAMID;
  const fields: QueuedEvent = {
    provider: 'meta',
    channel: CHANNEL,
    group: contactGroup(CHANNEL, PHONE),
    id: eventId('message', [CHANNEL, wamid]),
    kind: 'message',
    direction: 'inbound',
    type: 'text',
    occurredAt: OCCURRED_AT,
    receivedAt: OCCURRED_AT + 1000,
    wamid,
    contact: { phone: PHONE },
    links: [],
    payload: TYPICAL_PAYLOAD,
  };
  return Object.assign(fields, overrides);
}

/** What became of an outbound message. */
export function queuedStatusEvent(
  name: string,
  { participant, detail, ...overrides }: StatusOverrides = {},
): QueuedEvent {
  const wamid = overrides.wamid ?? WAMID;
  const parts = participant === undefined ? [] : [participant];
  return queuedMessageEvent({
    group: messageGroup(CHANNEL, wamid),
    id: eventId('status', [CHANNEL, wamid, name, ...parts]),
    kind: 'status',
    direction: 'outbound',
    type: name,
    status: {
      name,
      account: '102290129340398',
      displayPhoneNumber: '15550783881',
      ...(participant === undefined ? {} : { participant }),
      ...(detail === undefined ? {} : { detail }),
    },
    ...overrides,
  });
}

export type StatusOverrides = Partial<QueuedEvent> & {
  readonly participant?: string;
  readonly detail?: string;
};

let messages = 0;

/** An event as the queue handed it out. */
export function queuedMessage(
  event: QueuedEvent,
  overrides: Partial<QueuedMessage> = {},
): QueuedMessage {
  messages += 1;
  return {
    messageId: `message-${messages}`,
    body: writeEnvelope(event),
    receiptHandle: `receipt-${messages}`,
    receiveCount: 1,
    messageGroupId: event.group,
    sequenceNumber: String(messages).padStart(20, '0'),
    sentAt: OCCURRED_AT + 1000,
    ...overrides,
  };
}

/** The same as Lambda gets it. */
export function sqsRecord(message: QueuedMessage): SQSRecord {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAt),
      SenderId: 'ingest',
      ApproximateFirstReceiveTimestamp: '0',
      SequenceNumber: message.sequenceNumber,
      ...(message.messageGroupId === undefined ? {} : { MessageGroupId: message.messageGroupId }),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:111111111111:inbox.fifo',
    awsRegion: 'eu-central-1',
  };
}
