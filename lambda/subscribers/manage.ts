import { type Answered, refusal } from '../adapters/json-answer.ts';
import type { SendDelivery } from '../adapters/sqs-delivery.ts';
import type {
  StoredSubscriber,
  SubscriberReader,
  SubscriberWriter,
} from '../adapters/subscriber-table.ts';
import { webhookId } from '../domain/delivery.ts';
import { signingSecrets } from '../domain/signing-secrets.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import { testDelivery } from '../domain/test-event.ts';
import type { DeliveriesParameters } from './deliveries-parameters.ts';
import { type ReadDeliveriesDeps, readDeliveries } from './read-deliveries.ts';
import type { AddedAnswer, SecretAnswer, SubscriberInput, TestAnswer } from './schemas.ts';
import { subscriberAnswer } from './subscriber-answer.ts';
import { newSubscriber, withNextSecret } from './subscriber-changes.ts';

export interface ManageDeps {
  readonly table: SubscriberReader & SubscriberWriter;
  readonly signingKey: () => Promise<string>;
  /** Resolves once the queue of deliveries holds it. */
  readonly send: SendDelivery;
  /** 22 characters of base64url, never the same twice. */
  readonly newId: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export async function listSubscribers(deps: ManageDeps, signal: AbortSignal): Promise<Answered> {
  const stored = await deps.table.list(signal);
  return { status: 200, body: { subscribers: stored.map(subscriberAnswer) } };
}

export async function addSubscriber(
  input: SubscriberInput,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  // Read first: a subscriber without an answer would be one that nobody knows of.
  const signingKey = await deps.signingKey();
  const subscriber = newSubscriber(input, `sub_${deps.newId()}`, deps.now());
  await deps.table.add(subscriber, signal);
  const body: AddedAnswer = {
    subscriber: subscriberAnswer({ subscriber, revision: 1, row: {} }),
    secret: signingSecrets(signingKey, subscriber, deps.now()).current,
  };
  return { status: 201, body };
}

export async function showSubscriber(
  id: string,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const stored = await deps.table.get(id, signal);
  return stored === undefined ? unknown(id) : { status: 200, body: subscriberAnswer(stored) };
}

export async function removeSubscriber(
  id: string,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  return (await deps.table.remove(id, signal)) ? { status: 204, body: undefined } : unknown(id);
}

export async function changeSubscriber(
  id: string,
  edit: (subscriber: Subscriber) => Subscriber,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const change = await update(id, edit, deps, signal);
  return change.ok ? { status: 200, body: subscriberAnswer(change.stored) } : change.answer;
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

/** Tests the endpoint as every event goes there: through the queue and the deliverer. */
export async function testSubscriber(
  id: string,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  if ((await deps.table.get(id, signal)) === undefined) return unknown(id);
  const delivery = testDelivery(id, deps.newId(), deps.now());
  await deps.send(delivery, signal);
  const body: TestAnswer = { eventId: delivery.event.id, webhookId: webhookId(delivery) };
  return { status: 202, body };
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
  { table, now }: ManageDeps,
  signal: AbortSignal,
): Promise<Change> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = await table.get(id, signal);
    if (before === undefined) return { ok: false, answer: unknown(id) };
    const subscriber = { ...edit(before.subscriber), updatedAt: now() };
    if (await table.update(before, subscriber, signal)) {
      return { ok: true, stored: { ...before, subscriber } };
    }
  }
  return { ok: false, answer: refusal('conflict', `others are changing ${id}: try again`) };
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

function unknown(id: string): Answered {
  return refusal('not_found', `there is no subscriber ${id}`);
}
