import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { type ApiAction, ApiError, jsonProtocol } from '../../local/aws/json-protocol.ts';
import { listen, readBody } from '../../local/loopback-server.ts';
import { checkFifoMessage, MAX_MESSAGE_BYTES } from '../../local/sqs/message-limits.ts';

export interface TakenMessage {
  readonly groupId: string;
  readonly deduplicationId: string;
  readonly body: string;
}

/** SQS, S3 and Secrets Manager, as strict as AWS with what they are sent, and a record of it. */
export interface AwsEdge extends AsyncDisposable {
  readonly url: string;
  /** Messages that the queue has confirmed. */
  readonly taken: TakenMessage[];
  /** Messages sent singly, as dead letters are. */
  readonly deadLetters: TakenMessage[];
  /** Payloads by S3 key. */
  readonly parked: Map<string, string>;
  /** Calls that were not as AWS documents them. */
  readonly misuses: string[];
  /** Which calls it does not allow, such as `SendMessageBatch` or `PUT`. */
  refuses: (action: string) => boolean;
  readonly forget: () => void;
}

const message = z.object({
  MessageBody: z.string(),
  MessageGroupId: z.string(),
  MessageDeduplicationId: z.string(),
});
const entry = z.object({ ...message.shape, Id: z.string() });
const batch = z.object({ Entries: z.array(entry).min(1).max(10) });
const delays = z.object({
  Entries: z
    .array(z.object({ Id: z.string() }))
    .min(1)
    .max(10),
});
const secretRequest = z.object({ SecretId: z.string() });

/** @param secrets texts by ARN */
export async function startAwsEdge(secrets: Readonly<Record<string, string>>): Promise<AwsEdge> {
  const taken: TakenMessage[] = [];
  const deadLetters: TakenMessage[] = [];
  const parked = new Map<string, string>();
  const misuses: string[] = [];

  function misuse(code: string, detail: string): ApiError {
    misuses.push(`${code}: ${detail.slice(0, 200)}`);
    return new ApiError(code, 'refused');
  }

  function take({ MessageBody, ...ids }: z.infer<typeof message>, into: TakenMessage[]) {
    const one = {
      body: MessageBody,
      groupId: ids.MessageGroupId,
      deduplicationId: ids.MessageDeduplicationId,
    };
    const refusal = checkFifoMessage(one);
    if (refusal !== undefined) throw misuse(refusal.code, refusal.message);
    into.push(one);
    const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
    return { MessageId: `m${into.length}`, SequenceNumber: `${into.length}`, MD5OfMessageBody };
  }

  const actions: Record<string, ApiAction> = {
    GetSecretValue: (input) => ({ SecretString: secrets[secretRequest.parse(input).SecretId] }),
    SendMessage: (input) => take(message.parse(input), deadLetters),
    SendMessageBatch: (input) => {
      const { Entries } = batch.parse(input);
      const bytes = Entries.reduce((sum, one) => sum + Buffer.byteLength(one.MessageBody), 0);
      if (bytes > MAX_MESSAGE_BYTES) throw misuse('BatchRequestTooLong', `${bytes} bytes`);
      return {
        Successful: Entries.map((one) => ({ Id: one.Id, ...take(one, taken) })),
        Failed: [],
      };
    },
    ChangeMessageVisibilityBatch: (input) => {
      const Successful = delays.parse(input).Entries.map(({ Id }) => ({ Id }));
      return { Successful, Failed: [] };
    },
  };

  async function put(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = /^\/overflow\/(payloads\/[\w.-]{1,200}\.json)\?x-id=PutObject$/.exec(
      request.url ?? '',
    )?.[1];
    if (key === undefined) misuses.push(`PUT ${request.url}`);
    else parked.set(key, (await readBody(request))?.toString() ?? '');
    response.end();
  }

  const answerJson = jsonProtocol('1.1', actions, (_, content) => ({
    accessKeyId: 'local',
    content,
  }));
  const edge: Pick<AwsEdge, 'refuses'> = { refuses: () => false };
  const server = createServer((request, response) => {
    const target = request.headers['x-amz-target'];
    const action = typeof target === 'string' ? target.replace(/^.*\./, '') : request.method;
    if (edge.refuses(action ?? '')) refuse(request, response);
    else if (action === 'PUT') void put(request, response);
    else answerJson(request, response);
  });
  const { url, close } = await listen(server);
  return Object.assign(edge, {
    ...{ url, taken, deadLetters, parked, misuses },
    forget: () => {
      taken.length = 0;
      deadLetters.length = 0;
      misuses.length = 0;
      parked.clear();
    },
    [Symbol.asyncDispose]: () => close(),
  });
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.writeHead(403).end(JSON.stringify({ __type: 'AccessDeniedException' }));
}
