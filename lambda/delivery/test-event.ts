import { digest, eventId } from '../events/event.ts';
import type { RoutedEvent } from '../events/routed-event.ts';
import type { Delivery } from './delivery.ts';
import { TEST_EVENT_TYPE } from './standard-event.ts';

/** What stands for a channel in events that no provider sent. */
const CHANNEL = 'floodgate';

/** Whom nobody is: the numbers by which Meta's own test button tells a message. */
const TEST_NUMBERS = { business: '16505551111', contact: '16315551181' };

/**
 * An event by which a subscriber's endpoint is tested. In the provider's format it is what Meta's test
 * button sends: a text message, which a bot may read as any other.
 *
 * @param testId tells it from every other test
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/guides/set-up-webhooks
 */
export function testDelivery(subscriberId: string, testId: string, nowMs: number): Delivery {
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: TEST_NUMBERS.business, phone_number_id: CHANNEL },
    contacts: [{ profile: { name: 'test user name' }, wa_id: TEST_NUMBERS.contact }],
    messages: [
      {
        ...{ from: TEST_NUMBERS.contact, id: `wamid.${testId}`, type: 'text' },
        timestamp: String(Math.floor(nowMs / 1000)),
        text: { body: 'A test of this endpoint by Floodgate' },
      },
    ],
  };
  const payload = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '0', changes: [{ field: 'messages', value }] }],
  });
  const event: RoutedEvent = {
    ...{ provider: 'meta', channel: CHANNEL, kind: 'account', type: TEST_EVENT_TYPE },
    ...{ direction: 'inbound', group: `account.${digest([CHANNEL, testId])}` },
    id: eventId('account', [CHANNEL, TEST_EVENT_TYPE, testId]),
    ...{ occurredAt: nowMs, receivedAt: nowMs, payload },
  };
  return { subscriberId, routedAt: nowMs, event };
}

/** Whether it is an event by which somebody tests an endpoint: whatever that wants, and once. */
export function isTestEvent({ channel, type }: Pick<RoutedEvent, 'channel' | 'type'>): boolean {
  return channel === CHANNEL && type === TEST_EVENT_TYPE;
}
