import { type SubscriberAnswer, subscribersAnswer } from '../../../lambda/subscribers/schemas.ts';
import type { ApiClient } from '../api-client.ts';
import { namedSubscriber } from './named-subscriber.ts';

export const SUBSCRIBERS_PATH = '/v1/subscribers';

export async function listSubscribers(api: ApiClient): Promise<readonly SubscriberAnswer[]> {
  const request = { method: 'GET', path: SUBSCRIBERS_PATH } as const;
  return (await api.call(request, subscribersAnswer)).subscribers;
}

/** By id, or by a name that only one has. */
export async function findSubscriber(api: ApiClient, who: string): Promise<SubscriberAnswer> {
  return namedSubscriber(await listSubscribers(api), who);
}
