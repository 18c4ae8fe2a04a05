import type { Readable } from 'node:stream';
import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { memberOf } from '../json/json-source.ts';
import type { CallAws } from './json-protocol.ts';
import { refused, tryAgain, unreached } from './request.ts';
import type { AwsService } from './service.ts';

/** A client of the SDK, as far as it is used here. */
interface Client<Command> {
  readonly send: (
    command: Command,
    options: { readonly abortSignal: AbortSignal },
  ) => Promise<object>;
}

/** The classes of a client's commands, by the operation's name. */
type Commands = Readonly<Record<string, new (input: never) => object>>;

interface SdkCallOptions {
  readonly attempts: number;
  /** What of an output is still to come, such as a body. @default nothing */
  readonly finish?: (output: object) => Promise<object>;
}

/**
 * Calls by a client of the SDK, with the seam and the errors of `awsJson`.
 *
 * The retries are our own: the SDK's pause on after a deadline, and give up where many calls fail.
 */
export function sdkCall<Command>(
  { name }: AwsService,
  client: Client<Command>,
  commands: Commands,
  { attempts, finish = async (output) => output }: SdkCallOptions,
): CallAws {
  return async (operation, input, signal) => {
    const Command = commands[operation];
    if (Command === undefined) throw new Error(`no command of ${name} is named ${operation}`);
    const send = async () => {
      try {
        // Inputs have the SDK's types where they are written; a command is what its class makes of one.
        const command: Command = Reflect.construct(Command, [input]);
        return await finish(await client.send(command, { abortSignal: signal }));
      } catch (error) {
        throw asRequestError(name, error);
      }
    };
    return tryAgain(send, attempts, signal);
  };
}

/** Without the text of a service's answer, which errors of the SDK quote. */
function asRequestError(service: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const status = memberOf(memberOf(error, '$metadata'), 'httpStatusCode');
  if (typeof status !== 'number') return isOfNetwork(error) ? unreached(service, error) : error;
  return refused(service, status, nameOf(error, status));
}

function isOfNetwork(error: Error): boolean {
  return 'code' in error || error.name === 'TimeoutError' || error.name === 'AbortError';
}

/** Names that say no more than that there is no name. */
const UNNAMED = new Set(['Error', 'SyntaxError', 'TypeError', 'Unknown', 'UnknownError']);

function nameOf({ name }: Error, status: number): string | undefined {
  if (status < 300) return 'an answer that cannot be read';
  return UNNAMED.has(name) ? undefined : name;
}

/**
 * What a client is made with, so that it looks for nothing in files and variables.
 *
 * One attempt a call, as `sdkCall` makes the others.
 */
export function clientSettings({ region, url, credentials }: AwsService, timeoutMs: number) {
  return {
    region,
    endpoint: url,
    credentials,
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    authSchemePreference: [],
    disableClockSkewCorrection: false,
    userAgentAppId: async () => undefined,
    defaultUserAgentProvider: async () => [['floodgate']],
    requestHandler: new EndingHttpHandler({
      ...{ connectionTimeout: 1000, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
    }),
  } satisfies SQSClientConfig;
}

/** The SDK's own handler heeds an abortion until it has the headers; this one until it has the body. */
class EndingHttpHandler extends NodeHttpHandler {
  override async handle(...[request, options]: Parameters<NodeHttpHandler['handle']>) {
    const answer = await super.handle(request, options);
    const signal = options?.abortSignal;
    if (signal instanceof AbortSignal) endWith(signal, answer.response.body);
    return answer;
  }
}

function endWith(signal: AbortSignal, body: Readable): void {
  const stop = () => body.destroy(new DOMException('aborted', 'AbortError'));
  signal.addEventListener('abort', stop, { once: true });
  body.once('close', () => signal.removeEventListener('abort', stop));
}
