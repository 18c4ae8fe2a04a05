import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import * as z from 'zod/mini';
import { type LocalSettings, secretText } from './function-environment.ts';
import type { SelfSigned } from './self-signed.ts';

/** One call as it came over HTTP. */
export interface AwsCall {
  /** Such as `SendMessageBatch`; of a call to S3 its method. */
  readonly action: string;
  /** The action's input. */
  readonly body: string;
  readonly bytes: number;
}

export interface AwsStub extends AsyncDisposable {
  readonly url: string;
  /** The calls since this was asked for the last time, in their order. */
  readonly takeCalls: () => readonly AwsCall[];
  /** From now on these rows are what reads of the table find, and no others. */
  readonly keepRows: (rows: readonly object[]) => void;
  /** From now on this is what reads of a range of an object find, whichever it is. */
  readonly keepObject: (read: ReadBytes) => void;
}

/** Fewer at the end of an object. */
type ReadBytes = (offset: number, bytes: number) => string;

const rowSchema = z.looseObject({
  pk: z.object({ S: z.string() }),
  sk: z.object({ S: z.string() }),
});

/** A row of the table as DynamoDB writes it. */
type StubRow = z.output<typeof rowSchema>;

const getSchema = z.object({ Key: rowSchema });
const batchGetSchema = z.object({
  RequestItems: z.record(z.string(), z.object({ Keys: z.array(rowSchema) })),
});
const querySchema = z.object({
  ExpressionAttributeValues: z.record(z.string(), z.object({ S: z.optional(z.string()) })),
  Limit: z.optional(z.number()),
});

const batchSchema = z.object({
  Entries: z.array(z.object({ Id: z.string(), MessageBody: z.string() })),
});

/**
 * Answers as SQS, DynamoDB and Secrets Manager do where all goes well, at once, and forgets.
 *
 * It runs in the process that measures, so its own work is not part of any figure of CPU.
 */
export async function startAwsStub(
  settings: LocalSettings,
  tls: SelfSigned | undefined,
): Promise<AwsStub> {
  let calls: AwsCall[] = [];
  let rows: readonly StubRow[] = [];
  let read: ReadBytes = () => '';
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const sent = Buffer.concat(chunks);
    const body = sent.toString('utf8');
    const target = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
    const action = target === '' ? (request.method ?? '') : target;
    calls.push({ action, body, bytes: sent.length });
    const range = rangeOf(request);
    if (range !== undefined) {
      response.statusCode = 206;
      response.end(read(...range));
      return;
    }
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(answer(action, body, settings, rows));
  };
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    listener(request, response).catch(() => response.destroy());
  };
  const server =
    tls === undefined
      ? createHttp(serve)
      : createHttps({ key: tls.key, cert: tls.certificate }, serve);
  server.keepAliveTimeout = 120_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    takeCalls: () => {
      const taken = calls;
      calls = [];
      return taken;
    },
    keepRows: (kept) => {
      rows = kept.map((row) => rowSchema.parse(row));
    },
    keepObject: (kept) => {
      read = kept;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Which bytes of an object are asked for. */
function rangeOf({ headers }: IncomingMessage): [offset: number, bytes: number] | undefined {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  if (first === undefined || last === undefined) return undefined;
  return [Number(first), Number(last) - Number(first) + 1];
}

function answer(
  action: string,
  body: string,
  settings: LocalSettings,
  rows: readonly StubRow[],
): string {
  if (action === 'SendMessageBatch') {
    const { Entries } = batchSchema.parse(JSON.parse(body));
    const Successful = Entries.map(({ Id, MessageBody }) => ({
      Id,
      MessageId: '00000000-0000-4000-8000-000000000000',
      MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
      SequenceNumber: '18849496460467696128',
    }));
    return JSON.stringify({ Successful });
  }
  if (action === 'GetSecretValue') {
    return JSON.stringify({ SecretString: secretText(body, settings) });
  }
  if (action === 'GetParameter') {
    return JSON.stringify({ Parameter: { Value: 'x'.repeat(200) } });
  }
  if (action === 'GetItem') {
    return JSON.stringify({ Item: rowOf(getSchema.parse(JSON.parse(body)).Key, rows) });
  }
  if (action === 'BatchGetItem') {
    const tables = Object.entries(batchGetSchema.parse(JSON.parse(body)).RequestItems);
    const found = tables.map(([name, { Keys }]) => [
      name,
      Keys.map((key) => rowOf(key, rows)).filter((row) => row !== undefined),
    ]);
    return JSON.stringify({ Responses: Object.fromEntries(found) });
  }
  return action === 'Query' ? JSON.stringify({ Items: rowsOf(body, rows) }) : '{}';
}

function rowOf({ pk, sk }: StubRow, rows: readonly StubRow[]): StubRow | undefined {
  return rows.find((row) => row.pk.S === pk.S && row.sk.S === sk.S);
}

/** The rows of the one partition that a query names, those of the prefix where it names one. */
function rowsOf(body: string, rows: readonly StubRow[]): readonly StubRow[] {
  const { ExpressionAttributeValues, Limit } = querySchema.parse(JSON.parse(body));
  const values = Object.values(ExpressionAttributeValues).map(({ S }) => S);
  const prefix = ExpressionAttributeValues[':prefix']?.S ?? '';
  return rows
    .filter(({ pk, sk }) => values.includes(pk.S) && sk.S.startsWith(prefix))
    .slice(0, Limit);
}
