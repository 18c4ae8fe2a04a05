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
  await sideBySide(lanes, AT_ONCE, async (lane) => {
    await orInterrupted(lane.channel.id, deps, async () => {
      const since = await lookAfter(lane, signal, deps);
      if (since === undefined || !isSending(lane.channel)) return;
      oldest = Math.min(oldest, since);
      toSend += 1;
    });
  });
  await sideBySide(channels, AT_ONCE, ({ id }) =>
    orInterrupted(id, deps, () => deps.wakeCheck(id, signal)),
  );
  const lanesPerSender = Math.max(1, toSend / deps.sendersAtOnce);
  if (lanesPerSender !== known.lanesPerSender) {
    await deps.waitingSince.writeLanesPerSender(lanesPerSender, signal);
  }
  const minutes = Math.floor((deps.now() - oldest) / 60_000);
  deps.count('OutboxWaitingMinutes', Math.max(0, minutes));
}

/** One channel's trouble is none of the others'. */
async function orInterrupted(
  channel: string,
  { count, warn }: TickDeps,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    count('TickInterrupted');
    warn('Lane not looked after', { channel, fault: faultName(error) });
  }
}

interface KnownLane {
  readonly channel: Channel;
  readonly name: LaneName;
  readonly known: number | undefined;
}

/** Resolves with since when something waits. */
async function lookAfter(
  { channel, name, known }: KnownLane,
  signal: AbortSignal,
  deps: TickDeps,
): Promise<number | undefined> {
  const firsts = await Promise.all(
    MESSAGE_CLASSES.map((messageClass) => deps.lanes.oldest(name, messageClass, signal)),
  );
  const due = firsts.filter((row) => row !== undefined && row.dueAt <= deps.now());
  const since = due.length === 0 ? undefined : Math.min(...due.map((row) => row?.dueAt ?? 0));
  if (since !== known) await deps.waitingSince.write(name, since, signal);
  if (since !== undefined) {
    if (isSending(channel)) await deps.wake(name, signal);
    else await endOverdue(name, signal, deps);
  }
  await settleDoubts(channel, name, signal, deps);
  return since;
}

/** A lane that works ends them itself. */
async function endOverdue(name: LaneName, signal: AbortSignal, deps: TickDeps): Promise<void> {
  const rows = await deps.lanes.look(name, NOTHING_HELD, signal);
  const overdue = rows.filter(({ notAfter }) => notAfter <= deps.now());
  await sideBySide(overdue, AT_ONCE, (row) => deps.expire(name, row, signal));
}
