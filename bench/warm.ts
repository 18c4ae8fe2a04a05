import * as z from 'zod/mini';
import type { AwsCall } from './aws-stub.ts';
import type { LocalSettings } from './function-environment.ts';
import type { Laboratory } from './laboratory.ts';
import { roundsSchema, runProgram } from './processes.ts';
import type { Round, Rounds } from './programs/alternate.ts';
import { chunks, queueEvents, sentBatches } from './queue-messages.ts';
import { conversationEvents } from './traffic-mix.ts';
import { oneKilobyteWebhook, signedEvent } from './webhooks.ts';

export type WarmRounds = readonly Round[];

/** How AWS is called: in the open, or over TLS as in production. */
type Transport = 'http' | 'https';

const WEBHOOKS = 64;

/** Webhooks of one message each, over what the function sends for them. */
export async function warmIngest(
  laboratory: Laboratory,
  { appSecret }: LocalSettings,
  rounds: Rounds,
  transport: Transport,
): Promise<WarmRounds> {
  const events = Array.from({ length: WEBHOOKS }, (_, n) =>
    signedEvent(oneKilobyteWebhook(n), appSecret),
  );
  const batches = sentBatches((await laboratory.call('ingest', events)).calls);
  const webhooks = batches.map(({ Entries: [entry] }, n) => ({ event: events[n], entry }));
  const input = {
    ...{ bundle: laboratory.bundles.path('ingest'), appSecret, webhooks, rounds },
    queueUrl: batches[0]?.QueueUrl,
  };
  return measure(laboratory, 'warmIngest', input, transport);
}

/**
 * Batches of the mix of events, over the calls to DynamoDB that the function makes for them.
 *
 * An event of the mix takes one call, once its contact is known.
 */
export async function warmProcessor(
  laboratory: Laboratory,
  settings: LocalSettings,
  { rounds, size }: { readonly rounds: Rounds; readonly size: number },
  transport: Transport,
): Promise<WarmRounds> {
  const entries = await conversationEvents(laboratory, settings);
  const whole = chunks(entries, size).filter(({ length }) => length === size);
  const events = queueEvents(whole.slice(0, WEBHOOKS).flat(), size);
  // Twice, and only the second time counts: what it learns of a contact it writes once.
  const { calls } = await laboratory.call('processor', [...events, ...events]);
  const writes = chunks(calls.slice(-size * events.length), size);
  const batches = events.map((event, n) => ({ event, ...writesOf(writes[n] ?? []) }));
  const input = { bundle: laboratory.bundles.path('processor'), batches, rounds };
  return measure(laboratory, 'warmProcessor', input, transport);
}

function writesOf(calls: readonly AwsCall[]) {
  const inputsOf = (action: string) =>
    calls
      .filter((call) => call.action === action)
      .map(({ body }) => z.looseObject({}).parse(JSON.parse(body)));
  return { puts: inputsOf('PutItem'), updates: inputsOf('UpdateItem') };
}

async function measure(
  { bundles, environment, tlsEnvironment }: Laboratory,
  program: 'warmIngest' | 'warmProcessor',
  input: object,
  transport: Transport,
): Promise<WarmRounds> {
  const { result } = await runProgram(
    {
      ...{ path: bundles.path(program), input },
      environment: transport === 'https' ? tlsEnvironment : environment,
    },
    roundsSchema,
  );
  return result.rounds;
}
