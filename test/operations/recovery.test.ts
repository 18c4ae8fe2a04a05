import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { aMessage, aStatus, sentAt } from '../support/just-sent.ts';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';
import { CHANNEL, metaWebhook } from '../support/webhooks.ts';
import { anOperator, hasShell } from './operator.ts';
import { commandWith } from './runbook.ts';

const MINUTE = 60_000;
const REDRIVE = commandWith('DeadLetterQueueNotEmpty', 'start-message-move-task');
const SAVE = commandWith('DeadLetterQueueExpiring', '>> dead-letters.json');
const PUT_BACK = commandWith('DeadLetterQueueExpiring', 'send-message');

/** Messages of a contact, all in one second: only the queue's order tells them apart. */
function messagesOf(contact: string, count: number, text = 'hola'): object[] {
  return Array.from({ length: count }, (_, index) =>
    aMessage({
      id: `wamid.${contact}.${index}`,
      from_user_id: `MX.${contact}`,
      text: { body: text },
    }),
  );
}

function wamids(contact: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `wamid.${contact}.${index}`);
}

/** A table that refuses every message, as no retry can help, and takes statuses. */
function refuseMessages({ stack }: Pipeline): void {
  stack.faults.dynamodb = (action) =>
    action === 'PutItem' ? { code: 'ValidationException' } : undefined;
}

/** What no release of Floodgate reads. */
async function sendPoison({ stack }: Pipeline): Promise<void> {
  const client = new SQSClient({
    endpoint: stack.aws.sqs,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  onTestFinished(() => client.destroy());
  const message = { MessageBody: '{"v":1}', MessageGroupId: 'poison' };
  await client.send(
    new SendMessageCommand({
      QueueUrl: stack.queues['inbox'],
      ...message,
      MessageDeduplicationId: 'poison',
    }),
  );
}

function mend({ stack }: Pipeline): void {
  stack.faults.dynamodb = undefined;
}

function deadLetters({ stack }: Pipeline): number {
  return stack.queue('inboxDeadLetter').counts(stack.clock.now()).visible;
}

/** Lets the time pass that the queue has messages wait. */
async function untilDeadLettered(pipeline: Pipeline, count: number): Promise<void> {
  const { stack } = pipeline;
  const started = stack.clock.now();
  while (deadLetters(pipeline) < count) {
    if (stack.clock.now() - started > 4 * MINUTE) throw new Error('not dead-lettered in time');
    stack.clock.advance(1000);
    await sleep(10);
  }
}

/** The wamids of the messages in the table, in the order in which the queue handed them over. */
async function stored({ rows }: Pipeline): Promise<Record<string, string[]>> {
  const messages = (await rows()).filter(({ sk }) => sk?.S?.startsWith('message.'));
  const bySequence = messages.toSorted((a, b) => (sequence(a) < sequence(b) ? -1 : 1));
  const byContact = Map.groupBy(bySequence, ({ wamid }) => wamid?.S?.split('.')[1] ?? '');
  return Object.fromEntries(
    [...byContact].map(([contact, of]) => [contact, of.map(({ wamid }) => wamid?.S ?? '')]),
  );
}

function sequence(row: Awaited<ReturnType<Pipeline['rows']>>[number]): string {
  return row['at']?.S?.split('#')[1] ?? '';
}

describe('dead letters', { timeout: 60_000 }, () => {
  test.each([
    ['within a minute', 0],
    ['after an hour', 60 * MINUTE],
  ])(
    'are stored once each, in the order of their contact, when they are sent back %s',
    async (_, waitMs) => {
      const pipeline = await aPipeline();
      const { stack, post, settle, read } = pipeline;
      const operator = await anOperator(stack);
      const startedAt = stack.clock.now();
      refuseMessages(pipeline);
      const messages = [...messagesOf('A', 5), ...messagesOf('B', 5)];
      expect((await post(metaWebhook({ messages, statuses: [aStatus()] }))).status).toBe(200);
      await untilDeadLettered(pipeline, 10);
      // While the inbox still knows the deduplication ids of what it was sent.
      expect(stack.clock.now() - startedAt).toBeLessThan(4 * MINUTE);

      mend(pipeline);
      const later = aMessage({
        id: 'wamid.A.later',
        from_user_id: 'MX.A',
        timestamp: sentAt(30),
      });
      await post(metaWebhook({ messages: [later] }));
      await settle();
      stack.clock.advance(waitMs);
      expect(await operator.run(REDRIVE)).toContain('COMPLETED');
      await settle();

      expect(await stored(pipeline)).toEqual({
        A: ['wamid.A.later', ...wamids('A', 5)],
        B: wamids('B', 5),
      });
      expect(deadLetters(pipeline)).toBe(0);
      const path = `/v1/channels/${CHANNEL}/contacts/MX.A/timeline`;
      const { entries } = JSON.parse(await (await read(path)).text());
      expect(entries.map(({ wamid }: { wamid: string }) => wamid)).toEqual([
        'wamid.A.later',
        ...wamids('A', 5).toReversed(),
      ]);
    },
  );

  test('come back where the cause is not mended, and are stored by the redrive after that', async () => {
    const pipeline = await aPipeline();
    const operator = await anOperator(pipeline.stack);
    refuseMessages(pipeline);
    await pipeline.post(metaWebhook({ messages: messagesOf('A', 3) }));
    await sendPoison(pipeline);
    await untilDeadLettered(pipeline, 4);
    await operator.run(REDRIVE);
    expect(deadLetters(pipeline)).toBeLessThan(4);
    await untilDeadLettered(pipeline, 4);

    mend(pipeline);
    await operator.run(REDRIVE);
    await pipeline.settle();
    expect(await stored(pipeline)).toEqual({ A: wamids('A', 3) });
    // Nothing mends poison.
    expect(deadLetters(pipeline)).toBe(1);
  });

  test('are not doubled where the provider has delivered them again', async () => {
    const pipeline = await aPipeline();
    const operator = await anOperator(pipeline.stack);
    const webhook = metaWebhook({ messages: messagesOf('A', 3) });
    refuseMessages(pipeline);
    await pipeline.post(webhook);
    await untilDeadLettered(pipeline, 3);

    mend(pipeline);
    pipeline.stack.clock.advance(60 * MINUTE);
    await pipeline.post(webhook);
    await operator.run(REDRIVE);
    await operator.run(REDRIVE);
    await pipeline.settle();
    expect(await stored(pipeline)).toEqual({ A: wamids('A', 3) });
  });

  test.skipIf(!hasShell('jq', 'openssl'))(
    'saved to a file are put back from there, also large ones, in the order of their contact',
    async () => {
      const pipeline = await aPipeline();
      const operator = await anOperator(pipeline.stack);
      refuseMessages(pipeline);
      // Longer than an argument of a command may be.
      await pipeline.post(metaWebhook({ messages: messagesOf('A', 2, 'ñ'.repeat(100_000)) }));
      await pipeline.post(metaWebhook({ messages: messagesOf('B', 1) }));
      await untilDeadLettered(pipeline, 3);
      await operator.run(SAVE);
      expect(deadLetters(pipeline)).toBe(0);

      mend(pipeline);
      await operator.run(PUT_BACK);
      await pipeline.settle();
      expect(await stored(pipeline)).toEqual({ A: wamids('A', 2), B: wamids('B', 1) });
    },
  );
});
