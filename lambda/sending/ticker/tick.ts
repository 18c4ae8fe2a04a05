import type { CampaignMark } from '../../campaigns/campaign-mark.ts';
import { type Channel, isSending, lanesOf } from '../../channels/channel.ts';
import type { ChannelReader } from '../../channels/channel-table.ts';
import type { MetricName } from '../../metric-names.ts';
import type { LogFields } from '../../shared/aws/telemetry.ts';
import { faultName } from '../../shared/queue/failure.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';
import { MESSAGE_CLASSES } from '../../table/outgoing-message.ts';
import type { Held, LaneRow } from '../choice.ts';
import type { Lanes } from '../lane-table.ts';
import type { LaneName } from '../outbox-table.ts';
import type { WakeCheck, WakeLane } from '../sqs-wakes.ts';
import type { WaitingSince } from '../waiting-since-table.ts';
import { type SettleDeps, settleDoubts } from './settle-doubt.ts';

export interface TickDeps extends SettleDeps {
  readonly channels: Pick<ChannelReader, 'list'>;
  readonly lanes: SettleDeps['lanes'] & Pick<Lanes, 'look' | 'oldest'>;
  /** Lanes that are worked at at once. */
  readonly sendersAtOnce: number;
  readonly wake: WakeLane;
  readonly wakeCheck: WakeCheck;
  /** Ends a message that is too late. */
  readonly expire: (lane: LaneName, row: LaneRow, signal: AbortSignal) => Promise<void>;
  /** Finds campaigns that nobody sends. @param seen their marks, as far as they were looked at */
  readonly wakeStalled: (
    channels: ReadonlyMap<string, Channel>,
    seen: readonly CampaignMark[],
    signal: AbortSignal,
  ) => Promise<void>;
  /** Since when something has been waiting in each lane. */
  readonly waitingSince: WaitingSince;
  readonly count: (metric: MetricName, value?: number) => void;
  readonly warn: (message: string, fields: LogFields) => void;
}

const AT_ONCE = 20;
const NOTHING_HELD: Held = { taken: new Set(), underWay: new Set(), until: new Map() };

/**
 * Looks after all lanes: wakes those in which something waits, ends what is too late, settles doubts. Has
 * each channel checked once an hour, and has senders take turns where lanes outnumber them.
 */
export async function tick(signal: AbortSignal, deps: TickDeps): Promise<void> {
  const [{ channels, unreadable }, known] = await Promise.all([
    deps.channels.list(signal),
    deps.waitingSince.read(signal),
  ]);
  for (const id of unreadable) deps.warn('Channel not readable', { channel: id });
  const troubled = channels.filter(({ channel }) => channel.needsAttention !== undefined);
  deps.count('ChannelsAtFault', troubled.length);
  const lanes = channels.flatMap(({ channel }) =>
    Array.from({ length: lanesOf(channel) }, (_, lane) => {
      const name = { channel: channel.id, lane };
      return { channel, name, known: known.of(name) };
    }),
  );
  let oldest = Number.POSITIVE_INFINITY;
  let toSend = 0;
  const marks: CampaignMark[] = [];
  await sideBySide(lanes, AT_ONCE, async (lane) => {
    await orInterrupted('Lane not looked after', lane.channel.id, deps, async () => {
      const due = await lookAfter(lane, marks, signal, deps);
      if (due === undefined || !isSending(lane.channel)) return;
      oldest = Math.min(oldest, due.since ?? Number.POSITIVE_INFINITY);
      toSend += 1;
    });
  });
  await sideBySide(channels, AT_ONCE, ({ id, channel }) =>
    orInterrupted('Doubts not settled', id, deps, () => settleDoubts(channel, signal, deps)),
  );
  await sideBySide(channels, AT_ONCE, ({ id }) =>
    orInterrupted('Check not asked for', id, deps, () => deps.wakeCheck(id, signal)),
  );
  const byId = new Map(channels.map(({ id, channel }) => [id, channel]));
  await deps.wakeStalled(byId, marks, signal).catch((error: unknown) => {
    deps.count('TickInterrupted');
    deps.warn('Campaigns not looked after', { fault: faultName(error) });
  });
  const lanesPerSender = Math.max(1, toSend / deps.sendersAtOnce);
  if (lanesPerSender !== known.lanesPerSender) {
    await deps.waitingSince.writeLanesPerSender(lanesPerSender, signal);
  }
  const minutes = Math.floor((deps.now() - oldest) / 60_000);
  deps.count('OutboxWaitingMinutes', Math.max(0, minutes));
}

/** One channel's trouble is none of the others'. */
async function orInterrupted(
  message: string,
  channel: string,
  { count, warn }: TickDeps,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    count('TickInterrupted');
    warn(message, { channel, fault: faultName(error) });
  }
}

interface KnownLane {
  readonly channel: Channel;
  readonly name: LaneName;
  readonly known: number | undefined;
}

/** Resolves, where something is due, with since when a message of no campaign is. */
async function lookAfter(
  { channel, name, known }: KnownLane,
  marks: CampaignMark[],
  signal: AbortSignal,
  deps: TickDeps,
): Promise<{ readonly since: number | undefined } | undefined> {
  const firsts = await Promise.all(
    MESSAGE_CLASSES.map((messageClass) => deps.lanes.oldest(name, messageClass, signal)),
  );
  marks.push(...firsts.flatMap(({ campaigns }) => campaigns));
  const now = deps.now();
  const due = firsts.flatMap(({ rows }) => rows).filter(({ dueAt }) => dueAt <= now);
  const isDue = due.length > 0 || firsts.some(({ campaigns }) => campaigns.some(isBefore(now)));
  // What a campaign has is told by its own figures: it may be paused, or a zone of it quiet.
  const own = due.filter(({ recipient }) => recipient === undefined).map(({ dueAt }) => dueAt);
  const since = own.length === 0 ? undefined : Math.min(...own);
  if (since !== known) await deps.waitingSince.write(name, since, signal);
  if (isDue) {
    if (isSending(channel)) await deps.wake(name, signal);
    else await endOverdue(name, signal, deps);
  }
  return isDue ? { since } : undefined;
}

function isBefore(now: number) {
  return ({ dueAt }: { readonly dueAt: number }) => dueAt <= now;
}

/** A lane that works ends them itself. */
async function endOverdue(name: LaneName, signal: AbortSignal, deps: TickDeps): Promise<void> {
  const { rows } = await deps.lanes.look(name, NOTHING_HELD, signal);
  const overdue = rows.filter(({ notAfter }) => notAfter <= deps.now());
  await sideBySide(overdue, AT_ONCE, (row) => deps.expire(name, row, signal));
}
