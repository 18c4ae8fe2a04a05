import { type SubscriberAnswer, subscribersAnswer } from '../../../lambda/subscribers/schemas.ts';
import type { ApiClient } from '../api-client.ts';
import { UnavailableError, UsageError } from '../command.ts';

export const SUBSCRIBERS_PATH = '/v1/subscribers';

export async function listSubscribers(api: ApiClient): Promise<readonly SubscriberAnswer[]> {
  const request = { method: 'GET', path: SUBSCRIBERS_PATH } as const;
  return (await api.call(request, subscribersAnswer)).subscribers;
}

/** By id, or by a name that only one has. */
export async function findSubscriber(api: ApiClient, who: string): Promise<SubscriberAnswer> {
  const subscribers = await listSubscribers(api);
  const found = subscribers.filter(({ id, name }) => id === who || name === who);
  const [one, ...others] = found;
  if (others.length > 0) {
    const ids = found.map(({ id }) => id).join(', ');
    throw new UsageError(`${found.length} subscribers are called "${who}": say which of ${ids}`);
  }
  if (one !== undefined) return one;
  const names = subscribers.map(({ name }) => `"${name}"`).join(', ');
  const known = names === '' ? 'there are none' : `there are ${names}`;
  throw new UnavailableError(`there is no subscriber "${who}": ${known}`);
}
