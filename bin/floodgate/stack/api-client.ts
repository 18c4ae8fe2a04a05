import { HttpRequest } from '@smithy/core/transport';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod/mini';
import { Sha256 } from '../../../lambda/shared/aws/sha256.ts';
import { type Surroundings, UnavailableError, UsageError } from '../terminal/command.ts';
import { readUrl } from '../terminal/option-values.ts';
import { outputsOf, reasonOf } from './deployed-stack.ts';
import { isLoopback, readLocalStacks } from './local-stack.ts';

/** Which stack a command talks to, as it was typed. */
export interface ApiChoice {
  /** Its address, before `/v1`. */
  readonly api?: string | undefined;
  /** Its name in CloudFormation. */
  readonly stack?: string | undefined;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** From `/v1` on, with the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface ApiClient {
  readonly url: string;
  /**
   * Resolves with the answer's JSON, of the form that the schema has.
   *
   * Throws `UsageError` for what the stack calls wrong, and `UnavailableError` for any other refusal.
   */
  readonly call: <Schema extends z.ZodMiniType>(
    request: ApiRequest,
    schema: Schema,
  ) => Promise<z.output<Schema>>;
}

/** What of its surroundings decides which stack is meant, and as whom it is asked. */
export type Where = Pick<Surroundings, 'environment' | 'projectFolder'>;

/** Talks to `/v1`: unsigned on this machine, else signed by the user's credentials for AWS. */
export async function openApi(choice: ApiChoice, surroundings: Where): Promise<ApiClient> {
  const url = await findApi(choice, surroundings);
  const sign = isLoopback(url) ? localSigner(surroundings) : await awsSigner(url);
  return {
    url,
    call: async ({ method, path, headers: own = {}, body }, schema) => {
      const request = httpRequest(new URL(url.replace(/\/$/, '') + path), method, body, own);
      const { headers } = await sign(request).catch(unsigned);
      const response = await fetch(url.replace(/\/$/, '') + path, {
        ...{ method, headers, signal: AbortSignal.timeout(35_000) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }).catch(unreachable(url));
      const answer = schema.safeParse(await answerOf(response, url));
      if (answer.success) return answer.data;
      throw new UnavailableError(
        `${url} is of another release: it answers otherwise than is known`,
      );
    },
  };
}

async function findApi({ api, stack }: ApiChoice, surroundings: Where): Promise<string> {
  if (stack !== undefined) {
    if (api !== undefined) throw new UsageError('--api and --stack exclude each other');
    const url = (await outputsOf(stack)).get('ApiUrl');
    if (url !== undefined) return url;
    throw new UnavailableError(`the stack ${stack} has no output ApiUrl: is it Floodgate's?`);
  }
  if (api !== undefined) return readAddress('--api', api);
  const named = surroundings.environment['FLOODGATE_API'];
  if (named) return readAddress('FLOODGATE_API', named);
  const [local] = readLocalStacks(surroundings.projectFolder);
  if (local !== undefined) return local.url;
  throw new UnavailableError(
    'no local stack runs: start it with `npm start`, or name a deployed one with --stack or --api',
  );
}

/** The documents show whole addresses, so somebody gives one. */
function readAddress(option: string, typed: string): string {
  const url = readUrl(option, typed);
  const [before, after] = url.split(/\/v1(?=[/?#]|$)/);
  if (after === undefined) return url;
  throw new UsageError(`${option} takes the address before /v1: ${before}`);
}

function httpRequest(
  url: URL,
  method: string,
  body: object | undefined,
  headers: Readonly<Record<string, string>>,
): HttpRequest {
  return new HttpRequest({
    ...{ method, protocol: url.protocol, hostname: url.hostname, path: url.pathname },
    ...(url.port !== '' && { port: Number(url.port) }),
    query: Object.fromEntries(url.searchParams),
    headers: {
      ...headers,
      host: url.host,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** The local stack takes the word of whoever calls; without one that is `user/local`. */
function localSigner({ environment }: Where): Sign {
  const caller = environment['FLOODGATE_CALLER'];
  return async (request) => {
    if (caller) request.headers['x-floodgate-caller'] = caller;
    return request;
  };
}

const API_HOST = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/;

type Sign = (request: HttpRequest) => Promise<HttpRequest>;

async function awsSigner(url: string): Promise<Sign> {
  // Loaded here, because it takes longer than all the rest of the command. Its configuration finds
  // credentials as every tool of AWS does.
  const { STSClient } = await import('@aws-sdk/client-sts');
  const regionOfHost = API_HOST.exec(new URL(url).hostname)?.[1];
  const { config } = new STSClient(regionOfHost === undefined ? {} : { region: regionOfHost });
  const signer = new SignatureV4({
    ...{ service: 'execute-api', sha256: Sha256 },
    region: async () => await config.region(),
    credentials: async () => await config.credentials(),
  });
  return async (request) => HttpRequest.clone(await signer.sign(request));
}

function unsigned(error: unknown): never {
  throw new UnavailableError(
    `the request cannot be signed: ${reasonOf(error)}; set AWS_PROFILE or other credentials, and AWS_REGION`,
    { cause: error },
  );
}

function unreachable(url: string): (error: unknown) => never {
  return (error) => {
    const advice = isLoopback(url) ? 'start it with `npm start`' : 'is the address right?';
    throw new UnavailableError(`nothing answers at ${url}: ${advice}`, { cause: error });
  };
}

const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
/** API Gateway's own. */
const gatewayFailure = z.object({ message: z.string() });

async function answerOf(response: Response, url: string): Promise<unknown> {
  const text = await response.text();
  const json = text === '' ? undefined : parse(text);
  if (response.ok) return json;
  const refused = failure.safeParse(json).data?.error;
  if (refused?.code === 'invalid_parameter') throw new UsageError(refused.message);
  const reason = refused?.message ?? gatewayFailure.safeParse(json).data?.message ?? text;
  const { status } = response;
  throw new UnavailableError(refused === undefined ? explain(status, reason, url) : reason);
}

function explain(status: number, reason: string, url: string): string {
  const said = `${url} answered ${status} ${reason}`.trim();
  const isForbidden = status === 401 || status === 403;
  return isForbidden ? `${said}: your credentials may not execute-api:Invoke that` : said;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
