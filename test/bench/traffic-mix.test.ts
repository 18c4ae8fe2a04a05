import { describe, expect, test } from 'vitest';
import { conversationWebhooks, MIX } from '../../bench/traffic-mix.ts';
import { crowdedWebhook, oneKilobyteWebhook } from '../../bench/webhooks.ts';
import { splitMetaWebhook } from '../../lambda/providers/meta/webhook.ts';
import { parseJsonSource } from '../../lambda/shared/json/json-source.ts';

function eventsOf(webhook: string) {
  const split = splitMetaWebhook(parseJsonSource(webhook), 0);
  return split.ok ? split.events : [];
}

describe('what is measured', () => {
  test('is one event a webhook, a quarter messages and three quarters statuses', () => {
    const events = conversationWebhooks().map(eventsOf);

    expect(events.every(({ length }) => length === 1)).toBe(true);
    const kinds = Map.groupBy(events.flat(), ({ kind }) => kind);
    expect(kinds.get('message')).toHaveLength(MIX.contacts * MIX.messagesPerContact);
    expect(kinds.get('status')).toHaveLength(3 * MIX.contacts * MIX.messagesPerContact);
  });

  test('is each event once', () => {
    const ids = conversationWebhooks()
      .flatMap(eventsOf)
      .map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
  });

  test('is a webhook of 1 KB', () => {
    expect(Buffer.byteLength(oneKilobyteWebhook(12))).toBe(1024);
    expect(eventsOf(oneKilobyteWebhook(12))).toHaveLength(1);
  });

  test('is a crowd of so many senders', () => {
    const events = eventsOf(crowdedWebhook(1000, 7));

    expect(events).toHaveLength(1000);
    expect(new Set(events.map(({ group }) => group)).size).toBe(7);
  });
});
