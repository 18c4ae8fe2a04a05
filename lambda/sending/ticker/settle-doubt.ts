import type { Channel } from '../../channels/channel.ts';
import type { MetricName } from '../../metric-names.ts';
import type { Claims } from '../claim-table.ts';
import { type Doubt, type Lanes, MOST_DOUBTS } from '../lane-table.ts';
import type { LaneName, Outbox } from '../outbox-table.ts';
import { isOpen, type TraceDeps, traceDoubts } from './trace-doubts.ts';

export interface SettleDeps extends TraceDeps {
  readonly outbox: Pick<Outbox, 'read' | 'putWaiting'>;
  readonly claims: TraceDeps['claims'] & Pick<Claims, 'release'>;
  readonly lanes: Pick<Lanes, 'doubts' | 'removeDoubt'>;
  readonly count: (metric: MetricName, value?: number) => void;
  readonly now: () => number;
}

/** How long a status may take to tell what became of a message. */
const DOUBT_MS = 60 * 60_000;

/** So many of the messages of about that time have statuses: webhooks come in, and this one had none. */
const FLOWING = 20;

/**
 * Ends doubts by what the provider told of them, and decides, by the channel's policy, what becomes of
 * messages of which nothing was heard for an hour.
 */
export async function settleDoubts(
  channel: Pick<Channel, 'uncertain'>,
  lane: LaneName,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<void> {
  const doubts = await deps.lanes.doubts(lane, signal);
  const hourAgo = deps.now() - DOUBT_MS;
  // Who does not see all of them cannot say that there is one alone.
  if (doubts.length < MOST_DOUBTS) {
    const ofTheHour = doubts.filter(({ since }) => since > hourAgo);
    await traceDoubts(lane, ofTheHour, signal, deps);
  }
  for (const doubt of doubts.filter(({ since }) => since <= hourAgo)) {
    await settleDoubt(channel, lane, doubt, signal, deps);
    // Last of all: until then the next run finds it again.
    await deps.lanes.removeDoubt(lane, doubt, signal);
  }
}

async function settleDoubt(
  { uncertain }: Pick<Channel, 'uncertain'>,
  lane: LaneName,
  doubt: Doubt,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<void> {
  const stored = await deps.outbox.read({ channel: lane.channel, id: doubt.id }, signal);
  const { record } = stored ?? {};
  // A run before this one gave the claim back, and got no further.
  if (record?.state === 'queued') return await waitAgain(lane, doubt, record.attempt, signal, deps);
  if (record === undefined || !isOpen(record)) return;
  const { attempt = doubt.attempt } = record;
  if (uncertain === 'resend' && (await isReleased(lane, { ...doubt, attempt }, signal, deps))) {
    return await waitAgain(lane, doubt, attempt + 1, signal, deps);
  }
  deps.count('MessageLeftUncertain');
}

/** Gives the claim back, where the message is not too late and others of its time have statuses. */
async function isReleased(
  lane: LaneName,
  doubt: Doubt,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<boolean> {
  if (doubt.notAfter <= deps.now() || !(await isFlowing(lane, doubt, signal, deps))) return false;
  const key = { channel: lane.channel, id: doubt.id };
  const given = { attempt: doubt.attempt, retryAt: deps.now() };
  return await deps.claims.release(key, given, signal, 'uncertain');
}

/** Under a key that is the same each time. */
async function waitAgain(
  lane: LaneName,
  doubt: Doubt,
  attempt: number | undefined,
  signal: AbortSignal,
  { outbox }: SettleDeps,
): Promise<void> {
  const { neighbours: _, since, ...waiting } = doubt;
  const row = { ...waiting, attempt: attempt ?? doubt.attempt, dueAt: since + DOUBT_MS };
  await outbox.putWaiting(lane, row, signal);
}

async function isFlowing(
  { channel }: LaneName,
  { neighbours }: Doubt,
  signal: AbortSignal,
  { outbox }: SettleDeps,
): Promise<boolean> {
  let told = 0;
  for (const id of neighbours) {
    const stored = await outbox.read({ channel, id }, signal);
    if ((stored?.record?.statuses.length ?? 0) > 0) told += 1;
    if (told >= FLOWING) return true;
  }
  return false;
}
