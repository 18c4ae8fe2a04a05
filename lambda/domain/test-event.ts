import type { Delivery, RoutedEvent } from './delivery.ts';
import { TEST_EVENT_TYPE } from './standard-event.ts';
import { eventOfPayload } from './stored-event.ts';

/** What stands for a channel in events that no provider sent. */
const CHANNEL = 'floodgate';

/**
 * An event by which a subscriber's endpoint is tested: an account event in a webhook of Meta's form,
 * of a field that Meta does not have.
 *
 * @param testId tells it from every other test
 */
export function testDelivery(subscriberId: string, testId: string, nowMs: number): Delivery {
  const value = { message: 'A test of this endpoint by Floodgate', test_id: testId };
  const change = { field: TEST_EVENT_TYPE, value };
  const payload = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: CHANNEL, time: Math.floor(nowMs / 1000), changes: [change] }],
  });
  const origin = { provider: 'meta', channel: CHANNEL, receivedAt: nowMs } as const;
  const split = eventOfPayload(origin, payload);
  if (split === undefined) throw new Error('the test event is no webhook');
  const { provider, channel, kind, type, direction, group, id, occurredAt, receivedAt } = split;
  const facts = { provider, channel, kind, type, direction, group, id, occurredAt, receivedAt };
  const event: RoutedEvent = { ...facts, payload };
  return { subscriberId, routedAt: nowMs, event };
}
