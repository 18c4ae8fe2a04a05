import { describe, expect, test } from 'vitest';
import { sqsQueue } from '../../../lambda/shared/aws/sqs-queue.ts';
import { localQueues } from '../../support/local-queues.ts';

const { signal } = new AbortController();

async function aQueue() {
  const { host, clock, sqs, names, deadLetterUrl } = await localQueues();
  const send = (body: string, groupId = body) => {
    const found = host.find('dead-letter.fifo')?.queue;
    found?.send({ groupId, body, deduplicationId: body }, clock.now());
  };
  return { clock, send, names, queue: sqsQueue(sqs, deadLetterUrl), sqs };
}

const bodiesOf = (messages: readonly { body: string }[]) => messages.map(({ body }) => body);

describe('whoever reads a queue himself', () => {
  test('gets what it holds with all that is known of it, and hides it meanwhile', async () => {
    const { queue, send, clock } = await aQueue();
    const before = clock.now();
    send('one', 'group');

    const messages = await queue.receive(60, signal);

    expect(messages).toEqual([
      {
        ...{ messageId: expect.any(String), body: 'one', receiptHandle: expect.any(String) },
        ...{ receiveCount: 1, messageGroupId: 'group' },
        ...{ sequenceNumber: expect.stringMatching(/^\d{20}$/), sentAt: expect.any(Number) },
      },
    ]);
    expect(messages[0]?.sentAt).toBeGreaterThanOrEqual(before);
    expect(await queue.receive(60, signal)).toEqual([]);
  });

  test('counts what waits, hidden or not', async () => {
    const { queue, send } = await aQueue();
    for (const body of ['one', 'two', 'three']) send(body);
    expect(await queue.waiting(signal)).toBe(3);

    const [first] = await queue.receive(60, signal);
    expect(await queue.waiting(signal)).toBe(3);

    if (first !== undefined) await queue.done(first, signal);
    expect(await queue.waiting(signal)).toBe(2);
  });

  test('gives back what was taken, for now or for later', async () => {
    const { queue, send, clock } = await aQueue();
    for (const body of ['now', 'later']) send(body);
    const messages = await queue.receive(600, signal);

    await queue.giveBack(
      messages.map((message) => ({ message, delaySeconds: message.body === 'now' ? 0 : 30 })),
    );
    expect(bodiesOf(await queue.receive(600, signal))).toEqual(['now']);
    clock.advance(30_000);
    expect(bodiesOf(await queue.receive(600, signal))).toEqual(['later']);
  });

  test('asks nothing to give nothing back', async () => {
    const { names } = await aQueue();
    const calls: string[] = [];
    const queue = sqsQueue(async (operation) => void calls.push(operation), names.url('sub_1'));

    await queue.giveBack([]);
    expect(calls).toEqual([]);
  });

  test('hears of a message that is none', async () => {
    const queue = sqsQueue(async () => ({ Messages: [{ MessageId: '1' }] }), 'https://queue');

    await expect(queue.receive(1, signal)).rejects.toThrow('a received message without Body');
  });
});
