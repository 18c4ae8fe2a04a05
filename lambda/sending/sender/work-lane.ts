import { type Channel, isSending } from '../../channels/channel.ts';
import type { StoredChannel } from '../../channels/channel-table.ts';
import type { DelayReturns } from '../../shared/aws/sqs-visibility.ts';
import type { LogFields } from '../../shared/aws/telemetry.ts';
import { faultName } from '../../shared/queue/failure.ts';
import type { QueuedMessage, Return } from '../../shared/queue/queued-message.ts';
import { type LaneDeps, type LaneEnd, runLane } from '../lane.ts';
import type { Lanes } from '../lane-table.ts';
import type { LaneName } from '../outbox-table.ts';
import { laneRate } from '../pace.ts';
import { endMessage } from '../pass-over.ts';
import type { Feed } from '../pulling/feed.ts';
import { turnOf } from '../slice.ts';
import { readWake, type Wake } from '../wake.ts';
import { type SendDeps, sendMessage } from './send-message.ts';

export interface WorkDeps {
  /** Reads a channel as it is now. */
  readonly readChannel: (id: string, signal: AbortSignal) => Promise<StoredChannel | undefined>;
  /** Lanes with something to send for each that may send at once. */
  readonly lanesPerSender: (signal: AbortSignal) => Promise<number>;
  readonly lanes: Lanes;
  /** A campaign as it goes in a lane, of a channel whose row `channel` tells. */
  readonly openFeed: (
    id: string,
    lane: LaneName,
    channel: () => Channel,
    signal: AbortSignal,
  ) => Feed;
  /** What sending takes, for a channel whose row `channel` tells. */
  readonly sending: (id: string, channel: () => Channel) => SendDeps;
  /** Asks a channel's provider how it fares. Never rejects. */
  readonly check: (id: string, signal: AbortSignal) => Promise<void>;
  readonly sleep: (ms: number) => Promise<void>;
  readonly now: () => number;
  readonly warn: (message: string, fields: LogFields) => void;
}

/** A wake of a later release, and a lane whose table is away, come back after that. */
const BACK_SECONDS = 5;
const LONGEST_SECONDS = 3600;

/** Does what wakes ask for. Returns the wakes that the queue must hand out again. */
export async function workLanes(
  wakes: readonly QueuedMessage[],
  signal: AbortSignal,
  deps: WorkDeps & { readonly delayReturns: DelayReturns },
): Promise<readonly QueuedMessage[]> {
  const ended = await Promise.all(wakes.map((wake) => workLane(wake, signal, deps)));
  const returns = ended.filter((one) => one !== undefined);
  try {
    if (returns.length > 0) await deps.delayReturns(returns);
  } catch (error) {
    deps.warn('Returned wakes wait for the visibility timeout', { fault: faultName(error) });
  }
  return returns.map(({ message }) => message);
}

/**
 * Works at the lane that a wake names, or checks its channel. Resolves with when the queue hands the wake out again; undefined
 * where it is done with: it goes back, and no other is sent, for Lambda stops who feeds its own queue.
 */
export async function workLane(
  message: QueuedMessage,
  signal: AbortSignal,
  deps: WorkDeps,
): Promise<Return | undefined> {
  const back = (delaySeconds: number): Return => ({ message, delaySeconds });
  const wake = readWake(message.body);
  if (!wake.ok) {
    const { reason } = wake;
    deps.warn('Wake not read', { messageId: message.messageId, reason });
    return reason === 'newer' ? back(BACK_SECONDS) : undefined;
  }
  if ('check' in wake) {
    await deps.check(wake.channel, signal);
    return undefined;
  }
  // Who cannot ask works as if nobody waited.
  const lanesPerSender = deps.lanesPerSender(signal).catch(() => 1);
  const turn = lanesPerSender.then(turnOf);
  const slice = turn.then(({ sliceMs }) => sliceMs);
  const end = await runLane(slice, laneDeps(wake, signal, deps));
  switch (end.kind) {
    case 'left':
      return back((await turn).waitSeconds);
    case 'rest':
      return back(secondsUntil(end, deps.now()));
    case 'failed':
      deps.warn('Lane interrupted', { channel: wake.channel, fault: faultName(end.error) });
      return back(BACK_SECONDS);
    default:
      return undefined;
  }
}

function secondsUntil({ untilMs }: Extract<LaneEnd, { kind: 'rest' }>, now: number): number {
  return Math.min(Math.ceil((untilMs - now) / 1000), LONGEST_SECONDS);
}

function laneDeps({ channel: id, lane }: Wake, signal: AbortSignal, deps: WorkDeps): LaneDeps {
  const { now, sleep, lanes } = deps;
  const name = { channel: id, lane };
  let channel: Channel | undefined;
  const known = () => {
    if (channel === undefined) throw new Error(`channel ${id} was not read yet`);
    return channel;
  };
  const sending = deps.sending(id, known);
  return {
    ...{ now, sleep },
    readRate: async () => {
      const stored = await deps.readChannel(id, signal);
      if (stored === undefined || !isSending(stored.channel)) return undefined;
      ({ channel } = stored);
      return laneRate(channel);
    },
    look: (held) => lanes.look(name, held, signal),
    send: (row, turn) => sendMessage({ lane: name, row, turn }, signal, sending),
    expire: (row) => endMessage(name, row, 'expired', signal, sending),
    cancel: (row) => endMessage(name, row, 'cancelled', signal, sending),
    openFeed: (campaign) => deps.openFeed(campaign, name, known, signal),
  };
}
