import { BatchGetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type QueuedEvent, readEnvelope, writeEnvelope } from '../../lambda/events/envelope.ts';
import { claimsOf } from '../../lambda/events/message-claims.ts';
import type { QueuedMessage } from '../../lambda/shared/queue/queued-message.ts';
import { type EventTableEmulator, startEventTable } from '../support/event-table-emulator.ts';
import { splitMeta, splitWasender } from '../support/just-sent.ts';
import { contextWith, keepOutput, startedIn } from '../support/lambda-runtime.ts';
import { queuedMessage, queuedMessageEvent, sqsRecord } from '../support/queued-events.ts';
import { type AwsEdge, startAwsEdge } from './aws-edge.ts';
import { nearJson } from './hostile-json.ts';
import { hostileRuns } from './runs.ts';
import { META_SHAPES, WASENDER_SHAPES } from './webhook-shapes.ts';

let edge: AwsEdge;
let table: EventTableEmulator;
let handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
let output: string[];

beforeAll(async () => {
  [edge, table] = await Promise.all([startAwsEdge({}), startEventTable()]);
  const variables = {
    TABLE_NAME: table.tableName,
    INBOX_QUEUE_URL: `${edge.url}/1/inbox.fifo`,
    INBOX_DEAD_LETTER_QUEUE_URL: `${edge.url}/1/inbox-dead-letter.fifo`,
    RETENTION_DAYS: '30',
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_SQS: edge.url,
  };
  output = keepOutput();
  ({ handler } = await startedIn(
    variables,
    () => import('../../lambda/inbound/processor/handler.ts'),
  ));
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await Promise.all([edge[Symbol.asyncDispose](), table[Symbol.asyncDispose]()]);
});

const ENVELOPES = [
  ...META_SHAPES.flatMap((shape) => splitMeta(shape)),
  ...WASENDER_SHAPES.flatMap((shape) => splitWasender(shape)),
].map(writeEnvelope);

const aBody = fc
  .oneof(
    { weight: 8, arbitrary: nearJson(ENVELOPES) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('null', '[]', '{}', '{"v":1}', '{"v":2}', '{"v":1e400}'),
    },
  )
  // No other character comes out of SQS, and no longer message.
  .map((body) => body.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '?'))
  .map((body) => (Buffer.byteLength(body) > 1_000_000 ? body.slice(0, 1000) : body || ' '));

const someMessages = fc.array(
  fc.record({
    body: aBody,
    group: fc.constantFrom('a', 'b', undefined),
    receiveCount: fc.constantFrom(1, 2, 3, 999),
  }),
  { minLength: 1, maxLength: 4 },
);

async function isStored({ body }: QueuedMessage): Promise<boolean> {
  const reading = readEnvelope(body);
  if (!reading.ok) return false;
  const { Count } = await table.client.send(
    new QueryCommand({
      TableName: table.tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: reading.event.group.toWellFormed() } },
      Limit: 1,
    }),
  );
  return Count === 1 || (await isStoredElsewhere(reading.event));
}

/** The same message came under another name: then that form has what this one would claim. */
async function isStoredElsewhere(event: QueuedEvent): Promise<boolean> {
  const { places, precedents } = claimsOf(event);
  const Keys = [...places, ...precedents].map(({ pk, sk }) => ({ pk: { S: pk }, sk: { S: sk } }));
  if (Keys.length === 0) return false;
  const { Responses = {} } = await table.client.send(
    new BatchGetItemCommand({ RequestItems: { [table.tableName]: { Keys } } }),
  );
  return (Responses[table.tableName] ?? []).length > 0;
}

const { parameters, timeout } = hostileRuns(150);

test('whatever is on the queue is stored, set aside or returned, and a neighbour stored', {
  timeout,
}, async () => {
  const counted = { stored: 0, deadLettered: 0, returned: 0 };
  await fc.assert(
    fc.asyncProperty(someMessages, async (bodies) => {
      edge.forget();
      output.length = 0;
      const healthy = queuedMessage(queuedMessageEvent({ group: 'contact.healthy' }));
      const hostile = bodies.map(({ body, group, receiveCount }) =>
        queuedMessage(queuedMessageEvent(), { body, receiveCount, messageGroupId: group }),
      );

      const { batchItemFailures } = await handler(
        { Records: [...hostile, healthy].map(sqsRecord) },
        contextWith(30_000),
      );

      const returned = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      const deadLettered = new Set(edge.deadLetters.map(({ body }) => body));
      expect(edge.misuses).toEqual([]);
      expect(returned.has(healthy.messageId)).toBe(false);
      expect(await isStored(healthy)).toBe(true);
      for (const message of hostile) {
        if (returned.has(message.messageId)) counted.returned += 1;
        else if (deadLettered.has(message.body)) counted.deadLettered += 1;
        else {
          expect(await isStored(message)).toBe(true);
          counted.stored += 1;
        }
      }
      expect(output.join('\n')).not.toMatch(/Luc|Sigue|wamid\.|5215550001111|hola/);
    }),
    parameters,
  );
  expect(Math.min(...Object.values(counted))).toBeGreaterThan(parameters.numRuns / 20);
});
