import { type Answered, refusal } from '../../answers/json-answer.ts';
import { type Channel, laneOf } from '../../channels/channel.ts';
import type { ChannelReader } from '../../channels/channel-table.ts';
import { outgoingAnswerOf } from '../../reading/outgoing-answer.ts';
import { firstWait } from '../../table/outgoing-json.ts';
import { type OutgoingMessage, outgoingId } from '../../table/outgoing-message.ts';
import type { Outbox, StoredOutgoing } from '../outbox-table.ts';
import type { WakeLane } from '../sqs-wakes.ts';
import { type GateDeps, refusalOf } from './gates.ts';
import { readRequest, type SendWish } from './read-request.ts';

export interface AcceptDeps extends GateDeps {
  /** A channel as it was a moment ago. */
  readonly channel: ChannelReader['get'];
  readonly outbox: Pick<Outbox, 'putContent' | 'putWaiting' | 'read'>;
  readonly wake: WakeLane;
}

export interface SendRequest {
  readonly channel: string;
  /** `Idempotency-Key`. */
  readonly key: string | undefined;
  readonly rawBody: Buffer;
}

/**
 * Takes a message to send. Answers 202 only once the message is stored, waits in its lane and the lane
 * knows: whatever failed before, the same request with the same key mends.
 */
export async function acceptMessage(
  request: SendRequest,
  deps: AcceptDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const stored = await deps.channel(request.channel, signal);
  if (stored === undefined) return unknownChannel(request.channel);
  const { channel } = stored;
  const { key } = request;
  if (key === undefined || !KEY.test(key)) return refusal('invalid_parameter', KEY_FAULT);
  const nowMs = deps.now();
  const reading = readRequest(request.rawBody, channel.provider, nowMs);
  if (!reading.ok) return refusal('invalid_parameter', reading.reason);
  const { wish } = reading;
  const message = messageOf(channel, key, wish, nowMs);
  const refused = await refusalOf(channel, wish, deps, signal);
  if (refused === undefined && (await deps.outbox.putContent(message, wish.hash, signal))) {
    await letWait(channel, message, deps, signal);
    return accepted(message, undefined);
  }
  // What was taken once is so, whatever has changed since.
  const known = await deps.outbox.read(message, signal);
  if (known !== undefined) return await again(channel, known, wish, deps, signal);
  return refused ?? refusal('conflict', FORGOTTEN);
}

const KEY = /^[\x21-\x7e]{1,255}$/;

const KEY_FAULT =
  'the header Idempotency-Key takes 1 to 255 characters of ASCII without spaces: the same for the same message, however often it is sent';

const FORGOTTEN =
  'the Idempotency-Key is that of a message that was forgotten with its recipient: use another one';

export function unknownChannel(id: string): Answered {
  return refusal('not_found', `there is no channel ${id}`);
}

function messageOf(
  { id: channel, provider }: Channel,
  key: string,
  { to, body, category, class: messageClass, notAfter }: SendWish,
  createdAt: number,
): OutgoingMessage {
  return {
    id: outgoingId(channel, to, key),
    ...{ channel, provider, to, body, category, class: messageClass, notAfter, createdAt },
  };
}

async function letWait(
  channel: Channel,
  message: OutgoingMessage,
  { outbox, wake }: AcceptDeps,
  signal: AbortSignal,
): Promise<void> {
  const lane = { channel: channel.id, lane: laneOf(channel, message.to.name) };
  await outbox.putWaiting(lane, { ...firstWait(message), dueAt: message.createdAt }, signal);
  await wake(lane, signal);
}

/** The same key once more: it may be what a try before left undone. */
async function again(
  channel: Channel,
  { message, bodyHash, record, attempt }: StoredOutgoing,
  wish: SendWish,
  deps: AcceptDeps,
  signal: AbortSignal,
): Promise<Answered> {
  if (bodyHash !== wish.hash) {
    return refusal('conflict', `the Idempotency-Key is that of another message, ${message.id}`);
  }
  // Once it was claimed, or put back for another attempt, it has waited.
  if (record === undefined && attempt === undefined) await letWait(channel, message, deps, signal);
  return accepted(message, record);
}

function accepted(message: OutgoingMessage, record: StoredOutgoing['record']): Answered {
  return { status: 202, body: outgoingAnswerOf(message, record) };
}
