import { type Answered, refusal } from '../../answers/json-answer.ts';
import { type Channel, laneOf, lanesOf } from '../../channels/channel.ts';
import { isOutgoingId } from '../../events/outgoing-id.ts';
import { outgoingAnswerOf } from '../../reading/outgoing-answer.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';
import { firstWait } from '../../table/outgoing-json.ts';
import { MESSAGE_CLASSES } from '../../table/outgoing-message.ts';
import { stateOf } from '../../table/outgoing-record.ts';
import type { Claims } from '../claim-table.ts';
import {
  type MessageKey,
  type Outbox,
  type StoredOutgoing,
  UNCERTAIN,
  type WaitingRow,
} from '../outbox-table.ts';
import { type AcceptDeps, unknownChannel } from './accept-message.ts';
import type { OutgoingListAnswer, ResolveInput } from './schemas.ts';

export interface ManageDeps {
  readonly channel: AcceptDeps['channel'];
  readonly outbox: Pick<
    Outbox,
    'read' | 'putWaiting' | 'queryWaiting' | 'removeWaiting' | 'putBack'
  >;
  readonly claims: Pick<Claims, 'settleUnsent' | 'release' | 'record'>;
  readonly wake: AcceptDeps['wake'];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Cancels a message: that is a claim on it too, so that either it is sent or it is not. */
export async function cancelMessage(
  key: MessageKey,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const found = await find(key, deps, signal);
  if (!found.ok) return found.answer;
  const { channel, stored } = found;
  if (await deps.claims.settleUnsent(stored.message, 'cancelled', signal)) {
    const waiting = { ...firstWait(stored.message), dueAt: stored.message.createdAt };
    // Where it was put back for another attempt, its lane removes it.
    await deps.outbox.removeWaiting(laneIn(channel, stored), waiting, signal);
  }
  const now = await deps.outbox.read(key, signal);
  const state = stateOf(now?.record);
  if (now !== undefined && state === 'cancelled') return answered(now);
  return refusal(
    'conflict',
    `message ${key.id} is ${state}: it can be cancelled only while it is queued`,
  );
}

/** Decides on what is uncertain, as a person says. */
export async function resolveMessage(
  key: MessageKey,
  { as }: ResolveInput,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const found = await find(key, deps, signal);
  if (!found.ok) return found.answer;
  const { channel, stored } = found;
  const state = stateOf(stored.record);
  if (state !== 'uncertain') {
    return refusal('conflict', `message ${key.id} is ${state}: only what is uncertain is resolved`);
  }
  if (as === 'resend') return await resend(channel, stored, deps, signal);
  const error = { class: 'resolved', text: 'a person found that it did not go out' };
  await deps.claims.record(key, as === 'sent' ? { state: as } : { state: as, error }, signal);
  return answered((await deps.outbox.read(key, signal)) ?? stored);
}

async function resend(
  channel: Channel,
  stored: StoredOutgoing,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const { message, record } = stored;
  const attempt = record?.attempt ?? 1;
  const lane = laneIn(channel, stored);
  const waiting = { ...firstWait(message), attempt: attempt + 1, dueAt: deps.now() };
  // It waits before its claim is given back: in between the claim keeps it, and after it the lane has it.
  await deps.outbox.putBack(lane, waiting, signal);
  const given = { attempt, retryAt: waiting.dueAt };
  if (!(await deps.claims.release(message, given, signal, 'uncertain'))) {
    return refusal('conflict', `message ${message.id} is not uncertain any more`);
  }
  await deps.wake(lane, signal);
  return answered({ ...stored, record: undefined });
}

const MOST_OF_A_LANE = 100;
const LANES_AT_ONCE = 10;

/** What waits in a channel's lanes, and what is uncertain, the first by time. */
export async function listOutgoing(
  id: string,
  state: 'queued' | 'uncertain' | undefined,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const stored = await deps.channel(id, signal);
  if (stored === undefined) return unknownChannel(id);
  const wanted = [
    ...(state === 'uncertain' ? [] : MESSAGE_CLASSES),
    ...(state === 'queued' ? [] : [UNCERTAIN]),
  ];
  const messages: OutgoingListAnswer['messages'] = [];
  let isComplete = true;
  const lanes = Array.from({ length: lanesOf(stored.channel) }, (_, lane) => lane);
  await sideBySide(lanes, LANES_AT_ONCE, async (lane) => {
    for (const name of wanted) {
      const rows = await deps.outbox.queryWaiting(
        { channel: id, lane },
        name,
        MOST_OF_A_LANE,
        signal,
      );
      isComplete &&= rows.length < MOST_OF_A_LANE;
      messages.push(...rows.map((row) => waitingAnswer(row, name === UNCERTAIN)));
    }
  });
  const body: OutgoingListAnswer = {
    messages: messages.toSorted((one, other) => (one.at < other.at ? -1 : 1)),
    isComplete,
  };
  return { status: 200, body };
}

function waitingAnswer(
  row: WaitingRow,
  isUncertain: boolean,
): OutgoingListAnswer['messages'][number] {
  const { id, class: messageClass, attempt, to } = row;
  return {
    ...{
      id,
      state: isUncertain ? 'uncertain' : 'queued',
      to: to.name,
      class: messageClass,
      attempt,
    },
    at: new Date(row.dueAt).toISOString(),
    notAfter: new Date(row.notAfter).toISOString(),
  };
}

type Found =
  | { readonly ok: true; readonly channel: Channel; readonly stored: StoredOutgoing }
  | { readonly ok: false; readonly answer: Answered };

async function find(key: MessageKey, deps: ManageDeps, signal: AbortSignal): Promise<Found> {
  const channel = await deps.channel(key.channel, signal);
  if (channel === undefined) return { ok: false, answer: unknownChannel(key.channel) };
  // Another text would name rows of a channel whose id begins with this one's.
  const stored = isOutgoingId(key.id) ? await deps.outbox.read(key, signal) : undefined;
  if (stored !== undefined) return { ok: true, channel: channel.channel, stored };
  const answer = refusal('not_found', `there is no message ${key.id} on this channel`);
  return { ok: false, answer };
}

function laneIn(channel: Channel, { message }: StoredOutgoing) {
  return { channel: channel.id, lane: laneOf(channel, message.to.name) };
}

function answered({ message, record }: StoredOutgoing): Answered {
  return { status: 200, body: outgoingAnswerOf(message, record) };
}
