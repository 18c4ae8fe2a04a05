import {
  type DeliveriesAnswer,
  type DeliveryAnswer,
  deliveriesAnswer,
  deliveryAnswer,
} from '../../../lambda/delivery/subscribers/schemas.ts';
import { sideBySide } from '../../../lambda/shared/queue/side-by-side.ts';
import type { ApiClient } from '../stack/api-client.ts';
import { SUBSCRIBERS_PATH } from '../subscriber/find-subscriber.ts';

export interface DeliveryTry extends Answered {
  /** Where it is the last of those that failed, and waits. */
  readonly nextTryBy?: string | null;
}

type Answered = DeliveriesAnswer['deliveries'][number];

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

/** So many events at most are asked for when they are tried next, each by a request of its own. */
const MOST_ASKED = 20;

/** Adds to the last try of an event that failed when it is tried next. */
export async function withNextTries(
  api: ApiClient,
  subscriberId: string,
  tries: readonly DeliveryTry[],
): Promise<readonly DeliveryTry[]> {
  const last = tries.filter(
    (one, index) => tries.findIndex(({ eventId }) => eventId === one.eventId) === index,
  );
  const open = last.filter(({ outcome }) => outcome === 'failed').slice(0, MOST_ASKED);
  const next = new Map<Answered, string | null>();
  await sideBySide(open, AT_ONCE, async (one) => {
    const { waiting } = await readState(api, subscriberId, one.eventId);
    next.set(one, waiting[0]?.nextTryBy ?? null);
  });
  return tries.map((one) => ({ ...one, nextTryBy: next.get(one) ?? null }));
}

const AT_ONCE = 5;

async function readState(
  api: ApiClient,
  subscriberId: string,
  event: string,
): Promise<DeliveryAnswer> {
  const path = `${SUBSCRIBERS_PATH}/${subscriberId}/deliveries/${encodeURIComponent(event)}`;
  return await api.call({ method: 'GET', path }, deliveryAnswer);
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
  const known = await readState(api, subscriberId, event);
  const all = { isFailedOnly: false, since: undefined, limit: Number.MAX_SAFE_INTEGER };
  const { tries } = await readDeliveries(api, subscriberId, { ...all, event: known.eventId });
  return { ...known, tries };
}
