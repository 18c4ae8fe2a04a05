import { type Channel, lanesOf } from '../../channels/channel.ts';
import type { MetricName } from '../../metric-names.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';
import type { Claims } from '../claim-table.ts';
import { type Doubt, type Lanes, MOST_DOUBTS } from '../lane-table.ts';
import type { LaneName, Outbox } from '../outbox-table.ts';
import { type DoubtOfLane, isOpen, type TraceDeps, traceDoubts } from './trace-doubts.ts';

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

type DoubtfulChannel = Pick<Channel, 'id' | 'uncertain' | 'messagesPerSecond'>;

const LANES_AT_ONCE = 10;

/**
 * Ends doubts by what the provider told of them, and decides, by the channel's policy, what becomes of
 * messages of which nothing was heard for an hour.
 *
 * All lanes of the channel together: two names of a contact may belong to two of them.
 */
export async function settleDoubts(
  channel: DoubtfulChannel,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<void> {
  const hourAgo = deps.now() - DOUBT_MS;
  const lanes = Array.from({ length: lanesOf(channel) }, (_, lane) => ({
    channel: channel.id,
    lane,
  }));
  const found: (readonly DoubtOfLane[])[] = [];
  await sideBySide(lanes, LANES_AT_ONCE, async (lane) => {
    const doubts = await deps.lanes.doubts(lane, signal);
    found.push(doubts.map((doubt) => ({ lane, doubt })));
  });
  // Who does not see all of them cannot say that there is one alone.
  if (found.every(({ length }) => length < MOST_DOUBTS)) {
    const ofTheHour = found.flat().filter(({ doubt }) => doubt.since > hourAgo);
    await traceDoubts(channel.id, ofTheHour, signal, deps);
  }
  await sideBySide(found, LANES_AT_ONCE, async (ofLane) => {
    for (const { lane, doubt } of ofLane.filter((one) => one.doubt.since <= hourAgo)) {
      await settleDoubt(channel, lane, doubt, signal, deps);
      // Last of all: until then the next run finds it again.
      await deps.lanes.removeDoubt(lane, doubt, signal);
    }
  });
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
