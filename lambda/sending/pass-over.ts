import type { MetricName } from '../metric-names.ts';
import type { LogFields } from '../shared/aws/telemetry.ts';
import { CLAIM_LIFE_MS } from '../table/outgoing-claim.ts';
import type { Addressed } from '../table/outgoing-message.ts';
import type { OutgoingRecord } from '../table/outgoing-record.ts';
import type { LaneRow } from './choice.ts';
import type { Claims } from './claim-table.ts';
import type { Lanes } from './lane-table.ts';
import type { LaneName, Outbox, StoredOutgoing } from './outbox-table.ts';
import type { SendOutcome } from './send-outcome.ts';

/** What it takes to pass over what others have claimed. */
export interface PassDeps {
  readonly outbox: Pick<Outbox, 'read' | 'postpone' | 'putBack' | 'removeWaiting'>;
  readonly claims: Pick<Claims, 'doubt' | 'settleUnsent'>;
  readonly lanes: Pick<Lanes, 'putDoubt'>;
  /** Ids of messages that went out a moment ago. */
  readonly neighbours: () => readonly string[];
  readonly count: (metric: MetricName, value?: number) => void;
  readonly warn: (message: string, fields: LogFields) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const RESOLVING_MS = 1000;

/** Nobody knows whether it went out: it is not sent again, until a status or somebody decides. */
export async function doubt(
  lane: LaneName,
  row: LaneRow,
  fault: string,
  signal: AbortSignal,
  { claims, lanes, outbox, neighbours, count, warn, now }: PassDeps,
): Promise<SendOutcome> {
  const key = { channel: lane.channel, id: row.id };
  if (await claims.doubt(key, row.attempt, signal)) {
    count('MessageUncertain');
    warn('Message uncertain', { messageId: row.id, attempt: row.attempt, fault });
  }
  await lanes.putDoubt(lane, { ...row, since: now(), neighbours: neighbours() }, signal);
  await leave(lane, row, signal, outbox);
  return {};
}

/** What is to be done about a message that somebody else has claimed, or decided. */
export async function passOver(
  lane: LaneName,
  row: LaneRow,
  signal: AbortSignal,
  deps: PassDeps,
): Promise<SendOutcome> {
  const stored = await deps.outbox.read({ channel: lane.channel, id: row.id }, signal);
  const { record } = stored ?? {};
  if (record !== undefined && record.wamid === undefined) {
    const left = await passOpen(record, lane, row, signal, deps);
    if (left !== undefined) return left.retryAt === undefined ? left : await stay(left);
  }
  await leave(lane, row, signal, deps.outbox);
  return isOvertaken(row, stored) ? { isOvertaken: true } : {};

  /** What was drawn waits from now on, so that its part can go on. */
  async function stay(left: SendOutcome): Promise<SendOutcome> {
    if (row.drawn === undefined) return left;
    const { attempt = row.attempt } = record ?? {};
    const dueAt = left.retryAt ?? deps.now();
    await deps.outbox.putBack(lane, { ...row, attempt, dueAt }, signal);
    return {};
  }
}

/**
 * Whether an offer was nobody's to claim: the message came after all, or was offered again by another round. One that
 * was claimed by an earlier try of the same line has its part in the row.
 */
function isOvertaken({ recipient, drawn }: LaneRow, stored: StoredOutgoing | undefined): boolean {
  if (drawn === undefined || recipient?.again === undefined) return false;
  return stored?.recipient?.check !== recipient.check;
}

/** It waits no more. */
export async function leave(
  lane: LaneName,
  row: LaneRow,
  signal: AbortSignal,
  outbox: Pick<Outbox, 'removeWaiting'>,
): Promise<void> {
  if (row.drawn === undefined) await outbox.removeWaiting(lane, row, signal);
}

/** Undefined where it waits no more. */
async function passOpen(
  record: OutgoingRecord,
  lane: LaneName,
  row: LaneRow,
  signal: AbortSignal,
  deps: PassDeps,
): Promise<SendOutcome | undefined> {
  const { state, attempt = row.attempt, claimedAt = 0, retryAt = deps.now() } = record;
  if (state === 'sending') {
    const over = claimedAt + CLAIM_LIFE_MS;
    if (over > deps.now()) return { retryAt: over };
    return await doubt(lane, { ...row, attempt }, 'claimed by one that is no more', signal, deps);
  }
  if (state === 'uncertain') {
    // Somebody has it sent again: the row comes first, then the claim is given back.
    const isResolving = row.attempt > attempt && row.dueAt > deps.now() - CLAIM_LIFE_MS;
    if (isResolving) return { retryAt: deps.now() + RESOLVING_MS };
    return await doubt(lane, row, 'uncertain before', signal, deps);
  }
  if (state !== 'queued') return undefined;
  // Given back by one that got no further, or since the row was read.
  const again = { ...row, attempt, notBefore: retryAt };
  if (row.drawn === undefined && attempt > row.attempt)
    await deps.outbox.postpone(lane, row, again, signal);
  return { retryAt };
}

/** A row's message, as the row that tells what became of it names it. */
export function addressed(
  { channel }: LaneName,
  { id, to, provider, recipient }: LaneRow,
): Addressed {
  return { channel, id, to, provider, recipient };
}

/** Ends a message that is too late, or that nobody wants any more, which is a claim too. */
export async function endMessage(
  lane: LaneName,
  row: LaneRow,
  state: 'expired' | 'cancelled',
  signal: AbortSignal,
  deps: PassDeps,
): Promise<void> {
  if (await deps.claims.settleUnsent(addressed(lane, row), state, signal)) {
    if (state === 'expired') deps.count('MessageExpired');
    await leave(lane, row, signal, deps.outbox);
  } else {
    await passOver(lane, row, signal, deps);
  }
}
