import * as z from 'zod/mini';
import type { SigningSecrets } from '../../../lambda/delivery/signing-secrets.ts';
import {
  addedAnswer,
  type SecretAnswer,
  type SubscriberAnswer,
  secretAnswer,
  subscriberAnswer,
} from '../../../lambda/delivery/subscribers/schemas.ts';
import type { ApiClient } from '../stack/api-client.ts';
import { listSubscribers, SUBSCRIBERS_PATH } from '../subscriber/find-subscriber.ts';
import { UnavailableError } from '../terminal/command.ts';

/** The subscriber that has its events sent to a listener's queue. */
export interface Listener {
  readonly subscriber: SubscriberAnswer;
  readonly secret: SecretAnswer;
  /** Whether it was there before. */
  readonly isFound: boolean;
}

export interface ListenerWishes {
  readonly name: string;
  readonly queueUrl: string;
  /** What is not here stays as it is; of a new one, as the stack has it. */
  readonly wishes: Readonly<Record<string, unknown>>;
}

/** Finds the subscriber of a queue, or adds it. */
export async function openListener(api: ApiClient, given: ListenerWishes): Promise<Listener> {
  const { subscriber, isFound } = await findOrAdd(api, given);
  await sayListening(api, subscriber.id);
  const path = `${SUBSCRIBERS_PATH}/${subscriber.id}/secret`;
  return { subscriber, isFound, secret: await api.call({ method: 'GET', path }, secretAnswer) };
}

async function findOrAdd(
  api: ApiClient,
  { name, queueUrl, wishes }: ListenerWishes,
): Promise<Pick<Listener, 'subscriber' | 'isFound'>> {
  const [found] = await findListeners(api, queueUrl);
  if (found === undefined) {
    const body = { name: `listen ${name}`, endpoint: { kind: 'sqs', queueUrl }, ...wishes };
    const request = { method: 'POST', path: SUBSCRIBERS_PATH, body } as const;
    const { subscriber } = await api.call(request, addedAnswer);
    return { subscriber, isFound: false };
  }
  const { tenant = found.tenant } = wishes;
  if (tenant !== found.tenant) {
    throw new UnavailableError(
      `the listener ${name} is of the tenant ${found.tenant}, whose events may wait for it: take another --name, or --remove it first`,
    );
  }
  if (Object.keys(wishes).length === 0) return { subscriber: found, isFound: true };
  const path = `${SUBSCRIBERS_PATH}/${found.id}`;
  const subscriber = await api.call({ method: 'PATCH', path, body: wishes }, subscriberAnswer);
  return { subscriber, isFound: true };
}

/** Has the stack keep it: one that nobody listens by for a day is removed. */
export async function sayListening(api: ApiClient, id: string): Promise<void> {
  const path = `${SUBSCRIBERS_PATH}/${id}/listening`;
  await api.call({ method: 'POST', path }, z.undefined());
}

/** Resolves with how many there were. */
export async function removeListeners(api: ApiClient, queueName: string): Promise<number> {
  const found = await findListeners(api, queueName);
  for (const { id } of found) {
    await api.call({ method: 'DELETE', path: `${SUBSCRIBERS_PATH}/${id}` }, z.undefined());
  }
  return found.length;
}

/** By the end of their queues' URLs, as a queue may be gone. */
async function findListeners(api: ApiClient, queue: string): Promise<SubscriberAnswer[]> {
  const name = queue.slice(queue.lastIndexOf('/') + 1);
  const { subscribers } = await listSubscribers(api);
  return subscribers.filter(
    ({ endpoint }) => endpoint.kind === 'sqs' && endpoint.queueUrl.endsWith(`/${name}`),
  );
}

export function secretsOf({ secret, previous }: SecretAnswer): SigningSecrets {
  return { current: secret, ...(previous !== null && { previous: previous.secret }) };
}
