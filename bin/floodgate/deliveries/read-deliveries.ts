import {
  type DeliveriesAnswer,
  type DeliveryAnswer,
  deliveriesAnswer,
  deliveryAnswer,
} from '../../../lambda/delivery/subscribers/schemas.ts';
import type { ApiClient } from '../stack/api-client.ts';
import { SUBSCRIBERS_PATH } from '../subscriber/find-subscriber.ts';

export type DeliveryTry = DeliveriesAnswer['deliveries'][number];

export interface DeliveriesChoice {
  readonly isFailedOnly: boolean;
  /** ISO 8601. */
  readonly since: string | undefined;
  /** The event that is meant. @default all */
  readonly event?: string;
  /** Of all pages together. */
  readonly limit: number;
}

const MOST_A_PAGE = 100;

/** The tries to deliver to a subscriber, newest first, and whether there are more. */
export async function readDeliveries(
  api: ApiClient,
  subscriberId: string,
  { isFailedOnly, since, event, limit }: DeliveriesChoice,
): Promise<{ readonly tries: readonly DeliveryTry[]; readonly isAll: boolean }> {
  const tries: DeliveryTry[] = [];
  let cursor: string | null = '';
  while (cursor !== null && tries.length < limit) {
    const query = new URLSearchParams({
      limit: String(Math.min(limit - tries.length, MOST_A_PAGE)),
      ...(isFailedOnly && { failed: 'true' }),
      ...(since !== undefined && { since }),
      ...(event !== undefined && { event }),
      ...(cursor !== '' && { cursor }),
    });
    const path = `${SUBSCRIBERS_PATH}/${subscriberId}/deliveries?${query}`;
    const page: DeliveriesAnswer = await api.call({ method: 'GET', path }, deliveriesAnswer);
    tries.push(...page.deliveries);
    cursor = page.nextCursor;
  }
  return { tries, isAll: cursor === null };
}

/** What is known of an event on its way to a subscriber. */
export interface ShownDelivery extends DeliveryAnswer {
  /** The latest first. */
  readonly tries: readonly DeliveryTry[];
}

/** @param event its id, or its `webhook-id` */
export async function readDelivery(
  api: ApiClient,
  subscriberId: string,
  event: string,
): Promise<ShownDelivery> {
  const path = `${SUBSCRIBERS_PATH}/${subscriberId}/deliveries/${encodeURIComponent(event)}`;
  const known = await api.call({ method: 'GET', path }, deliveryAnswer);
  const all = { isFailedOnly: false, since: undefined, limit: Number.MAX_SAFE_INTEGER };
  const { tries } = await readDeliveries(api, subscriberId, { ...all, event: known.eventId });
  return { ...known, tries };
}
