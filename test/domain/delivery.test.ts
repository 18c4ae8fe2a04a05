import { describe, expect, test } from 'vitest';
import {
  type Delivery,
  deliveryDeduplicationId,
  deliveryGroup,
  webhookId,
} from '../../lambda/domain/delivery.ts';

function delivery(overrides: Partial<Delivery> = {}): Delivery {
  return {
    subscriberId: 'sub_a',
    routedAt: 1_700_000_000_000,
    event: {
      ...{ provider: 'meta', channel: '1065', kind: 'message', type: 'text' },
      ...{ direction: 'inbound', group: 'contact.g', id: 'message.one' },
      ...{ occurredAt: 1_700_000_000_000, receivedAt: 1_700_000_000_500, payload: '{}' },
    },
    ...overrides,
  };
}

const later = delivery({ event: { ...delivery().event, id: 'message.two' } });

describe('a delivery', () => {
  test('waits for the one before it in its group, where the subscriber wants order', () => {
    expect(deliveryGroup(later, true)).toBe(deliveryGroup(delivery(), true));
    expect(deliveryGroup(later, false)).not.toBe(deliveryGroup(delivery(), false));
  });

  test('waits for no other subscriber', () => {
    const other = delivery({ subscriberId: 'sub_b' });

    expect(deliveryGroup(other, true)).not.toBe(deliveryGroup(delivery(), true));
    expect(deliveryDeduplicationId(other)).not.toBe(deliveryDeduplicationId(delivery()));
  });

  test('is sent once, and once more by each replay', () => {
    const replays = [undefined, 'one', 'two'].map((replayId) =>
      deliveryDeduplicationId(delivery(replayId === undefined ? {} : { replayId })),
    );

    expect(new Set(replays).size).toBe(3);
    expect(deliveryDeduplicationId(later)).not.toBe(replays[0]);
  });

  test('has an id without a dot, the same in a replay', () => {
    expect(webhookId(delivery())).toBe('message_one');
    expect(webhookId(delivery({ replayId: 'one' }))).toBe('message_one');
  });
});
