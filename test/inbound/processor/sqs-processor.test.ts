import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sqsDeadLetter } from '../../../lambda/events/sqs-dead-letter.ts';
import { toBatchResponse, toQueuedMessages } from '../../../lambda/shared/aws/sqs-event.ts';
import { sqsVisibility } from '../../../lambda/shared/aws/sqs-visibility.ts';
import { type QueueEmulator, startQueues } from '../../support/queue-emulator.ts';
import { queuedMessage, queuedMessageEvent, sqsRecord } from '../../support/queued-events.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const never = () => new AbortController().signal;

let queues: QueueEmulator;
beforeAll(async () => {
  queues = await startQueues();
});
afterAll(() => queues[Symbol.asyncDispose]());
beforeEach(() => queues.reset());

const deadLetter: ReturnType<typeof sqsDeadLetter> = (...given) =>
  sqsDeadLetter(queues.sqs, queues.deadLetterUrl, () => NOW)(...given);

describe('toQueuedMessages', () => {
  test('takes over what Lambda hands in, in order', () => {
    const messages = [1, 2].map((receiveCount) =>
      queuedMessage(queuedMessageEvent(), { receiveCount }),
    );

    expect(toQueuedMessages({ Records: messages.map(sqsRecord) })).toEqual(messages);
  });

  test('does without what only FIFO queues have', () => {
    const record = sqsRecord(queuedMessage(queuedMessageEvent()));
    const { SequenceNumber: _, MessageGroupId: __, ...attributes } = record.attributes;

    expect(toQueuedMessages({ Records: [{ ...record, attributes }] })).toMatchObject([
      { messageGroupId: undefined, sequenceNumber: '' },
    ]);
  });
});

describe('toBatchResponse', () => {
  test('names the messages that stay on the queue', () => {
    const message = queuedMessage(queuedMessageEvent());

    expect(toBatchResponse([message])).toEqual({
      batchItemFailures: [{ itemIdentifier: message.messageId }],
    });
  });
});

describe('sqsDeadLetter', () => {
  test('sends the same body in the same group, with the reason', async () => {
    const message = queuedMessage(queuedMessageEvent(), { receiveCount: 3 });

    await deadLetter(message, 'refused-by-table', never());

    const [sent] = queues.deadLetters();
    expect(sent?.body).toBe(message.body);
    expect(sent?.messageGroupId).toBe(message.messageGroupId);
    expect(sent?.messageAttributes).toMatchObject({
      reason: { StringValue: 'refused-by-table' },
      receiveCount: { StringValue: '3' },
      deadLetteredAt: { StringValue: '2026-11-21T12:00:00.000Z' },
    });
  });

  test('is one dead letter when it is sent twice for one delivery', async () => {
    const message = queuedMessage(queuedMessageEvent());

    await deadLetter(message, 'malformed', never());
    await deadLetter({ ...message, receiveCount: 2 }, 'malformed', never());

    expect(queues.deadLetters()).toHaveLength(1);
  });

  test('is another one when the message was moved back to the inbox and failed again', async () => {
    const message = queuedMessage(queuedMessageEvent(), { messageGroupId: undefined });
    const again = { ...message, sequenceNumber: '00000000000000099999' };

    await deadLetter(message, 'malformed', never());
    await deadLetter(again, 'malformed', never());

    expect(queues.deadLetters().map(({ messageGroupId }) => messageGroupId)).toEqual([
      message.messageId,
      message.messageId,
    ]);
  });

  test('fails when the time is up', async () => {
    const message = queuedMessage(queuedMessageEvent());

    await expect(deadLetter(message, 'malformed', AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('sqsVisibility', () => {
  const delay: ReturnType<typeof sqsVisibility> = (returns) =>
    sqsVisibility(queues.sqs, queues.inboxUrl)(returns);

  test('shortens the time for which messages are hidden', async () => {
    for (const group of ['a', 'b']) await queues.send(queuedMessageEvent({ group, id: group }));
    const received = await queues.receiveBatch();

    await delay(received.map((message, index) => ({ message, delaySeconds: 10 * (index + 1) })));

    expect(queues.hiddenSeconds().toSorted()).toEqual([10, 20]);
  });

  test('fails when the queue does not know a receipt', async () => {
    const message = queuedMessage(queuedMessageEvent());

    await expect(delay([{ message, delaySeconds: 2 }])).rejects.toThrow('1 of 1 not taken');
  });
});
