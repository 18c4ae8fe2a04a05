import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { REGION } from './account.ts';
import { LOCAL_TOKENS, type ProviderSettings } from './aws/secret-values.ts';
import { startWatchedStack } from './console/start-watched.ts';
import { openKeep } from './keep/sqlite-keep.ts';
import { listen } from './loopback-server.ts';
import { createOutput } from './output.ts';
import { readyOf, rememberReady } from './ready-file.ts';
import { LOCAL_SECRET_ACCESS_KEY } from './signature/check.ts';
import type { LocalStack } from './stack.ts';
import { buildAssembly } from './template/assembly.ts';

export interface RunOptions {
  readonly port: number;
  readonly verbose: boolean;
  /** Folder with a cloud assembly. @default builds the app */
  readonly assembly: string | undefined;
  readonly providers: ProviderSettings;
  /** How long Lambda takes to switch an event source mapping. @default the stack's */
  readonly switchMs: number | undefined;
  /** Folder for what is to be there again at the next start. @default nothing is kept */
  readonly keep: string | undefined;
  readonly write: (line: string) => void;
  readonly colours: boolean;
}

/** A stop waits for the queues, but not for messages that fail again and again. */
const DRAIN_MS = 10_000;
const METRICS_EVERY_MS = 1_000;

/** Builds, starts, says `ready`, and runs until it is told to stop. */
export async function runLocalStack(options: RunOptions): Promise<void> {
  const { port, providers, switchMs, write } = options;
  await assertFree(port);
  const keep = options.keep === undefined ? undefined : openKeep(options.keep);
  const assembly = options.assembly ?? (await build(write));
  if (!existsSync(join(assembly, 'manifest.json'))) {
    throw new Error(`no build in ${assembly}; make one with npm run synth`);
  }
  const started = performance.now();
  const output = createOutput(options);
  const firstPort = firstPortFor(port);
  const stack = await startWatchedStack(
    { assembly, port, providers, switchMs, output, firstPort, keep },
    (error) =>
      output.failure('console', error instanceof Error ? (error.stack ?? '') : String(error)),
  );
  const timer = setInterval(output.flush, METRICS_EVERY_MS);
  write(`started in ${seconds(started)} s`);
  if (options.keep !== undefined) write(`keeps what it has in ${options.keep}`);
  const ready = JSON.stringify(readyOf(stack));
  describe(stack, providers, write);
  const remembered = await rememberReady(stack.url, ready);
  write(`ready ${ready}`);
  await stopSignal();
  write('stopping: finishing what was accepted; once more to stop now');
  void stopSignal()
    .then(remembered.forget)
    .finally(() => process.exit(1));
  const left = await stack.stop(DRAIN_MS);
  clearInterval(timer);
  await remembered.forget();
  write(left === 0 ? 'stopped' : `stopped, with ${leftOver(left, options.keep)}`);
  process.exit(0);
}

/** What is left, and how it is called after that. */
function named(left: number): readonly [subject: string, object: string] {
  return left === 1 ? ['1 message or change', 'it'] : [`${left} messages and changes`, 'them'];
}

function leftOver(left: number, folder: string | undefined): string {
  return folder === undefined ? lost(left) : kept(left, folder);
}

function kept(left: number, folder: string): string {
  const [subject, object] = named(left);
  return `${subject} kept in ${folder}: the next start with --keep ${folder} goes on with ${object}`;
}

function lost(left: number): string {
  const [subject, object] = named(left);
  return `${subject} still queued, and gone: queues, streams and table live in memory; the provider, or npx floodgate send, would have to send ${object} again`;
}

const AWAY = 1_001;
const MOST_PORTS = 65_000;

/** The same at each start, so that what a shell or a bot was told goes on; away from where bots listen. */
function firstPortFor(port: number): number | undefined {
  return port === 0 || port + AWAY > MOST_PORTS ? undefined : port + AWAY;
}

/** Before the build, so that nobody waits for nothing. */
async function assertFree(port: number): Promise<void> {
  const server = await listen(createServer(), port);
  await server.close();
}

async function build(write: (line: string) => void): Promise<string> {
  const started = performance.now();
  const assembly = await buildAssembly();
  write(`built in ${seconds(started)} s`);
  return assembly;
}

function describe(
  { url, aws, whatsapp }: LocalStack,
  { metaVerifyToken, metaAppSecrets, wasenderSecrets }: ProviderSettings,
  write: (line: string) => void,
): void {
  write(`
  Console      ${url}/  to see all of it in a browser
  Meta         ${url}/webhooks/meta  verify token ${metaVerifyToken}, app secrets ${metaAppSecrets.join(', ')}
  WasenderApi  ${url}/webhooks/wasender/local  secrets ${wasenderSecrets.join(', ')}
  WhatsApp     ${whatsapp.url}  plays both APIs: access token ${LOCAL_TOKENS.meta}, API key ${LOCAL_TOKENS.wasender}; answer as a person with npx floodgate whatsapp

  For the aws command and any SDK, which sign by this secret access key (version 1 of the command wants --endpoint-url for SQS):
  export AWS_DEFAULT_REGION=${REGION} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=${LOCAL_SECRET_ACCESS_KEY}
  export AWS_ENDPOINT_URL_SQS=${aws.sqs} AWS_ENDPOINT_URL_DYNAMODB=${aws.dynamodb}
  export AWS_ENDPOINT_URL_S3=${aws.s3} AWS_ENDPOINT_URL_SECRETS_MANAGER=${aws.secretsmanager}
  export AWS_ENDPOINT_URL_LAMBDA=${aws.lambda} AWS_ENDPOINT_URL_SSM=${aws.ssm}
`);
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}
