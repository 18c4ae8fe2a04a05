import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { QueuedEvent } from '../../lambda/events/envelope.ts';
import { startDeadline } from '../../lambda/shared/aws/deadline.ts';
import { awsJson, DYNAMODB } from '../../lambda/shared/aws/json-protocol.ts';
import { eventTable } from '../../lambda/table/event-table.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { awsService } from '../support/aws-service.ts';
import { OCCURRED_AT, queuedMessageEvent, queuedStatusEvent } from '../support/queued-events.ts';

const emulator = await anEventTable();

type Answer = 'passes' | 'answer lost' | 'ThrottlingException' | 'InternalServerError';

/** A network before the table that treats one request after the other so, the rest as the last. */
async function startNetwork(answers: readonly Answer[]) {
  let requests = 0;
  const listener: RequestListener = async (request, response) => {
    const answer = answers[Math.min(requests, answers.length - 1)] ?? 'passes';
    requests += 1;
    const body = Buffer.concat(await Array.fromAsync(request));
    if (answer === 'passes' || answer === 'answer lost') {
      const passed = await fetch(emulator.endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': String(request.headers['x-amz-target']),
          authorization: String(request.headers.authorization),
          'x-amz-date': String(request.headers['x-amz-date']),
        },
        body,
      });
      const text = await passed.text();
      if (answer === 'answer lost') response.destroy();
      else
        response
          .writeHead(passed.status, { 'content-type': 'application/x-amz-json-1.0' })
          .end(text);
      return;
    }
    response
      .writeHead(answer === 'InternalServerError' ? 500 : 400)
      .end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${answer}` }));
  };
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests: () => requests,
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function storeOver(endpoint: string, event: QueuedEvent, withinMs = 10_000) {
  using deadline = startDeadline(withinMs);
  const patience = { attempts: 8, timeoutMs: 3000 };
  const dynamodb = awsJson(awsService('dynamodb', endpoint), DYNAMODB, patience);
  const table = eventTable(dynamodb, {
    tableName: emulator.tableName,
    retentionDays: 30,
    now: () => OCCURRED_AT,
  });
  return await table(event, '1', deadline.signal);
}

describe('the table behind a bad network', () => {
  test('stores an event after a few failures of DynamoDB', async () => {
    using network = await startNetwork(['InternalServerError', 'InternalServerError', 'passes']);

    expect(await storeOver(network.endpoint, queuedMessageEvent())).toBe('stored');
    expect(network.requests()).toBe(3);
  });

  test('has one row when the answer to the put was lost', async () => {
    using network = await startNetwork(['answer lost', 'passes']);

    expect(await storeOver(network.endpoint, queuedMessageEvent())).toBe('duplicate');
    expect(await emulator.rows()).toHaveLength(1);
  });

  test('moves a message once when the answer to the move was lost', async () => {
    const delivered = queuedStatusEvent('delivered', { occurredAt: OCCURRED_AT + 1 });
    using good = await startNetwork(['passes']);
    await storeOver(good.endpoint, delivered);
    using network = await startNetwork(['passes', 'answer lost', 'passes']);

    expect(await storeOver(network.endpoint, queuedStatusEvent('sent'))).toBe('stored');

    const [row] = await emulator.rows();
    expect(row?.timelineAt?.S).toBe(String(OCCURRED_AT));
    expect(row).toHaveProperty(['status.sent']);
  });

  test('gives up when the time is up, even between two tries', async () => {
    using network = await startNetwork(['ThrottlingException']);
    const startedAt = performance.now();

    const stored = storeOver(network.endpoint, queuedMessageEvent(), 300);

    await expect(stored).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});
