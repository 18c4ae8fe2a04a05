import { describe, expect, test } from 'vitest';
import { type AuditDeps, auditHour } from '../../../lambda/archive/auditor/audit-hour.ts';
import type { LoggedAttempt } from '../../../lambda/delivery/log-table.ts';
import { contactGroup } from '../../../lambda/events/event.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import { aSubscriber } from '../../support/subscribers.ts';

const MINUTE = 60_000;
const NOW = Date.parse('2026-11-22T12:00:00Z');
/** In the hour before last. */
const THEN = NOW - 90 * MINUTE;
const NEVER = new AbortController().signal;
const CHANNEL = '1001';

function anEvent(number: number, receivedAt = THEN): RoutedEvent {
  return {
    ...{ provider: 'meta', channel: CHANNEL, group: `contact.${number}`, kind: 'message' },
    ...{ id: `message.${number}`, direction: 'inbound', type: 'text', payload: '{}' },
    ...{ occurredAt: receivedAt, receivedAt },
  };
}

const triedOnce = (eventId: string): LoggedAttempt => ({
  ...{ eventId, at: THEN, try: 1, latencyMs: 5, outcome: 'failed' },
});

interface Stack extends Partial<AuditDeps> {
  readonly events: readonly RoutedEvent[];
  /** Ids of events in the log of deliveries. */
  readonly tried?: readonly string[];
  readonly waiting?: number | undefined;
}

/** Audits a stack with one subscriber to everything; returns what was counted and told. */
async function audit({ events, tried = [], ...rest }: Stack) {
  const told: unknown[] = [];
  let counted = 0;
  const waiting = 'waiting' in rest ? rest.waiting : 0;
  await auditHour(NEVER, {
    archived: async function* (from, to) {
      yield* events.filter(({ receivedAt }) => receivedAt >= from && receivedAt <= to);
    },
    subscribers: async () => [aSubscriber()],
    forgettings: async () => [],
    ownership: async () => () => true,
    channels: async () => [],
    drops: async () => () => false,
    queued: async () => waiting,
    log: async function* () {
      yield { key: '', tries: tried.map(triedOnce) };
    },
    now: () => NOW,
    count: (_, value = 1) => {
      counted += value;
    },
    warn: (message, fields) => told.push({ message, ...fields }),
    ...rest,
  });
  return { counted, told };
}

describe('an audit', () => {
  test('counts an event that was neither tried nor waits, and says whose it is', async () => {
    const events = [anEvent(1), anEvent(2), anEvent(3)];
    expect(await audit({ events, tried: ['message.1', 'message.3'] })).toEqual({
      counted: 1,
      told: [
        {
          message: 'Events of a subscriber accounted for nowhere',
          ...{ subscriberId: aSubscriber().id, events: 1, eventId: 'message.2' },
        },
      ],
    });
  });

  test('counts an event once that the archive has twice', async () => {
    expect(await audit({ events: [anEvent(1), anEvent(1)] })).toMatchObject({ counted: 1 });
  });

  test.each([
    ['was tried, whatever came of it', { tried: ['message.1'] }],
    ['may wait in the queue', { waiting: 1 }],
    ['is a dead letter, since its queue is gone', { waiting: undefined }],
    ['was received in the last hour', { events: [anEvent(1, NOW - 59 * MINUTE)] }],
    [
      'somebody dropped',
      {
        drops:
          async () =>
          ({ id }: RoutedEvent) =>
            id === 'message.1',
      },
    ],
    ['is of a channel of somebody else', { ownership: async () => () => false }],
    ['is of nobody knows whose channel', { ownership: async () => () => undefined }],
    [
      'the subscriber does not want',
      { subscribers: async () => [aSubscriber({ filter: { kinds: ['status'] as const } })] },
    ],
    [
      'is older than the last change of the subscriber',
      { subscribers: async () => [aSubscriber({ updatedAt: THEN + MINUTE })] },
    ],
    [
      'is older than the last change of its channel, which may have been of another tenant',
      { channels: async () => [{ id: CHANNEL, updatedAt: THEN + MINUTE }] },
    ],
    [
      'is of a subscriber whose endpoint is gone',
      { subscribers: async () => [aSubscriber({ disabledBecause: 'gone' })] },
    ],
  ] satisfies [string, Partial<Stack>][])('says nothing of what %s', async (_, stack) => {
    expect(await audit({ events: [anEvent(1)], ...stack })).toEqual({ counted: 0, told: [] });
  });

  test('says nothing of somebody who is forgotten', async () => {
    const events = [{ ...anEvent(1), group: contactGroup(CHANNEL, '521') }];
    const forgettings = async () => [{ channel: CHANNEL, contact: '521', links: [], until: NOW }];
    expect(await audit({ events, forgettings })).toMatchObject({ counted: 0 });
  });

  test('counts the queue before it reads the log, so that what leaves it meanwhile is in one of them', async () => {
    const order: string[] = [];
    await audit({
      events: [anEvent(1)],
      queued: async () => order.push('queue'),
      log: async function* () {
        order.push('log');
        yield* [];
      },
    });
    expect(order).toEqual(['queue', 'log']);
  });

  test('leaves no gap to the audit before it where a schedule is minutes late', async () => {
    const late = anEvent(1, NOW - 124 * MINUTE);
    expect(await audit({ events: [late] })).toMatchObject({ counted: 1 });
  });
});
