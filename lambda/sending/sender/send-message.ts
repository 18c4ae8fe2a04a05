import type { Channel } from '../../channels/channel.ts';
import { markOf } from '../../events/outgoing-mark.ts';
import type { ErrorEffect } from '../../providers/error-classes.ts';
import type { SendAnswer } from '../../providers/send-answer.ts';
import { equalInConstantTime } from '../../providers/signature.ts';
import type { OutgoingMessage } from '../../table/outgoing-message.ts';
import type { LaneRow } from '../choice.ts';
import type { Claims, Outcome } from '../claim-table.ts';
import type { AskProvider } from '../https-graph.ts';
import type { LaneName, MessageKey, Outbox } from '../outbox-table.ts';
import { addressed, doubt, leave, type PassDeps, passOver } from '../pass-over.ts';
import { type Retry, retryAfter } from '../retry.ts';
import type { SendOutcome } from '../send-outcome.ts';
import { type LearnDeps, learnWamid } from './learn-wamid.ts';

export interface SendDeps extends PassDeps, Omit<LearnDeps, 'claims'> {
  readonly outbox: PassDeps['outbox'] & Pick<Outbox, 'readContent'>;
  /** What is said to a recipient of a campaign, as their part has it; undefined where they were forgotten, were taken out, or want none any more. */
  readonly readFromPart: (
    key: MessageKey,
    row: LaneRow,
    signal: AbortSignal,
  ) => Promise<OutgoingMessage | undefined>;
  readonly claims: Claims;
  /** The channel as the lane knows it. */
  readonly channel: () => Channel;
  /** Undefined where the channel has none. */
  readonly token: (signal: AbortSignal) => Promise<string | undefined>;
  /** The token as it is now, for whom the known one was refused; undefined where none is newer. */
  readonly newerToken: () => Promise<string | undefined>;
  readonly ask: AskProvider;
  readonly pauseChannel: (because: string, signal: AbortSignal) => Promise<void>;
  readonly sent: (id: string) => void;
  readonly random: () => number;
}

/** A message whose turn it is, and the lane that it waits in. */
export interface Turn {
  readonly lane: LaneName;
  readonly row: LaneRow;
  /** Resolves, with the time, when the request may go out. */
  readonly turn: () => Promise<number>;
}

/**
 * Claims a message, asks the provider once, and keeps what came of it.
 *
 * The put of the claim is what keeps it from going out twice: whoever finds it put does not ask. It is
 * given back only where the provider certainly did not take the message.
 */
export async function sendMessage(
  { lane, row, turn }: Turn,
  signal: AbortSignal,
  deps: SendDeps,
): Promise<SendOutcome> {
  const { claims, now } = deps;
  const key = { channel: lane.channel, id: row.id };
  // First of all: a claim is not for waiting.
  const token = await deps.token(signal);
  if (token === undefined) return await pause('token', signal, deps);
  // Before the claim: one whose content could not be read would leave it uncertain whether that went out.
  const message = await contentOf(key, row, signal, deps);
  const isClaimed = await claims.claim(addressed(lane, row), row.attempt, signal);
  if (!isClaimed) return await passOver(lane, row, signal, deps);
  if (message === undefined) {
    // It was forgotten, or its recipient opted out: nothing is left to send.
    return await settle({ state: 'cancelled' }, { lane, row, key }, signal, deps);
  }
  const requestedAt = await turn();
  const mark = markOf(row.id, row.attempt);
  const answer = await deps.ask({ message, channel: deps.channel(), mark, token });
  const asked: Asked = { lane, row, key, token, requestedAt, answeredAt: now() };
  return await follow(answer, asked, signal, deps);
}

async function contentOf(
  key: MessageKey,
  row: LaneRow,
  signal: AbortSignal,
  { outbox, readFromPart }: SendDeps,
): Promise<OutgoingMessage | undefined> {
  if (row.drawn !== undefined) return row.drawn;
  if (row.recipient !== undefined) return await readFromPart(key, row, signal);
  return (await outbox.readContent(key, signal))?.message;
}

interface Asked {
  readonly lane: LaneName;
  readonly row: LaneRow;
  readonly key: MessageKey;
  readonly token: string;
  readonly requestedAt: number;
  readonly answeredAt: number;
}

async function follow(
  answer: SendAnswer,
  asked: Asked,
  signal: AbortSignal,
  deps: SendDeps,
): Promise<SendOutcome> {
  if (answer.kind === 'accepted') {
    const { wamid, msgId, isHeld } = answer;
    deps.sent(asked.row.id);
    deps.count('MessageSent');
    const state = isHeld ? 'held' : 'sent';
    const outcome: Outcome = { state, wamid, msgId, sentAt: asked.answeredAt };
    // Before the record: whoever finds that with a wamid finds by that one the statuses that are to come.
    if (wamid !== undefined) await deps.claims.point(asked.key, wamid, signal);
    const settled = await settle(outcome, asked, signal, deps);
    const { token } = asked;
    if (msgId !== undefined) await learnWamid(asked.key, { msgId, token }, signal, deps);
    return settled;
  }
  if (answer.kind === 'lost') return await doubt(asked.lane, asked.row, answer.fault, signal, deps);
  const provider = deps.channel().provider;
  const { row, answeredAt } = asked;
  const tries = { attempt: row.attempt, before: row.recipient?.again?.after ?? 0 };
  const retry = retryAfter(provider, answer, tries, answeredAt, deps.random());
  return await tryLater(retry, asked, signal, deps);
}

/** Whether somebody has put another token in the place of the refused one. */
async function isMended(
  { class: errorClass }: ErrorEffect,
  refused: string,
  { newerToken }: SendDeps,
): Promise<boolean> {
  if (errorClass !== 'token') return false;
  const token = await newerToken();
  return token !== undefined && !equalInConstantTime(token, refused);
}

async function tryLater(
  retry: Retry,
  asked: Asked,
  signal: AbortSignal,
  deps: SendDeps,
): Promise<SendOutcome> {
  const { lane, row, key, requestedAt } = asked;
  const { effect, error } = retry;
  deps.count(retry.again === undefined ? 'MessageFailed' : 'MessageReturned');
  const isPaused = effect.channel === 'pause' && !(await isMended(effect, asked.token, deps));
  if (isPaused) await deps.pauseChannel(effect.class, signal);
  const onLane: SendOutcome = {
    ...(effect.lane === 'slow' && { throttledAt: requestedAt }),
    ...(retry.restUntil !== undefined && { restUntil: retry.restUntil }),
    ...(isPaused && { isPaused: true }),
  };
  if (retry.again === undefined) {
    const settled = await settle({ state: 'failed', error }, asked, signal, deps);
    return { ...settled, ...onLane };
  }
  const given = { attempt: row.attempt, retryAt: retry.again.notBefore };
  const isReleased = await deps.claims.release(key, given, signal);
  // A status came before: it did go out.
  if (!isReleased) return { ...(await passOver(lane, row, signal, deps)), ...onLane };
  if (row.drawn !== undefined) {
    const dueAt = retry.again.notBefore;
    await deps.outbox.putBack(lane, { ...row, ...retry.again, dueAt }, signal);
    return onLane;
  }
  await deps.outbox.postpone(lane, row, { ...row, ...retry.again }, signal);
  const isInPlace = retry.again.dueAt === undefined;
  return { ...(isInPlace && { retryAt: retry.again.notBefore }), ...onLane };
}

/** Keeps what became of a message, which then waits no more. */
async function settle(
  outcome: Outcome,
  { lane, row, key }: Pick<Asked, 'lane' | 'row' | 'key'>,
  signal: AbortSignal,
  { claims, outbox }: SendDeps,
): Promise<SendOutcome> {
  await claims.record(key, outcome, signal);
  await leave(lane, row, signal, outbox);
  return {};
}

async function pause(because: string, signal: AbortSignal, deps: SendDeps): Promise<SendOutcome> {
  await deps.pauseChannel(because, signal);
  return { isPaused: true, retryAt: deps.now() };
}
