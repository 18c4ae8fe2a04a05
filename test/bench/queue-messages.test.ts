import { expect, test } from 'vitest';
import { queueEventsOf } from '../../bench/queue-messages.ts';

const URL = 'https://sqs.us-east-1.amazonaws.com/123456789012';

function send(queueName: string, ...texts: readonly string[]) {
  const entry = { MessageGroupId: 'group', MessageDeduplicationId: 'once' };
  const Entries = texts.map((MessageBody, n) => ({ ...entry, Id: String(n), MessageBody }));
  const body = JSON.stringify({ QueueUrl: `${URL}/${queueName}`, Entries });
  return { action: 'SendMessageBatch', body, bytes: body.length };
}

test('a batch holds what is in one queue, in its order', () => {
  const sends = [send('a.fifo', '1', '2'), send('b.fifo', '1'), send('a.fifo', '3')];

  const place = (queue: string, body: string) =>
    expect.objectContaining({
      eventSourceARN: `arn:aws:sqs:us-east-1:123456789012:${queue}`,
      body,
    });
  expect(queueEventsOf(sends, 2)).toEqual([
    { Records: [place('a.fifo', '1'), place('a.fifo', '2')] },
    { Records: [place('a.fifo', '3')] },
    { Records: [place('b.fifo', '1')] },
  ]);
});
