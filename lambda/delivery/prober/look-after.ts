import {
  type EndpointState,
  isToBeRead,
  isUnheard,
  type MappingSettings,
  mappingSettings,
} from '../endpoint-state.ts';
import { endpointStateOf } from '../endpoint-table.ts';
import type { Mapping, Mappings } from '../lambda-mappings.ts';
import type { SubscriberQueues } from '../sqs-queues.ts';
import type { Subscriber } from '../subscriber.ts';
import type { FoundSubscriber } from '../subscriber-table.ts';
import { eachAlone, orTell } from './each-alone.ts';
import { type MoveDeps, moveFormer } from './move-former.ts';
import { type ProbeDeps, probe, putAsideExpiring } from './probe.ts';

export interface LookAfterDeps extends ProbeDeps, MoveDeps {
  readonly subscribers: (signal: AbortSignal) => Promise<readonly FoundSubscriber[]>;
  /** A subscriber as it is at this moment. */
  readonly find: (id: string, signal: AbortSignal) => Promise<FoundSubscriber | undefined>;
  /** Takes its row away: its mapping and its queue follow. */
  readonly removeSubscriber: (id: string, signal: AbortSignal) => Promise<unknown>;
  readonly queues: SubscriberQueues;
  readonly mappings: Mappings;
  /** Whose queue it is, by its ARN. */
  readonly idOfQueue: (arn: string) => string | undefined;
}

const HOUR_MS = 3_600_000;

/** For so long it holds what the deliverer saw of how far behind it is: it says so once a minute. */
const BEHIND_MS = 5 * 60_000;

/**
 * Makes what runs what the subscribers say: each has its queue and its mapping, which is on where something
 * may go out. Tries the endpoints that count as dead, and tells what waits and since when.
 *
 * Runs every minute, and crashes at any point without harm: the next run finds what is left to do.
 */
export async function lookAfterAll(signal: AbortSignal, deps: LookAfterDeps): Promise<void> {
  const [all, mappings] = await Promise.all([deps.subscribers(signal), deps.mappings.list(signal)]);
  const found = await withoutUnheard(all, signal, deps);
  const unreadable = found.filter(({ subscriber }) => subscriber === undefined);
  if (unreadable.length > 0) deps.count('SubscriberUnreadable', unreadable.length);
  const byId = new Map(mappings.map((one) => [deps.idOfQueue(one.queueArn), one]));
  const states: EndpointState[] = [];
  await eachAlone(inTurn(found, deps.random()), deps, async ({ id, subscriber, row }) => {
    if (subscriber === undefined) return;
    const state = endpointStateOf(row);
    const seen = await lookAfter({ subscriber, state, mapping: byId.get(id) }, signal, deps);
    states.push(seen);
    const { waitingSince } = seen;
    if (waitingSince !== state.waitingSince) await deps.state.waiting(id, waitingSince, signal);
  });
  await orTell('Former deliveries not moved, the next run goes on', {}, deps, () =>
    moveFormer(found, signal, deps),
  );
  const ids = new Set(found.map(({ id }) => id));
  await orTell('Queues of nobody not removed, the next run goes on', {}, deps, () =>
    removeOrphans(ids, mappings, signal, deps),
  );
  tell(states, deps);
}

/** Another begins each time: where there is no time for all, none is always the last. */
function inTurn<T>(all: readonly T[], random: number): readonly T[] {
  const first = Math.floor(random * all.length);
  return [...all.slice(first), ...all.slice(0, first)];
}

/** Removes listeners whom nobody has read for a day; those that are left. */
async function withoutUnheard(
  all: readonly FoundSubscriber[],
  signal: AbortSignal,
  deps: LookAfterDeps,
): Promise<readonly FoundSubscriber[]> {
  const isGone = ({ row }: FoundSubscriber) => isUnheard(endpointStateOf(row), deps.now());
  await eachAlone(all.filter(isGone), deps, async ({ id }) => {
    await deps.removeSubscriber(id, signal);
    deps.warn('Listener removed, nobody has read it for a day', { subscriberId: id });
  });
  return all.filter((one) => !isGone(one));
}

interface Place {
  readonly subscriber: Subscriber;
  readonly state: EndpointState;
  readonly mapping: Mapping | undefined;
}

/** Resolves with its state as it is then. */
async function lookAfter(
  { subscriber, state: before, mapping }: Place,
  signal: AbortSignal,
  deps: LookAfterDeps,
): Promise<EndpointState> {
  // One of a release before this gets its queue, and is mapped once what waits elsewhere is in it.
  if (before.mappingId === undefined) return before;
  const state = await probed(subscriber, before, signal, deps);
  await adjust({ subscriber, state, mapping }, signal, deps);
  const isWaiting = (await deps.queues.of(subscriber.id).waiting(signal)) > 0;
  const since = isWaiting ? await waitingSince(subscriber, state, signal, deps) : undefined;
  if (since !== undefined && !isToBeRead(subscriber, state)) {
    await putAsideExpiring(subscriber, since, signal, deps);
  }
  return { ...state, waitingSince: since };
}

/** Tries an endpoint that counts as dead. */
async function probed(
  subscriber: Subscriber,
  state: EndpointState,
  signal: AbortSignal,
  deps: LookAfterDeps,
): Promise<EndpointState> {
  const isDown = state.downSince !== undefined;
  const mayGo = !subscriber.isPaused && subscriber.disabledBecause === undefined;
  const isProbed = isDown && mayGo && (state.slowUntil ?? 0) <= deps.now();
  const isUp = isProbed && (await probe(subscriber, signal, deps));
  return isUp ? { ...state, downSince: undefined } : state;
}

/** Makes the mapping what it should be; makes it anew where somebody removed it. */
async function adjust(
  { subscriber, state, mapping }: Place,
  signal: AbortSignal,
  deps: LookAfterDeps,
): Promise<void> {
  const { id } = subscriber;
  if (mapping !== undefined && mapping.id !== state.mappingId) {
    await deps.state.mapped(id, mapping.id, signal);
  }
  const seen = mappingSettings(subscriber, state, deps.functions);
  if (mapping !== undefined && (mapping.isChanging || isAs(mapping, seen))) return;
  // Looked at again: somebody may have resumed or removed it while others were probed.
  const settings = await settingsOf(id, signal, deps);
  if (settings === undefined) return;
  if (mapping === undefined) return makeMapping(id, settings, signal, deps);
  if (isAs(mapping, settings)) return;
  await deps.mappings.change(mapping.id, settings, signal);
  if (settings.isOn) return;
  // Who was resumed in this moment found the mapping still on.
  const after = await settingsOf(id, signal, deps);
  if (after?.isOn === true) await deps.mappings.change(mapping.id, after, signal);
}

function isAs(mapping: Mapping, { isOn, functions }: MappingSettings): boolean {
  return mapping.isOn === isOn && mapping.functions === functions;
}

async function makeMapping(
  id: string,
  settings: MappingSettings,
  signal: AbortSignal,
  { queues, mappings, queueArn, state }: LookAfterDeps,
): Promise<void> {
  await queues.create(id, signal);
  await state.mapped(id, await mappings.create(queueArn(id), settings, signal), signal);
}

/** How a subscriber's queue is to be read now; undefined where it is no more, or cannot be read. */
async function settingsOf(id: string, signal: AbortSignal, { find, functions }: LookAfterDeps) {
  const found = await find(id, signal);
  if (found?.subscriber === undefined) return undefined;
  return mappingSettings(found.subscriber, endpointStateOf(found.row), functions);
}

async function waitingSince(
  subscriber: Subscriber,
  state: EndpointState,
  signal: AbortSignal,
  { history, now }: LookAfterDeps,
): Promise<number | undefined> {
  const failed = await history.waiting(subscriber.id, signal);
  const times = failed.map(({ firstTriedAt }) => firstTriedAt);
  const held = isToBeRead(subscriber, state)
    ? []
    : [state.waitingSince ?? state.downSince ?? now()];
  const { behindSince, behindSeenAt = 0 } = state;
  const behind = behindSince !== undefined && now() - behindSeenAt < BEHIND_MS ? [behindSince] : [];
  const [first] = [...times, ...held, ...behind].toSorted((one, other) => one - other);
  return first;
}

/** What a crash, or somebody's hand, left of a subscriber that is no more. */
async function removeOrphans(
  ids: ReadonlySet<string>,
  mappings: readonly Mapping[],
  signal: AbortSignal,
  deps: LookAfterDeps,
): Promise<void> {
  const known = new Set(mappings.map(({ queueArn }) => deps.idOfQueue(queueArn)));
  const strays = mappings.filter((one) => {
    const id = deps.idOfQueue(one.queueArn);
    return id !== undefined && !ids.has(id) && !one.isChanging;
  });
  for (const { id, queueArn } of strays) {
    const subscriberId = deps.idOfQueue(queueArn) ?? '';
    if (!(await isOld(subscriberId, signal, deps))) continue;
    await deps.mappings.remove(id, signal);
    await deps.queues.remove(subscriberId, signal);
  }
  if (!isHour(deps.now())) return;
  const unread = (await deps.queues.list(signal)).filter((id) => !ids.has(id) && !known.has(id));
  for (const id of unread) if (await isOld(id, signal, deps)) await deps.queues.remove(id, signal);
}

/** Of a subscriber that is being added the queue is there before its row. */
async function isOld(id: string, signal: AbortSignal, { queues, now }: LookAfterDeps) {
  const madeAt = await queues.madeAt(id, signal);
  return madeAt === undefined || now() - madeAt > 10 * 60_000;
}

/** Whether it is the first minute of an hour: what costs a call for nothing is done then. */
function isHour(nowMs: number): boolean {
  return nowMs % HOUR_MS < 60_000;
}

function tell(states: readonly EndpointState[], { count, now }: LookAfterDeps): void {
  count('EndpointDown', states.filter(({ downSince }) => downSince !== undefined).length);
  const waiting = states
    .map(({ waitingSince }) => waitingSince)
    .filter((since) => since !== undefined);
  const hours = waiting.map((since) => Math.floor((now() - since) / HOUR_MS));
  count('SubscriberWaitingHours', Math.max(0, ...hours));
}
