import { once } from 'node:events';
import { createServer } from 'node:http';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { messageGroup } from '../../../lambda/events/event.ts';
import { type EventTableEmulator, startEventTable } from '../../support/event-table-emulator.ts';
import { contextWith, runsInLambda, startedIn } from '../../support/lambda-runtime.ts';
import { type QueueEmulator, startQueues } from '../../support/queue-emulator.ts';
import {
  CHANNEL,
  PHONE,
  queuedMessage,
  queuedMessageEvent,
  queuedStatusEvent,
  sqsRecord,
  WAMID,
} from '../../support/queued-events.ts';

let table: EventTableEmulator;
let queues: QueueEmulator;

const output = runsInLambda();

beforeAll(async () => {
  [table, queues] = await Promise.all([startEventTable(), startQueues()]);
});
afterAll(async () => {
  await Promise.all([table[Symbol.asyncDispose](), queues[Symbol.asyncDispose]()]);
});
beforeEach(async () => {
  queues.reset();
  await table.clear();
});

/** The handler as it starts in Lambda, with its environment and the endpoints of the emulators. */
async function startHandler(environment: Record<string, string> = {}) {
  const variables = {
    TABLE_NAME: table.tableName,
    INBOX_QUEUE_URL: queues.inboxUrl,
    INBOX_DEAD_LETTER_QUEUE_URL: queues.deadLetterUrl,
    RETENTION_DAYS: '30',
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    ...environment,
  };
  const { handler } = await startedIn(
    variables,
    () => import('../../../lambda/inbound/processor/handler.ts'),
  );
  return (event: SQSEvent, remainingMs = 30_000): Promise<SQSBatchResponse> =>
    handler(event, contextWith(remainingMs));
}

async function receivedEvent(): Promise<SQSEvent> {
  return { Records: (await queues.receiveBatch()).map(sqsRecord) };
}

const metrics = () => output.join('\n').match(/"Event\w+":\d+/g);

describe('the processor', () => {
  test('stores a batch, counts it, and says nothing else', async () => {
    const handler = await startHandler();
    await queues.send(queuedMessageEvent());
    await queues.send(queuedStatusEvent('sent'));

    expect(await handler(await receivedEvent())).toEqual({ batchItemFailures: [] });

    const keys = (await table.rows()).map(({ sk }) => sk?.S);
    expect(keys.toSorted()).toEqual(['message', queuedMessageEvent().id]);
    expect(metrics()).toEqual(['"EventStored":2']);
    expect(output).toHaveLength(1);
  });

  test('sets aside what is no event, and stores what is behind it', async () => {
    const handler = await startHandler();
    const event = queuedMessageEvent();
    const poison = queuedMessage(event, { body: `no JSON ${PHONE}` });

    const answer = await handler({ Records: [poison, queuedMessage(event)].map(sqsRecord) });

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(queues.deadLetters().map(({ body }) => body)).toEqual([poison.body]);
    expect(await table.rows()).toHaveLength(1);
  });

  test('returns everything, soon to be tried again, when the table is away', async () => {
    const handler = await startHandler({ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' });
    await queues.send(queuedMessageEvent());
    await queues.send(queuedStatusEvent('sent'));
    const event = await receivedEvent();

    const { batchItemFailures } = await handler(event, 4000);

    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).toSorted()).toEqual(
      event.Records.map(({ messageId }) => messageId).toSorted(),
    );
    expect(queues.hiddenSeconds().map((seconds) => seconds >= 2 && seconds <= 4)).toEqual([
      true,
      true,
    ]);
    expect(queues.deadLetters()).toEqual([]);
  });

  test('answers in time when the table hangs', async () => {
    const hanging = createServer().listen(0, '127.0.0.1');
    await once(hanging, 'listening');
    const address = hanging.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const handler = await startHandler({
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
    });
    await queues.send(queuedMessageEvent());
    const startedAt = performance.now();

    const { batchItemFailures } = await handler(await receivedEvent(), 3500);

    expect(batchItemFailures).toHaveLength(1);
    expect(performance.now() - startedAt).toBeLessThan(3500);
    hanging.closeAllConnections();
    hanging.close();
  });

  test('writes no number, wamid or content, whatever happens', async () => {
    const handler = await startHandler({ INBOX_DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1:9/none' });
    const events = [
      queuedMessage(queuedMessageEvent()),
      queuedMessage(queuedMessageEvent({ group: 'large', payload: 'x'.repeat(410_000) })),
      queuedMessage(queuedMessageEvent({ group: 'bad' }), { body: `${PHONE} ${WAMID}` }),
    ];

    await handler({ Records: events.map(sqsRecord) }, 20_000);

    const written = output.join('\n');
    expect(written).toContain('Events returned to the queue');
    expect(written).toContain('refused-by-table');
    for (const text of [PHONE, WAMID, 'xxxx', messageGroup(CHANNEL, WAMID)]) {
      expect(written).not.toContain(text);
    }
  });

  test('names each fault of its environment before the first event', async () => {
    const starting = startHandler({ INBOX_QUEUE_URL: 'nowhere', RETENTION_DAYS: '7' });

    await expect(starting).rejects.toThrow(/INBOX_QUEUE_URL/);
    await expect(starting).rejects.toThrow(/RETENTION_DAYS/);
  });
});
