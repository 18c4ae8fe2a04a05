import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { splitMetaWebhook } from '../../lambda/providers/meta/webhook.ts';
import { checkSharedSecret, checkSignature } from '../../lambda/providers/signature.ts';
import { splitWasenderWebhook } from '../../lambda/providers/wasender/webhook.ts';
import { parseJsonSource } from '../../lambda/shared/json/json-source.ts';
import { eventTable } from '../../lambda/table/event-table.ts';
import { type EventTableEmulator, startEventTable } from '../support/event-table-emulator.ts';

export interface StubStack extends AsyncDisposable {
  readonly url: string;
  readonly table: EventTableEmulator;
  /** Bodies of the webhooks that came, in order. */
  readonly received: readonly string[];
}

export interface StubFaults {
  /** Answers in place of the right one, for the first webhooks. */
  readonly firstAnswers?: readonly number[];
  /** Webhooks after which nothing listens any more. */
  readonly leavesAfter?: number;
  /** Whether to acknowledge an event without storing it. */
  readonly loses?: (eventId: string) => boolean;
}

/** What the deployed path does, without a queue: checks the signature, splits, stores. */
export async function startStubStack({
  firstAnswers = [],
  leavesAfter = Number.POSITIVE_INFINITY,
  loses = () => false,
}: StubFaults = {}): Promise<StubStack> {
  const table = await startEventTable();
  const { dynamodb, tableName } = table;
  const store = eventTable(dynamodb, { tableName, retentionDays: 30, now: () => Date.now() });
  const faults = [...firstAnswers];
  const received: string[] = [];
  let stored: Promise<unknown> = Promise.resolve();

  async function answer(request: IncomingMessage): Promise<number> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (request.method === 'GET') return 200;
    received.push(body.toString());
    const fault = faults.shift();
    if (fault !== undefined) return fault;
    const isMeta = request.url === '/webhooks/meta';
    if (!isSigned(request, body, isMeta)) return 403;
    const source = parseJsonSource(body.toString());
    const split = isMeta ? splitMetaWebhook(source, 1) : splitWasenderWebhook(source, 'local', 1);
    if (!split.ok) return 400;
    for (const event of split.events.filter(({ id }) => !loses(id))) {
      // One after the other, as the queue would have it within a group.
      stored = stored.then(() => store(event, '1', AbortSignal.timeout(5000)));
    }
    await stored;
    return 200;
  }

  function leave(): void {
    server.close();
    server.closeAllConnections();
  }

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const end = (status: number) => response.writeHead(status).end();
    response.on('finish', () => received.length >= leavesAfter && leave());
    answer(request).then(end, () => end(500));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    table,
    received,
    [Symbol.asyncDispose]: async () => {
      if (server.listening) {
        leave();
        await once(server, 'close');
      }
      await table[Symbol.asyncDispose]();
    },
  };
}

function isSigned({ headers, url }: IncomingMessage, body: Buffer, isMeta: boolean): boolean {
  const header = (name: string) => String(headers[name] ?? '');
  if (isMeta) return checkSignature(body, header('x-hub-signature-256'), ['local-app-secret']).ok;
  const secrets = url === '/webhooks/wasender/local' ? ['local-wasender-secret'] : [];
  return checkSharedSecret(header('x-webhook-signature'), secrets).ok;
}
