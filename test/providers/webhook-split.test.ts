import { describe, expect, test } from 'vitest';
import type { WebhookEvent } from '../../lambda/events/event.ts';
import { collectEvents, wholeWebhook } from '../../lambda/providers/webhook-split.ts';

const whole = () => wholeWebhook('meta', 'unknown', 'all of it', 7);

const anEvent = (n: number, payload = ''): WebhookEvent => ({
  ...whole(),
  id: `message.${n}`,
  payload,
});

describe('collectEvents', () => {
  test('keeps each event once, as it came first', () => {
    const events = [anEvent(1, 'a'), anEvent(2, 'b'), anEvent(1, 'c')];
    expect(collectEvents(events, 100, whole)).toEqual({ ok: true, events: events.slice(0, 2) });
  });

  test.each([0, 100, 10_000])(
    'keeps whole what would grow to more than 64 KiB and eight times its %d characters',
    (length) => {
      const allowed = 64 * 1024 + 8 * length;
      const events = [anEvent(1, 'x'.repeat(allowed - 1)), anEvent(2, 'x')];
      expect(collectEvents(events, length, whole)).toEqual({ ok: true, events });
      expect(collectEvents([...events, anEvent(3, 'x')], length, whole)).toEqual({
        ok: true,
        events: [whole()],
      });
    },
  );

  test('reads no further than it knows that a webhook must be kept whole', () => {
    let read = 0;
    function* events() {
      for (;;) yield anEvent(read++);
    }
    expect(collectEvents(events(), 0, whole)).toEqual({ ok: true, events: [whole()] });
    expect(read).toBe(5_001);
  });
});

test('a webhook that is kept whole is an account event of its own', () => {
  const told = wholeWebhook('wasender', 'shop', '{"event":"x"}', 7);
  expect(told).toMatchObject({
    provider: 'wasender',
    channel: 'shop',
    kind: 'account',
    type: 'webhook',
    direction: 'inbound',
    occurredAt: 7,
    receivedAt: 7,
    contact: {},
    links: [],
  });
  expect(wholeWebhook('wasender', 'shop', '{"event":"y"}', 7).id).not.toBe(told.id);
  expect(wholeWebhook('wasender', 'other', '{"event":"x"}', 7).id).not.toBe(told.id);
});
