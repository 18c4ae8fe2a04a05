import { type Answered, refusal } from '../../answers/json-answer.ts';
import type { Channel } from '../../channels/channel.ts';
import { laneOf } from '../../channels/channel.ts';
import { isOfUnitedStates } from '../../providers/north-america.ts';
import { MIN_RETENTION_DAYS } from '../../table/retention.ts';
import type { ReadWaitingSince } from '../waiting-since-table.ts';
import type { SendWish } from './read-request.ts';
import { type OptOutDeps, readOptOut, readWindow } from './window.ts';

export interface GateDeps extends OptOutDeps {
  /** Whether the stage sends anything. */
  readonly isSending: boolean;
  readonly waitingSince: ReadWaitingSince;
}

/** A message is kept for longer than that, whatever the retention of its channel: it comes to its end. */
const LONGEST_WAIT_MS = (MIN_RETENTION_DAYS - 1) * 86_400_000;

/** A lane whose oldest message waits for longer takes no more. */
const MAX_WAIT_MS = 3_600_000;

/** When to ask again. */
const RETRY_AFTER_SECONDS = 60;

const NOT_SENDING =
  'this stage sends nothing: deploy it with senderMaximumConcurrency of 2 or more, and send the same again';

/** Why a message that is well written is not taken now; undefined where it is. */
export async function refusalOf(
  channel: Channel,
  wish: SendWish,
  deps: GateDeps,
  signal: AbortSignal,
): Promise<Answered | undefined> {
  if (!deps.isSending) return refusal('conflict', NOT_SENDING);
  return (
    atOnce(channel, wish, deps.now()) ??
    (await tooManyWaiting(channel, wish, deps, signal)) ??
    (await ofConversation(channel, wish, deps, signal))
  );
}

function atOnce(channel: Channel, wish: SendWish, nowMs: number): Answered | undefined {
  if (wish.notAfter <= nowMs) {
    return refusal('invalid_parameter', 'notAfter takes a time to come');
  }
  if (wish.notAfter > nowMs + LONGEST_WAIT_MS) {
    return refusal('invalid_parameter', 'notAfter takes a time within seven days');
  }
  if (channel.state === 'paused') {
    const { pausedBecause = 'user' } = channel;
    const reason = `channel ${channel.id} is paused (${pausedBecause}): once it is resumed, send the same again`;
    return refusal('conflict', reason);
  }
  const isOfPhone = wish.to.kind === 'phone' && isOfUnitedStates(wish.to.name);
  return wish.category === 'marketing' && isOfPhone
    ? refusal('country', 'WhatsApp delivers no marketing templates to numbers of the United States')
    : undefined;
}

async function tooManyWaiting(
  channel: Channel,
  { to }: SendWish,
  deps: GateDeps,
  signal: AbortSignal,
): Promise<Answered | undefined> {
  const lane = { channel: channel.id, lane: laneOf(channel, to.name) };
  const since = await deps.waitingSince(lane, signal);
  if (since === undefined || deps.now() - since <= MAX_WAIT_MS) return undefined;
  const reason = `what was taken before waits since ${new Date(since).toISOString()}: try again later`;
  return {
    ...refusal('too_many_waiting', reason),
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
  };
}

async function ofConversation(
  { id, provider, tenant }: Channel,
  { to, isTemplate, category, isForced }: SendWish,
  deps: GateDeps,
  signal: AbortSignal,
): Promise<Answered | undefined> {
  if (provider !== 'meta' || to.kind === 'group') return undefined;
  if (isTemplate) {
    if (category !== 'marketing') return undefined;
    const at = await readOptOut({ channel: id, tenant, name: to.name }, deps, signal);
    if (at === undefined) return undefined;
    return refusal('opted_out', `this contact gets no more marketing, by their choice of ${at}`);
  }
  if (isForced) return undefined;
  const window = await readWindow(id, to.name, deps);
  if (window.isOpen) return undefined;
  const since =
    window.since === undefined
      ? 'this contact has not written'
      : `closed since ${new Date(window.since).toISOString()}`;
  return refusal(
    'window_closed',
    `the customer service window is closed (${since}): send a template, or force it with "force": true`,
  );
}
