import { awaitStored } from '../../../local/traffic/await-stored.ts';
import type { ExpectedEvent } from '../../../local/traffic/expected.ts';
import { openHttpClient } from '../../../local/traffic/http-client.ts';
import { type PostedWebhook, postWebhooks } from '../../../local/traffic/post-webhooks.ts';
import type { SignedRequest } from '../../../local/traffic/sign.ts';
import { watchSilence } from '../../../local/traffic/silence.ts';
import type { ReadableTable } from '../stack/readable-table.ts';
import type { ProgressBar } from '../terminal/progress-bar.ts';
import type { SendOptions } from './options.ts';
import { round, type SendReport, summarize } from './report.ts';

/** A webhook ready to go, and what it must leave in the table. */
export interface Outgoing {
  readonly request: SignedRequest;
  readonly events: readonly ExpectedEvent[];
}

export interface SendTools {
  readonly bar: ProgressBar;
  /** Aborted when nothing more is to be sent; what was sent is looked for all the same. */
  readonly interrupted: AbortSignal;
}

const SHOWN_IDS = 10;

/** Sends the webhooks, waits until their events are stored, and reports. */
export async function measureSend(
  outgoing: readonly Outgoing[],
  options: SendOptions,
  table: ReadableTable | undefined,
  { bar, interrupted }: SendTools,
): Promise<SendReport> {
  const before = table && (await storedBefore(outgoing, options, table));
  const startMs = performance.now();
  const { posted, isGivenUp } = await post(outgoing, options, { bar, interrupted });
  bar.clear();
  const { webhooks, latencyMs } = summarize(posted, (performance.now() - startMs) / 1000);
  const sent = outgoing.filter((_, index) => posted[index]?.answers.length !== 0);
  const accepted = outgoing.filter((_, index) => posted[index]?.isAccepted);
  const found =
    table && !isGivenUp ? await lookUp(accepted, options, table, startMs, bar) : undefined;
  const rows = found && { ...found, ...againstBefore(accepted, found.stored, before ?? new Set()) };
  bar.clear();
  return {
    isOk: webhooks.accepted === outgoing.length && (rows?.missing ?? 0) === 0,
    isGivenUp,
    url: options.target.baseUrl,
    ...(options.payloads === undefined ? { seed: options.traffic.seed } : {}),
    webhooks,
    ...(latencyMs === undefined ? {} : { latencyMs }),
    events: { sent: eventsOf(sent).length, distinct: distinct(sent).length },
    ...(rows === undefined ? {} : { table: rows }),
  };
}

/** Looks in any case: a table that cannot be read should be told before the work, not after. */
async function storedBefore(
  outgoing: readonly Outgoing[],
  { isRepeatable }: SendOptions,
  table: ReadableTable,
): Promise<ReadonlySet<string>> {
  const events = distinct(outgoing);
  const found = await table.find(isRepeatable ? events : events.slice(0, 1));
  return new Set(found.map(({ id }) => id));
}

async function post(
  outgoing: readonly Outgoing[],
  { rate, concurrency, silenceSeconds, target }: SendOptions,
  { bar, interrupted }: SendTools,
): Promise<{ posted: PostedWebhook[]; isGivenUp: boolean }> {
  const client = openHttpClient(target.baseUrl, concurrency);
  const { post, signal } = watchSilence(client.post, silenceSeconds * 1000);
  // What still waits for an answer would not get one either.
  signal.addEventListener('abort', () => client.close());
  try {
    const requests = outgoing.map(({ request }) => request);
    const posted = await postWebhooks(
      requests,
      { rate, connections: concurrency, signal: AbortSignal.any([signal, interrupted]) },
      { post, onProgress: (done) => bar.show('sent  ', done, requests.length) },
    );
    return { posted, isGivenUp: signal.aborted };
  } finally {
    client.close();
  }
}

async function lookUp(
  accepted: readonly Outgoing[],
  { waitSeconds }: SendOptions,
  table: ReadableTable,
  startMs: number,
  bar: ProgressBar,
) {
  const events = distinct(accepted);
  const { missing, lastStoredMs } = await awaitStored(events, table.find, {
    patienceMs: waitSeconds * 1000,
    onProgress: (stored) => bar.show('stored', stored, events.length),
  });
  return {
    name: table.name,
    stored: events.length - missing.length,
    missing: missing.length,
    missingIds: missing.slice(0, SHOWN_IDS).map(({ id }) => id),
    ...(missing.length < events.length && {
      secondsToLastStored: round((lastStoredMs - startMs) / 1000),
    }),
  };
}

/** What this run added, and what of it was nothing new. */
function againstBefore(
  accepted: readonly Outgoing[],
  stored: number,
  before: ReadonlySet<string>,
): { storedBefore: number; duplicatesDropped: number } {
  const events = distinct(accepted);
  const storedBefore = events.filter(({ id }) => before.has(id)).length;
  const missing = events.length - stored;
  const added = stored - storedBefore;
  return { storedBefore, duplicatesDropped: eventsOf(accepted).length - missing - added };
}

function eventsOf(outgoing: readonly Outgoing[]): ExpectedEvent[] {
  return outgoing.flatMap(({ events }) => events);
}

function distinct(outgoing: readonly Outgoing[]): ExpectedEvent[] {
  return [...new Map(eventsOf(outgoing).map((event) => [event.id, event])).values()];
}
