import * as z from 'zod/mini';
import type { AwsCall } from './aws-stub.ts';
import type { LocalSettings } from './function-environment.ts';
import type { CalledFunction, Laboratory } from './laboratory.ts';
import type { Effort } from './measurement.ts';
import { roundsSchema, runProgram, warmCallsSchema } from './processes.ts';
import type { Round, Rounds } from './programs/alternate.ts';
import { chunks, queueEvents, sentBatches } from './queue-messages.ts';
import { conversationEvents } from './traffic-mix.ts';
import { type HttpEvent, oneKilobyteWebhook, signedEvent } from './webhooks.ts';

export type WarmRounds = readonly Round[];

const WEBHOOKS = 64;

/** As many events in all, however many come at a time. */
export function roundsOf({ isQuick }: Effort, eventsPerCall: number): Rounds {
  const calls = (events: number) => Math.ceil(events / Math.min(eventsPerCall, 4));
  return isQuick
    ? { warmUp: calls(500), rounds: 10, callsPerRound: calls(50) }
    : { warmUp: calls(1500), rounds: 30, callsPerRound: calls(100) };
}

/** CPU of one call of a deployed function in ms, in each round: warm, and over TLS as in production. */
export async function warmCpuMs(
  { bundles, tlsStub, tlsEnvironment }: Laboratory,
  name: CalledFunction,
  events: readonly object[],
  rounds: Rounds,
): Promise<readonly number[]> {
  const input = { bundle: bundles.path(name), events, ...rounds };
  const program = { path: bundles.path('warmCalls'), input, environment: tlsEnvironment };
  const { result } = await runProgram(program, warmCallsSchema);
  tlsStub.takeCalls();
  return result.cpuMs;
}

/** Webhooks of one message each, over what the function sends for them. */
export async function warmIngest(
  laboratory: Laboratory,
  { appSecret }: LocalSettings,
  rounds: Rounds,
): Promise<WarmRounds> {
  const events = oneKilobyteEvents(appSecret);
  const batches = sentBatches((await laboratory.call('ingest', events)).calls);
  const webhooks = batches.map(({ Entries: [entry] }, n) => ({ event: events[n], entry }));
  const input = {
    ...{ bundle: laboratory.bundles.path('ingest'), appSecret, webhooks, rounds },
    queueUrl: batches[0]?.QueueUrl,
  };
  return measure(laboratory, 'warmIngest', input);
}

/** Webhooks of 1 KB, as the HTTP API hands them over. */
export function oneKilobyteEvents(appSecret: string): readonly HttpEvent[] {
  return Array.from({ length: WEBHOOKS }, (_, n) => signedEvent(oneKilobyteWebhook(n), appSecret));
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
): Promise<WarmRounds> {
  const entries = await conversationEvents(laboratory, settings);
  const whole = chunks(entries, size).filter(({ length }) => length === size);
  const events = queueEvents(whole.slice(0, WEBHOOKS).flat(), size);
  // Twice, and only the second time counts: what it learns of a contact it writes once.
  const { calls } = await laboratory.call('processor', [...events, ...events]);
  const writes = chunks(calls.slice(-size * events.length), size);
  const batches = events.map((event, n) => ({ event, ...writesOf(writes[n] ?? []) }));
  const input = { bundle: laboratory.bundles.path('processor'), batches, rounds };
  return measure(laboratory, 'warmProcessor', input);
}

function writesOf(calls: readonly AwsCall[]) {
  const inputsOf = (action: string) =>
    calls
      .filter((call) => call.action === action)
      .map(({ body }) => z.looseObject({}).parse(JSON.parse(body)));
  return { puts: inputsOf('PutItem'), updates: inputsOf('UpdateItem') };
}

/** AWS is called in the open, so that encryption does not water down the ratios. */
async function measure(
  { bundles, environment }: Laboratory,
  program: 'warmIngest' | 'warmProcessor',
  input: object,
): Promise<WarmRounds> {
  const { result } = await runProgram(
    { path: bundles.path(program), input, environment },
    roundsSchema,
  );
  return result.rounds;
}
