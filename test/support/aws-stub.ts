import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import * as z from 'zod';

export interface StubCall {
  /** Such as `AmazonSQS.SendMessageBatch`. */
  readonly target: string;
  readonly input: unknown;
}

/** What the stub answers one call with; `hang` never ends. */
export type StubAnswer = { readonly status?: number; readonly body: unknown } | 'hang';

/** Any AWS service with a JSON protocol, on loopback, that answers as it is told. */
export async function startAwsStub(
  answer: (call: StubCall, index: number) => StubAnswer,
): Promise<{ url: string; calls: StubCall[] }> {
  const calls: StubCall[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const input: unknown = JSON.parse(Buffer.concat(chunks).toString() || 'null');
    const call = { target: String(request.headers['x-amz-target']), input };
    calls.push(call);
    const answered = answer(call, calls.length - 1);
    if (answered === 'hang') return;
    response.writeHead(answered.status ?? 200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(answered.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, calls };
}

const batch = z.object({ Entries: z.array(z.object({ Id: z.string(), MessageBody: z.string() })) });

/** SQS's answer to `SendMessageBatch`: confirms all entries, or those that are asked for. */
export function confirmed(
  { input }: StubCall,
  isTaken: (id: string) => boolean = () => true,
  failed: readonly object[] = [],
): StubAnswer {
  const taken = batch.parse(input).Entries.filter(({ Id }) => isTaken(Id));
  const Successful = taken.map(({ Id, MessageBody }) => ({
    Id,
    MessageId: `m${Id}`,
    SequenceNumber: Id,
    MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
  }));
  return { body: { Successful, Failed: failed } };
}
