import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { writeEnvelope } from '../../../lambda/events/envelope.ts';
import { awsJson, SQS } from '../../../lambda/shared/aws/json-protocol.ts';
import { BATCH_PATIENCE, batchSender } from '../../../lambda/shared/aws/sqs-batch.ts';
import type { OutgoingMessage } from '../../../lambda/shared/queue/outgoing-message.ts';
import { awsService } from '../../support/aws-service.ts';
import { confirmed, type StubAnswer, type StubCall, startAwsStub } from '../../support/aws-stub.ts';
import { aMessage, metaWebhook, splitMeta } from '../../support/webhooks.ts';

const NEVER = new AbortController().signal;
const request = z.object({
  Entries: z.array(
    z.object({
      Id: z.string(),
      MessageBody: z.string(),
      MessageGroupId: z.string(),
      MessageDeduplicationId: z.string(),
    }),
  ),
});

function messages(count: number): OutgoingMessage[] {
  const list = Array.from({ length: count }, (_, i) => aMessage({ id: `wamid.${i}` }));
  return splitMeta(metaWebhook({ messages: list })).map((event) => {
    const body = writeEnvelope(event);
    return { body, group: event.group, deduplicationId: event.id, bytes: body.length };
  });
}

async function aSender(answer: (call: StubCall, index: number) => StubAnswer) {
  const { url, calls } = await startAwsStub(answer);
  return {
    calls,
    send: batchSender(`${url}/1/inbox.fifo`, awsJson(awsService('sqs', url), SQS, BATCH_PATIENCE)),
  };
}

describe('batchSender', () => {
  test('sends each message to its group, by its deduplication id, in order', async () => {
    const { calls, send } = await aSender((call) => confirmed(call));
    const batch = messages(3);
    expect(await send(batch, NEVER)).toEqual([]);
    expect(request.parse(calls[0]?.input).Entries).toEqual(
      batch.map(({ group, deduplicationId, body }, index) => ({
        Id: String(index),
        MessageBody: body,
        MessageGroupId: group,
        MessageDeduplicationId: deduplicationId,
      })),
    );
  });

  test('tells what was refused, and whose fault it is', async () => {
    const Failed = [
      { Id: '0', SenderFault: true, Code: 'InvalidMessageContents' },
      { Id: '1', SenderFault: false, Code: 'InternalError' },
    ];
    const { send } = await aSender((call) => confirmed(call, (id) => id === '2', Failed));
    const batch = messages(3);
    expect(await send(batch, NEVER)).toEqual([
      { message: batch[0], isSenderFault: true },
      { message: batch[1], isSenderFault: false },
    ]);
  });

  test('takes for refused what the answer does not mention', async () => {
    const { send } = await aSender((call) => confirmed(call, (id) => id !== '1'));
    const batch = messages(2);
    expect(await send(batch, NEVER)).toEqual([{ message: batch[1], isSenderFault: false }]);
  });

  test('sends one by one when the whole batch is refused for one message', async () => {
    const { calls, send } = await aSender((call) => {
      const isPoison = JSON.stringify(call.input).includes('wamid.1');
      return isPoison
        ? { status: 400, body: { __type: 'com.amazonaws.sqs#InvalidMessageContents' } }
        : confirmed(call);
    });
    const batch = messages(3);
    expect(await send(batch, NEVER)).toEqual([{ message: batch[1], isSenderFault: true }]);
    expect(calls).toHaveLength(4);
  });

  test('tries again what is throttled', async () => {
    const { calls, send } = await aSender((call, index) =>
      index === 0
        ? { status: 400, body: { __type: 'com.amazonaws.sqs#RequestThrottled' } }
        : confirmed(call),
    );
    expect(await send(messages(1), NEVER)).toEqual([]);
    expect(calls).toHaveLength(2);
  });

  test('rejects with what no retry mends', async () => {
    const { send } = await aSender(() => ({
      status: 400,
      body: { __type: 'com.amazonaws.sqs#QueueDoesNotExist' },
    }));
    await expect(send(messages(2), NEVER)).rejects.toThrow();
  });

  test('rejects when one of those sent one by one fails otherwise', async () => {
    const { send } = await aSender((_, index) => ({
      status: 400,
      body: { __type: `com.amazonaws.sqs#${index === 0 ? 'BatchRequestTooLong' : 'AccessDenied'}` },
    }));
    await expect(send(messages(2), NEVER)).rejects.toThrow();
  });

  test.each([
    ['hangs', 'hang'],
    ['fails again and again', { status: 503, body: {} }],
  ] as const)('ends with the time of its caller, when the queue %s', async (_, answer) => {
    const { send } = await aSender(() => answer);
    const started = performance.now();
    await expect(send(messages(1), AbortSignal.timeout(300))).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  test('sends nothing when the time is over before', async () => {
    const { calls, send } = await aSender((call) => confirmed(call));
    await expect(send(messages(1), AbortSignal.abort())).rejects.toThrow();
    expect(calls).toEqual([]);
  });
});
