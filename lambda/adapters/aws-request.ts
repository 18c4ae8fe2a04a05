import { setTimeout as sleep } from 'node:timers/promises';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/transport';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';

export interface AwsEndpoint {
  /** Name by which requests are signed, such as `s3`. */
  readonly service: string;
  readonly region: string;
  /** Such as `https://secretsmanager.eu-west-1.amazonaws.com`. */
  readonly url: string;
}

interface AwsCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A service's refusal, or that it could not be reached. Its name is the service's own, such as `NoSuchKey`. */
export class AwsRequestError extends Error {
  override readonly name: string;

  constructor(service: string, name: string, options?: ErrorOptions) {
    super(`${service}: ${name}`, options);
    this.name = name;
  }
}

/** Resolves with the body of a 200. Rejects with an `AwsRequestError`, after three tries. */
export type SendToAws = (call: AwsCall, signal: AbortSignal) => Promise<string>;

const ATTEMPTS = 3;
const PAUSE_MS = 200;

/**
 * One signed request, out of the SDK's own parts.
 *
 * For calls that a function makes once an hour, or once in a million events: a client of the SDK
 * for each would take a third of the bundle and of the time to load it.
 */
export function awsSender(endpoint: AwsEndpoint): SendToAws {
  const { protocol, hostname, port } = new URL(endpoint.url);
  const http = new NodeHttpHandler({ connectionTimeout: 1000, requestTimeout: 3000 });
  const signer = new SignatureV4({
    service: endpoint.service,
    region: endpoint.region,
    credentials: defaultProvider(),
    sha256: Sha256,
    uriEscapePath: false,
  });

  async function send({ method, path, headers, body }: AwsCall, signal: AbortSignal) {
    const bytes = Buffer.from(body);
    const request = new HttpRequest({
      method,
      protocol,
      hostname,
      path,
      ...(port !== '' && { port: Number(port) }),
      headers: {
        ...headers,
        host: port === '' ? hostname : `${hostname}:${port}`,
        'content-length': String(bytes.length),
        'x-amz-content-sha256': await sha256Hex(bytes),
      },
      body: bytes,
    });
    const signed = HttpRequest.clone(await signer.sign(request));
    const { response } = await http.handle(signed, { abortSignal: signal });
    return { status: response.statusCode, text: await textOf(response.body) };
  }

  return async (call, signal) => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await send(call, signal).catch((error: Error) => error);
      if (!(answer instanceof Error) && answer.status === 200) return answer.text;
      if (attempt === ATTEMPTS || signal.aborted || isFinal(answer))
        throw failure(endpoint, answer);
      await sleep(PAUSE_MS * attempt, undefined, { signal });
    }
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function isFinal(answer: Answer | Error): boolean {
  if (answer instanceof Error) return false;
  const isThrottled = answer.status === 429 || answer.text.includes('ThrottlingException');
  return answer.status < 500 && !isThrottled;
}

/** Says which error it was, without the text of the answer. */
function failure({ service }: AwsEndpoint, answer: Answer | Error): AwsRequestError {
  if (answer instanceof Error) return new AwsRequestError(service, answer.name, { cause: answer });
  const code = /"__type"\s*:\s*"(?:[\w.]*#)?(\w+)"|<Code>(\w+)<\/Code>/.exec(answer.text);
  return new AwsRequestError(service, code?.[1] ?? code?.[2] ?? `HTTP ${answer.status}`);
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function sha256Hex(bytes: Buffer): Promise<string> {
  const hash = new Sha256();
  hash.update(bytes);
  return Buffer.from(await hash.digest()).toString('hex');
}
