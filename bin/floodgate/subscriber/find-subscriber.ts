import {
  type SubscriberAnswer,
  type SubscribersAnswer,
  subscribersAnswer,
} from '../../../lambda/delivery/subscribers/schemas.ts';
import type { ApiClient } from '../stack/api-client.ts';
import { UnavailableError } from '../terminal/command.ts';
import { namedSubscriber } from './named-subscriber.ts';

export const SUBSCRIBERS_PATH = '/v1/subscribers';

export async function listSubscribers(api: ApiClient): Promise<SubscribersAnswer> {
  return await api.call({ method: 'GET', path: SUBSCRIBERS_PATH }, subscribersAnswer);
}

/** By id, or by a name that only one has. */
export async function findSubscriber(api: ApiClient, who: string): Promise<SubscriberAnswer> {
  const { subscribers, unreadable } = await listSubscribers(api);
  if (unreadable.includes(who)) {
    throw new UnavailableError(
      `subscriber ${who} was written by another release and cannot be read by this one`,
    );
  }
  return namedSubscriber(subscribers, who);
}

/** To remove it nothing has to be known of it. */
export async function findRemovable(
  api: ApiClient,
  who: string,
): Promise<Pick<SubscriberAnswer, 'id' | 'name'>> {
  const { subscribers, unreadable } = await listSubscribers(api);
  return unreadable.includes(who) ? { id: who, name: who } : namedSubscriber(subscribers, who);
}
