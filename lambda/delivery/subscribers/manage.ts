import { isDeepStrictEqual } from 'node:util';
import { type Answered, refusal } from '../../answers/json-answer.ts';
import { present } from '../../shared/json/fields.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';
import { webhookId } from '../delivery.ts';
import { mappingSettings } from '../endpoint-state.ts';
import { type EndpointStateWriter, endpointStateOf, withoutHealth } from '../endpoint-table.ts';
import type { Mappings } from '../lambda-mappings.ts';
import { signingSecrets } from '../signing-secrets.ts';
import type { SubscriberQueues } from '../sqs-queues.ts';
import type { Subscriber } from '../subscriber.ts';
import type { StoredSubscriber, SubscriberReader, SubscriberWriter } from '../subscriber-table.ts';
import { testDelivery } from '../test-event.ts';
import type { WaitingDeliveries } from '../waiting-table.ts';
import type { DeliveriesParameters } from './deliveries-parameters.ts';
import { type ReadDeliveriesDeps, readDeliveries } from './read-deliveries.ts';
import type {
  AddedAnswer,
  SecretAnswer,
  SubscriberAnswer,
  SubscriberInput,
  TestAnswer,
} from './schemas.ts';
import { subscriberAnswer } from './subscriber-answer.ts';
import { newSubscriber, resumed, withNextSecret } from './subscriber-changes.ts';

export interface ManageDeps {
  readonly table: SubscriberReader & SubscriberWriter;
  /** Of whom the caller is, whose new subscribers are. @default sees all of them */
  readonly tenant?: string;
  readonly signingKey: () => Promise<string>;
  readonly state: EndpointStateWriter;
  readonly queues: SubscriberQueues;
  readonly waiting: Pick<WaitingDeliveries, 'clear'>;
  readonly mappings: Mappings;
  readonly queueArn: (id: string) => string;
  /** `MaximumConcurrency` where a subscriber says nothing. */
  readonly functions: number;
  /** 22 characters of base64url, never the same twice. */
  readonly newId: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export async function listSubscribers(deps: ManageDeps, signal: AbortSignal): Promise<Answered> {
  const { subscribers: stored, unreadable } = await deps.table.list(signal);
  const subscribers: SubscriberAnswer[] = [];
  await sideBySide(stored.entries(), QUEUES_AT_ONCE, async ([place, one]) => {
    subscribers[place] = subscriberAnswer(one, await waitingFor(one.id, deps, signal));
  });
  return { status: 200, body: { subscribers, unreadable } };
}

const QUEUES_AT_ONCE = 50;

/** Undefined where the queue does not say: a list without it is better than none. */
async function waitingFor(id: string, { queues }: ManageDeps, signal: AbortSignal) {
  return await queues
    .of(id)
    .waiting(signal)
    .catch(() => undefined);
}

/** @param notes what its owner should know of its endpoint */
export async function addSubscriber(
  input: SubscriberInput,
  deps: ManageDeps,
  signal: AbortSignal,
  notes: readonly string[] = [],
): Promise<Answered> {
  // Read first: a subscriber without an answer would be one that nobody knows of.
  const signingKey = await deps.signingKey();
  const subscriber = newSubscriber(
    { ...present({ tenant: deps.tenant }), ...input },
    `sub_${deps.newId()}`,
    deps.now(),
  );
  const { id } = subscriber;
  const taken = await nameTaken(subscriber, deps, signal);
  if (taken !== undefined) return taken;
  const row = {};
  // The row last: whoever finds it has somewhere to send. What a crash leaves the prober removes.
  await deps.queues.create(id, signal);
  const settings = mappingSettings(subscriber, NEVER_DOWN, deps.functions);
  const mappingId = await deps.mappings.create(deps.queueArn(id), settings, signal);
  await deps.table.add(subscriber, mappingId, signal);
  const stored = { id, subscriber, revision: 1, row };
  const body: AddedAnswer = {
    subscriber: subscriberAnswer(stored, 0),
    secret: signingSecrets(signingKey, subscriber, deps.now()).current,
    notes: [...notes],
  };
  return { status: 201, body };
}

/** Refuses a name that another one of the same tenant has, by which people mean it. */
async function nameTaken(
  { id, name, tenant }: Subscriber,
  { table }: ManageDeps,
  signal: AbortSignal,
): Promise<Answered | undefined> {
  const { subscribers } = await table.list(signal);
  const other = subscribers.find(
    ({ subscriber: one }) => one.id !== id && one.name === name && one.tenant === tenant,
  );
  return (
    other &&
    refusal('conflict', `the tenant ${tenant} has a subscriber "${name}" already: ${other.id}`)
  );
}

/** The same of a change. A name that is another's already may stay: it was there before the rule. */
async function newNameTaken(
  before: Subscriber,
  after: Subscriber,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered | undefined> {
  const isSame = after.name === before.name && after.tenant === before.tenant;
  return isSame ? undefined : await nameTaken(after, deps, signal);
}

/** What is known of an endpoint that nobody has tried. */
const NEVER_DOWN = { downSince: undefined };

export async function showSubscriber(
  id: string,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const stored = await deps.table.get(id, signal);
  if (stored === undefined) return unknown(id);
  return { status: 200, body: subscriberAnswer(stored, await waitingFor(id, deps, signal)) };
}

export async function removeSubscriber(
  id: string,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const removed = await deps.table.remove(id, signal);
  if (removed === undefined) return unknown(id);
  const { mappingId } = endpointStateOf(removed.row);
  // Where Lambda or SQS does not do it now, the prober does.
  if (mappingId !== undefined) await deps.mappings.remove(mappingId, signal);
  await deps.queues.remove(id, signal);
  // What time does not suffice for expires by itself.
  await deps.waiting.clear(id, signal).catch(() => {});
  return { status: 204, body: undefined };
}

export async function changeSubscriber(
  id: string,
  edit: (subscriber: Subscriber) => Subscriber,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const change = await update(id, edit, deps, signal);
  if (!change.ok) return change.answer;
  await adjustMapping(change.stored, deps, signal);
  const waiting = await waitingFor(id, deps, signal);
  return { status: 200, body: subscriberAnswer(change.stored, waiting) };
}

/**
 * Lets everything go out from now on, whatever held it: a pause, an endpoint that was gone or dead, or one
 * that asked for time.
 */
export async function resumeSubscriber(
  id: string,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  await deps.state.reset(id, signal);
  return changeSubscriber(id, resumed, deps, signal);
}

/**
 * Switches a mapping on, or gives it another concurrency. Off it is switched by the prober alone: a short
 * pause ends without one, since each switch takes Lambda up to a minute.
 */
async function adjustMapping(
  { subscriber, row }: StoredSubscriber,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<void> {
  const state = endpointStateOf(row);
  if (state.mappingId === undefined || state.downSince !== undefined) return;
  const settings = mappingSettings(subscriber, state, deps.functions);
  // Where Lambda is busy with an earlier change, the prober makes this one.
  if (settings.isOn) await deps.mappings.change(state.mappingId, settings, signal);
}

export async function readSecret(
  id: string,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const stored = await deps.table.get(id, signal);
  return stored === undefined ? unknown(id) : await secrets(stored.subscriber, deps);
}

export async function rotateSecret(
  id: string,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const change = await update(id, (old) => withNextSecret(old, deps.now()), deps, signal);
  return change.ok ? await secrets(change.stored.subscriber, deps) : change.answer;
}

/** Tests the endpoint as every event goes there: through its queue and the deliverer. */
export async function testSubscriber(
  id: string,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  if ((await deps.table.get(id, signal)) === undefined) return unknown(id);
  const delivery = testDelivery(id, deps.newId(), deps.now());
  await deps.queues.send(delivery, false, signal);
  const body: TestAnswer = { eventId: delivery.event.id, webhookId: webhookId(delivery) };
  return { status: 202, body };
}

/** Keeps a listener's subscriber for another day. */
export async function markListening(
  id: string,
  { state }: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const isThere = await state.listened(id, signal);
  return isThere ? { status: 204, body: undefined } : unknown(id);
}

export async function showDeliveries(
  parameters: DeliveriesParameters,
  deps: ManageDeps & ReadDeliveriesDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const { subscriberId } = parameters;
  if ((await deps.table.get(subscriberId, signal)) === undefined) return unknown(subscriberId);
  return { status: 200, body: await readDeliveries(parameters, deps, signal) };
}

type Change =
  | { readonly ok: true; readonly stored: StoredSubscriber }
  | { readonly ok: false; readonly answer: Answered };

/** Others that change the same subscriber at the same moment: the deliverer, or another person. */
const ATTEMPTS = 3;

async function update(
  id: string,
  edit: (subscriber: Subscriber) => Subscriber,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Change> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const change = await updateOnce(id, edit, deps, signal);
    if (change !== undefined) return change;
  }
  return { ok: false, answer: refusal('conflict', `others are changing ${id}: try again`) };
}

/** Undefined where others were quicker. */
async function updateOnce(
  id: string,
  edit: (subscriber: Subscriber) => Subscriber,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Change | undefined> {
  const { table, state, now } = deps;
  const before = await table.get(id, signal);
  if (before === undefined) return { ok: false, answer: unknown(id) };
  const subscriber = { ...edit(before.subscriber), updatedAt: now() };
  const taken = await newNameTaken(before.subscriber, subscriber, deps, signal);
  if (taken !== undefined) return { ok: false, answer: taken };
  const isMoved = !isDeepStrictEqual(subscriber.endpoint, before.subscriber.endpoint);
  // Of another endpoint nothing is known. Before it is written: what fails in between is asked again.
  if (isMoved) await state.reset(id, signal);
  if (!(await table.update(before, subscriber, signal))) return undefined;
  const row = isMoved ? withoutHealth(before.row) : before.row;
  return { ok: true, stored: { ...before, subscriber, row } };
}

async function secrets(subscriber: Subscriber, deps: ManageDeps): Promise<Answered> {
  const { current, previous } = signingSecrets(await deps.signingKey(), subscriber, deps.now());
  const { previousSecretUntil: until } = subscriber;
  const body: SecretAnswer = {
    secret: current,
    previous:
      previous === undefined || until === undefined
        ? null
        : { secret: previous, validUntil: new Date(until).toISOString() },
  };
  return { status: 200, body };
}

export function unknown(id: string): Answered {
  return refusal('not_found', `there is no subscriber ${id}`);
}
