import { expect, test } from 'vitest';
import { deliveredOf } from '../../bench/delivered-events.ts';
import { webhookIdOf } from '../../lambda/events/webhook-id.ts';
import { aMessage, metaEvent } from '../support/webhooks.ts';

const anEvent = (id: string) => metaEvent({ messages: [aMessage({ id })] });

test('what was delivered is timed from when it was stored, by its first arrival, and counted where it lacks', () => {
  const [one, two, three] = [anEvent('wamid.1'), anEvent('wamid.2'), anEvent('wamid.3')];
  const storedAt = new Map([
    [one.id, 1000],
    [two.id, 1500],
    [three.id, 1600],
  ]);
  const came = [
    [webhookIdOf(two.id), 1700],
    [webhookIdOf(one.id), 2000],
    [webhookIdOf(two.id), 2500],
  ] as const;

  expect(deliveredOf([one, two, three], storedAt, came, 1000)).toEqual({
    ...{ events: 3, missing: 1, doubled: 1, lastAt: 2000, perSecond: 2 },
    arrivals: [
      { storedAt: 1000, addedMs: 1000 },
      { storedAt: 1500, addedMs: 200 },
    ],
  });
});
