import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ownershipBy } from '../../../lambda/channels/tenancy.ts';
import { deliverBatch } from '../../../lambda/delivery/deliverer/deliver-batch.ts';
import { type NextSlot, pacer } from '../../../lambda/delivery/deliverer/pacer.ts';
import type { ReserveSlots } from '../../../lambda/delivery/pace-table.ts';
import { testDelivery } from '../../../lambda/delivery/test-event.ts';
import type { QueuedMessage } from '../../../lambda/shared/queue/queued-message.ts';
import { aDelivery, mediaEventOf } from '../../support/deliveries.ts';
import { deliveryOf, fakeDelivering, NOW, queuedDelivery } from '../../support/fake-delivering.ts';

const never = new AbortController().signal;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

async function returnedOf(
  messages: readonly (string | QueuedMessage)[],
  { rows, deliverer }: ReturnType<typeof fakeDelivering>,
  overrides: Partial<ReturnType<typeof deliverer>> = {},
) {
  const queued = messages.map((one) => (typeof one === 'string' ? queuedDelivery(one) : one));
  const batch = { subscriberId: rows.subscriber.id, messages: queued, signal: never };
  const returned = await deliverBatch(batch, { ...deliverer(), ...overrides });
  return returned.map(({ messageId }) => messageId);
}

const delaysOf = ({ returns }: ReturnType<typeof fakeDelivering>) =>
  returns.map(({ message, delaySeconds }) => [message.messageId, delaySeconds]);

const named = (name: string) => Object.assign(new Error(name), { name });

/** Handed out again, so many times. */
const again = (id: string, delivery = deliveryOf(id), receiveCount = 2) =>
  queuedDelivery(id, { receiveCount }, delivery);

describe('a batch', () => {
  test('is delivered in the order of each group, and logged', async () => {
    const fake = fakeDelivering();

    expect(await returnedOf(['a1', 'b1', 'a2'], fake)).toEqual([]);

    expect(fake.done).toEqual(['post a1', 'post b1', 'post a2']);
    expect(fake.counts).toEqual({ DeliverySucceeded: 3 });
    expect(fake.lines).toEqual([]);
    expect(fake.attempts[0]).toEqual({
      ...{ eventId: 'a1', what: 'message text', at: NOW, try: 1, latencyMs: 0 },
      ...{ outcome: 'delivered', status: 200 },
    });
  });

  test('reads its subscriber once, and asks for nothing else while all goes well', async () => {
    const calls: string[] = [];
    const fake = fakeDelivering({ onCall: (name) => void (name !== 'post' && calls.push(name)) });

    await returnedOf(['a1', 'b1', 'a2', 'c1'], fake);

    expect(calls).toEqual(['read']);
  });

  test.each([
    ['the same tenant', 'default', ['post a1'], []],
    ['another tenant by now', 'acme', [], []],
    ['a tenant that nobody can tell', undefined, [], ['a1']],
  ])('goes out where its channel is of %s', async (_, tenant, done, returned) => {
    const fake = fakeDelivering();
    const tenants = { ownership: async () => ownershipBy(() => tenant) };

    expect(await returnedOf(['a1'], fake, tenants)).toEqual(returned);
    expect(fake.done).toEqual(done);
    if (tenant === 'acme') expect(fake.counts).toEqual({ DeliveryDropped: 1 });
  });

  test('is a test of whichever tenant asks for one', async () => {
    const fake = fakeDelivering();
    const delivery = testDelivery(fake.rows.subscriber.id, 'test', NOW);
    const tenants = { ownership: async () => ownershipBy(() => 'acme') };

    expect(await returnedOf([queuedDelivery('t', {}, delivery)], fake, tenants)).toEqual([]);
    expect(fake.done).toHaveLength(1);
  });

  test('goes on in other groups where one fails, and returns what is left of that', async () => {
    const fake = fakeDelivering({ answers: { a2: [500] } });

    expect(await returnedOf(['a1', 'a2', 'b1', 'a3', 'b2'], fake)).toEqual(['a2', 'a3']);

    expect(fake.done.toSorted()).toEqual(['post a1', 'post a2', 'post b1', 'post b2']);
    expect(fake.counts).toMatchObject({ DeliveryFailed: 1, DeliveryReturned: 2 });
    expect(fake.lines).toEqual([
      {
        message: 'Deliveries returned to the queue',
        fields: { faults: 'http-500', groups: 1, deliveries: 2 },
      },
    ]);
  });

  test('is all returned when the subscriber cannot be read, and read again the next time', async () => {
    const isAway = { now: true };
    const onCall = (name: string) => {
      if (name === 'read' && isAway.now) throw named('ThrottlingException');
    };
    const fake = fakeDelivering({ onCall });

    expect(await returnedOf(['a1', 'b1'], fake)).toEqual(['a1', 'b1']);
    isAway.now = false;
    expect(await returnedOf(['a1', 'b1'], fake)).toEqual([]);
  });

  test('waits where this release cannot read the subscriber’s row', async () => {
    const fake = fakeDelivering();
    fake.rows.isReadable = false;

    expect(await returnedOf(['a1', 'b1'], fake)).toEqual(['a1', 'b1']);

    expect(fake.done).toEqual([]);
    expect(delaysOf(fake)).toEqual([
      ['a1', 60],
      ['b1', 60],
    ]);
    expect(fake.lines[0]).toMatchObject({ fields: { faults: 'unreadable-subscriber' } });
  });

  test('of a subscriber that was removed is dropped, and counted', async () => {
    const fake = fakeDelivering();
    fake.rows.isThere = false;

    expect(await returnedOf(['a1', 'a2'], fake)).toEqual([]);

    expect(fake.done).toEqual([]);
    expect(fake.counts).toEqual({ DeliveryDropped: 2 });
  });

  test('of a disabled subscriber is dropped, and counted', async () => {
    const fake = fakeDelivering({ subscriber: { disabledBecause: 'gone' } });

    expect(await returnedOf(['a1'], fake)).toEqual([]);

    expect(fake.done).toEqual([]);
    expect(fake.counts).toEqual({ DeliveryDropped: 1 });
  });

  test.for([
    [undefined, 5],
    [3, 1],
    [7, 3],
    [25, 5],
  ] as const)('of who wants %s at once has at most %i under way', async ([concurrency, most]) => {
    const fake = fakeDelivering({ subscriber: concurrency === undefined ? {} : { concurrency } });
    const { post } = fake.deliverer();
    let underWay = 0;
    let seen = 0;
    const slow: typeof post = async (...given) => {
      underWay += 1;
      seen = Math.max(seen, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return post(...given);
    };

    const ids = Array.from('abcdefghijkl', (group) => `${group}1`);
    expect(await returnedOf(ids, fake, { post: slow })).toEqual([]);
    expect(seen).toBe(most);
  });

  test('whatever fails, no event is delivered before an earlier one of its group', async () => {
    const statuses = fc.constantFrom(200, 400, 429, 500);
    const aBatch = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), statuses), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(aBatch, async (all) => {
        const events = all.map(([group, status], n) => ({ id: `${group}${n}`, status }));
        const answers = Object.fromEntries(events.map(({ id, status }) => [id, [status] as const]));
        const fake = fakeDelivering({ answers });

        const returned = await returnedOf(
          events.map(({ id }) => id),
          fake,
        );

        for (const group of ['a', 'b', 'c']) {
          const ofGroup = events.filter(({ id }) => id.startsWith(group));
          const first = ofGroup.findIndex(({ id }) => returned.includes(id));
          const left = first === -1 ? [] : ofGroup.slice(first).map(({ id }) => id);
          expect(returned.filter((id) => id.startsWith(group))).toEqual(left);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('a message', () => {
  test('that holds no delivery is dead-lettered, and its group goes on', async () => {
    const fake = fakeDelivering();
    const poison = queuedDelivery('a1', { body: '{"v":1}' });

    expect(await returnedOf([poison, 'a2'], fake)).toEqual([]);

    expect(fake.done).toEqual(['dead-letter a1 malformed', 'post a2']);
    expect(fake.counts).toMatchObject({ DeliveryDeadLettered: 1, DeliverySucceeded: 1 });
    expect(fake.lines[0]).toMatchObject({ message: 'Delivery dead-lettered' });
  });

  test('is returned with its group where its dead letter is not confirmed', async () => {
    const onCall = (name: string) => {
      if (name === 'dead-letter') throw named('TimeoutError');
    };
    const fake = fakeDelivering({ onCall });
    const poison = queuedDelivery('a1', { body: 'x', messageGroupId: 'delivery.a' });

    expect(await returnedOf([poison, 'a2'], fake)).toEqual(['a1', 'a2']);
    expect(fake.counts).toEqual({ DeliveryReturned: 2 });
  });

  test('of a newer version waits for a release that knows it', async () => {
    const fake = fakeDelivering();
    const newer = queuedDelivery('a1', { body: '{"v":4}', receiveCount: 99 });

    expect(await returnedOf([newer, 'a2'], fake)).toEqual(['a1', 'a2']);
    expect(fake.lines[0]).toMatchObject({ fields: { faults: 'newer-version' } });
  });

  test('without a group is a group of its own', async () => {
    const fake = fakeDelivering({ answers: { a1: [500] } });
    const messages = ['a1', 'a2'].map((id) => queuedDelivery(id, { messageGroupId: undefined }));

    expect(await returnedOf(messages, fake)).toEqual(['a1']);
    expect(fake.done).toContain('post a2');
  });

  test('that its subscriber does not want any more is dropped', async () => {
    const fake = fakeDelivering({ subscriber: { filter: { types: ['image'] } } });

    expect(await returnedOf(['a1'], fake)).toEqual([]);

    expect(fake.done).toEqual([]);
    expect(fake.counts).toEqual({ DeliveryDropped: 1 });
  });

  test('of what became of a file is dropped where the format was changed to one without a word for it', async () => {
    const fake = fakeDelivering({ subscriber: { format: 'provider' } });
    const file = mediaEventOf(deliveryOf('a1').event);
    const message = queuedDelivery('a2', {}, aDelivery({ event: file, routedAt: NOW }));

    expect(await returnedOf([message, 'a3'], fake)).toEqual([]);

    expect(fake.done).toEqual(['post a3']);
    expect(fake.counts).toEqual({ DeliveryDropped: 1, DeliverySucceeded: 1 });
  });
});

describe('a delivery that waited', () => {
  test.for([
    ['was received before', again('a1')],
    ['lay for longer than ten minutes', queuedDelivery('a1', { sentAt: NOW - 11 * 60_000 })],
    [
      'was handed on longer than ten minutes ago',
      queuedDelivery('a1', { sentAt: NOW }, deliveryOf('a1', {}, NOW - 11 * 60_000)),
    ],
  ] as const)('for it %s, is dropped where its event was forgotten', async ([, message]) => {
    const fake = fakeDelivering();
    fake.rows.forgotten.add('a1');

    expect(await returnedOf([message, 'a2'], fake)).toEqual([]);

    expect(fake.done).toEqual(['post a2']);
    expect(fake.counts).toEqual({ DeliveryDropped: 1, DeliverySucceeded: 1 });
  });

  test.for(['a1', 'contact.a'])('is dropped where somebody dropped %s', async (what) => {
    const fake = fakeDelivering();
    fake.rows.dropped.set(what, NOW);

    expect(await returnedOf([again('a1')], fake)).toEqual([]);
    expect(fake.done).toEqual([]);
  });

  test('goes out where what was dropped was handed on before it', async () => {
    const fake = fakeDelivering();
    fake.rows.dropped.set('contact.a', NOW - 1);

    expect(await returnedOf([again('a1')], fake)).toEqual([]);
    expect(fake.done).toEqual(['post a1']);
  });
});

describe('a failure', () => {
  test('makes its group wait, or as long as the endpoint asks', async () => {
    const answers = { b1: [{ status: 500, retryAfter: '600' }] } as const;
    const fake = fakeDelivering({ answers, answer: 500 });

    await returnedOf(['a1', 'a2', 'b1'], fake);

    expect(delaysOf(fake)).toEqual([
      ['a1', 8],
      ['a2', 8],
      ['b1', 600],
    ]);
  });

  test('makes it wait the longer the more often it was tried, however often it was received', async () => {
    const fake = fakeDelivering({ answer: 400 });

    for (const receiveCount of [1, 40, 90]) {
      await returnedOf([again('a1', deliveryOf('a1'), receiveCount)], fake);
    }

    expect(delaysOf(fake).map(([, seconds]) => seconds)).toEqual([8, 15, 30]);
    expect(fake.attempts).toMatchObject([{ try: 1 }, { try: 2 }, { try: 3 }]);
  });

  test('is forgotten when the delivery goes out, and begins anew when it is handed on anew', async () => {
    const fake = fakeDelivering({ answers: { a1: [400, 400, 200, 400] } });
    await returnedOf(['a1'], fake);
    await returnedOf([again('a1')], fake);
    expect(fake.rows.failed.get(`a1#${NOW}`)).toMatchObject({ tries: 2 });

    await returnedOf([again('a1')], fake);
    expect(fake.rows.failed.size).toBe(0);

    await returnedOf([again('a1', deliveryOf('a1', {}, NOW + 1))], fake);
    expect(delaysOf(fake).at(-1)).toEqual(['a1', 8]);
  });

  test('of Floodgate itself is none of the endpoint’s', async () => {
    const fake = fakeDelivering({ answers: { a1: [named('SecretUnreadable')] } });

    expect(await returnedOf(['a1'], fake)).toEqual(['a1']);
    expect(fake.rows.state).toEqual({ mappingId: { S: 'mapping' } });
    expect(fake.rows.failed.size).toBe(0);
    expect(fake.counts).toEqual({ DeliveryReturned: 1 });
  });

  test('three days after its first try is the last: it is dead-lettered with the answer', async () => {
    const fake = fakeDelivering({ answers: { a1: [500] } });
    await returnedOf(['a1'], fake);
    fake.done.length = 0;
    fake.clock.now += 3 * DAY - 1;
    expect(await returnedOf([again('a1')], fake)).toEqual(['a1']);
    fake.clock.now += 1;

    expect(await returnedOf([again('a1'), 'a2'], fake)).toEqual([]);

    expect(fake.done.slice(1)).toEqual([
      'post a1',
      'dead-letter a1 undeliverable http-500 no',
      'post a2',
    ]);
    expect(fake.attempts.at(-2)).toMatchObject({ outcome: 'gave-up', fault: 'http-500', try: 3 });
    expect(fake.counts).toMatchObject({ DeliveryDeadLettered: 1, DeliverySucceeded: 1 });
  });

  test('is not the last where it waited for three days without a try', async () => {
    const fake = fakeDelivering({ answers: { a1: [500] } });
    const old = deliveryOf('a1', {}, NOW - 4 * DAY);

    expect(await returnedOf([again('a1', old)], fake)).toEqual(['a1']);
    expect(fake.done).toEqual(['post a1']);
  });

  test('is the last after as long as its subscriber says', async () => {
    const fake = fakeDelivering({ subscriber: { retryHours: 2 }, answer: 500 });
    await returnedOf(['a1'], fake);
    fake.clock.now += 2 * HOUR;

    expect(await returnedOf([again('a1')], fake)).toEqual([]);
    expect(fake.done.at(-1)).toBe('dead-letter a1 undeliverable http-500 no');
  });

  test('is the last a day before the queue would delete it', async () => {
    const fake = fakeDelivering({ subscriber: { retryHours: 312 }, answer: 500 });
    const old = queuedDelivery('a1', { receiveCount: 9 }, deliveryOf('a1', {}, NOW - 13 * DAY));

    expect(await returnedOf([old], fake)).toEqual([]);
    expect(fake.done.at(-1)).toBe('dead-letter a1 undeliverable expiring no');
  });

  test.for([
    [400, true],
    [404, true],
    [408, false],
    [425, false],
    [429, false],
    [500, false],
  ] as const)(
    'with %i is the last at once, for who says that refusals are final: %s',
    async ([answer, isFinal]) => {
      const fake = fakeDelivering({ subscriber: { refusalIsFinal: true }, answer });

      expect(await returnedOf(['a1'], fake)).toEqual(isFinal ? [] : ['a1']);
      expect(fake.counts).toMatchObject(
        isFinal ? { DeliveryDeadLettered: 1 } : { DeliveryReturned: 1 },
      );
    },
  );

  test('that is the last is none where the dead letter is not confirmed', async () => {
    const onCall = (name: string) => {
      if (name === 'dead-letter') throw named('TimeoutError');
    };
    const fake = fakeDelivering({ subscriber: { refusalIsFinal: true }, answer: 400, onCall });

    expect(await returnedOf(['a1', 'a2'], fake)).toEqual(['a1', 'a2']);
    expect(fake.done).toEqual(['post a1']);
  });

  test('is given up again, and not tried for three days more, where its deletion was lost', async () => {
    const fake = fakeDelivering({ answer: 500 });
    await returnedOf(['a1'], fake);
    fake.clock.now += 3 * DAY;
    expect(await returnedOf([again('a1')], fake)).toEqual([]);

    expect(await returnedOf([again('a1')], fake)).toEqual([]);
  });

  test('to say when a return is visible again leaves that to the queue', async () => {
    const onCall = (name: string) => {
      if (name === 'delay') throw named('TimeoutError');
    };
    const fake = fakeDelivering({ answers: { a1: [500] }, onCall });

    expect(await returnedOf(['a1'], fake)).toEqual(['a1']);
    expect(fake.lines.at(-1)).toEqual({
      message: 'Returned deliveries wait for the visibility timeout',
      fields: { fault: 'TimeoutError' },
    });
  });

  test('to note that an endpoint answers, or that a delivery went out, costs no redelivery', async () => {
    const isAway = { now: false };
    const onCall = (name: string) => {
      if (['state', 'history'].includes(name) && isAway.now) throw named('ThrottlingException');
    };
    const fake = fakeDelivering({ onCall, answers: { a1: [500, 200] } });
    await returnedOf(['a1'], fake);
    const { history } = fake.deliverer();
    const closing = { ...history, close: () => Promise.reject(named('ThrottlingException')) };
    const state = { ...fake.deliverer().state, alive: () => Promise.reject(named('Throttled')) };

    expect(await returnedOf([again('a1')], fake, { history: closing, state })).toEqual([]);
  });
});

describe('an endpoint', () => {
  const failing = (failures: number, sinceMs: number) => ({
    failures: { N: String(failures) },
    failingSince: { N: String(NOW - sinceMs) },
  });

  test.for([
    ['a status over 499', 500],
    ['no answer in time', { fault: 'timeout' }],
    ['no connection', { fault: 'connection' }],
  ] as const)(
    'is down with the tenth try in a run that ends with %s, half a minute after the first',
    async ([, answer]) => {
      const fake = fakeDelivering({ answer });
      fake.rows.state = failing(9, 30_000);

      expect(await returnedOf(['a1', 'b1'], fake, { views: oldViews(fake) })).toEqual(['a1', 'b1']);

      expect(fake.rows.state['downSince']).toEqual({ N: String(NOW) });
      expect(fake.lines.filter(({ message }) => message.startsWith('Endpoint'))).toHaveLength(1);
    },
  );

  test.for([
    ['nine', failing(8, 60_000)],
    ['ten in one bad moment', failing(9, 29_000)],
  ] as const)('is not down after %s', async ([, state]) => {
    const fake = fakeDelivering({ answer: 500 });
    fake.rows.state = state;

    await returnedOf(['a1'], fake);

    expect(fake.rows.state['downSince']).toBeUndefined();
  });

  test.for([400, 403, 404, 429])(
    'that answers %i is alive: its event waits, others go on',
    async (status) => {
      const fake = fakeDelivering({ answers: { a1: [status] } });
      fake.rows.state = failing(30, 60_000);

      expect(await returnedOf(['a1'], fake)).toEqual(['a1']);

      expect(fake.rows.state['failures']).toBeUndefined();
      expect(fake.rows.state['downSince']).toBeUndefined();
    },
  );

  test('that answers again is none of those that fail, also within a batch', async () => {
    const fake = fakeDelivering({ answers: { a1: [{ fault: 'timeout' }] } });
    const { post } = fake.deliverer();
    const second = Promise.withResolvers<void>();
    const slow: typeof post = async (url, request) => {
      if (request.headers['webhook-id'] === 'b1') await second.promise;
      return post(url, request);
    };
    const done = returnedOf(['a1', 'b1', 'b2'], fake, { post: slow });
    await expect.poll(() => fake.rows.state['failures']).toEqual({ N: '1' });
    second.resolve();
    await done;

    expect(fake.rows.state['failures']).toBeUndefined();
  });

  test('that is down is not tried, and its deliveries are looked at again soon, without a word', async () => {
    const fake = fakeDelivering();
    fake.rows.state = { downSince: { N: '1' } };

    expect(await returnedOf(['a1', 'b1'], fake)).toEqual(['a1', 'b1']);

    expect(fake.done).toEqual([]);
    expect(fake.rows.failed.size).toBe(0);
    expect(delaysOf(fake)).toEqual([
      ['a1', 5],
      ['b1', 5],
    ]);
    expect(fake.lines).toEqual([]);
  });

  test.for([
    [{ status: 429, retryAfter: '120' }, 120],
    [429, 1],
    [{ status: 429, retryAfter: '99999' }, 3600],
    [{ status: 503, retryAfter: '30' }, 30],
  ] as const)('that answers %j is left alone by all for %i s', async ([answer, seconds]) => {
    const fake = fakeDelivering({ answers: { a1: [answer] } });

    await returnedOf(['a1'], fake);
    expect(await returnedOf(['b1'], fake)).toEqual(['b1']);

    expect(fake.done).toEqual(['post a1']);
    expect(fake.rows.state['slowUntil']).toEqual({ N: String(NOW + seconds * 1000) });
    const [, delay] = delaysOf(fake).at(-1) ?? [];
    expect(delay).toBeGreaterThanOrEqual(Math.min(seconds, 20));
    expect(delay).toBeLessThanOrEqual(21);
    fake.clock.now += seconds * 1000;
    expect(await returnedOf(['b1'], fake)).toEqual([]);
  });

  test('that asked for an hour gets what it refused as soon as somebody says that it is well', async () => {
    const fake = fakeDelivering({ answers: { a1: [{ status: 429, retryAfter: '3600' }, 200] } });

    await returnedOf(['a1', 'a2'], fake);
    expect(delaysOf(fake).map(([, seconds]) => seconds)).toEqual([8, 8]);
    fake.clock.now += 8000;
    expect(await returnedOf([again('a1'), 'a2'], fake)).toEqual(['a1', 'a2']);
    expect(fake.done).toEqual(['post a1']);
    await fake.deliverer().state.reset('sub_1', never);
    fake.clock.now += 2000;

    expect(await returnedOf([again('a1'), 'a2'], fake)).toEqual([]);
    expect(fake.done).toEqual(['post a1', 'post a1', 'post a2']);
  });

  test.for([503, 500, 400])('that answers %i without more slows nobody', async (status) => {
    const fake = fakeDelivering({ answers: { a1: [status] } });

    expect(await returnedOf(['a1', 'b1'], fake)).toEqual(['a1']);
    expect(fake.rows.state['slowUntil']).toBeUndefined();
  });

  test('that is gone disables its subscriber, whose deliveries are dropped', async () => {
    const fake = fakeDelivering({ answer: 410 });

    expect(await returnedOf(['a1', 'a2'], fake)).toEqual([]);

    expect(fake.done).toEqual(['post a1']);
    expect(fake.rows.subscriber.disabledBecause).toBe('gone');
    expect(fake.counts).toEqual({ SubscriberGone: 1, DeliveryDropped: 2 });
  });

  test('that is gone has answered: nobody counts it as dead any more', async () => {
    const fake = fakeDelivering({ answer: 410 });
    fake.rows.state = { ...failing(12, 60_000), downSince: { N: String(NOW) } };

    expect(await returnedOf(['a1'], fake, { isProbe: true })).toEqual([]);

    expect(fake.rows.subscriber.disabledBecause).toBe('gone');
    expect(fake.rows.state).not.toHaveProperty('downSince');
  });

  test('that is gone is asked again where the subscriber was changed meanwhile', async () => {
    const fake = fakeDelivering({ answers: { a1: [410, 200] } });

    expect(await returnedOf(['a1'], fake, { disable: async () => false })).toEqual(['a1']);
    expect(delaysOf(fake)).toEqual([['a1', 0]]);
    expect(await returnedOf([again('a1')], fake)).toEqual([]);

    expect(fake.done).toEqual(['post a1', 'post a1']);
    expect(fake.counts).toEqual({ DeliveryReturned: 1, DeliverySucceeded: 1 });
  });
});

describe('a paused subscriber', () => {
  test('gets nothing, and is looked at again in seconds', async () => {
    const fake = fakeDelivering({ subscriber: { isPaused: true } });

    expect(await returnedOf(['a1', 'a2'], fake)).toEqual(['a1', 'a2']);

    expect(fake.done).toEqual([]);
    expect(delaysOf(fake)).toEqual([
      ['a1', 5],
      ['a2', 5],
    ]);
    expect(fake.lines).toEqual([]);
  });

  test('or one with a new URL, is known two seconds later, in the middle of a batch', async () => {
    const fake = fakeDelivering({ answers: {} });
    const urls: string[] = [];
    const { post } = fake.deliverer();
    const passing: typeof post = async (url, request) => {
      urls.push(url);
      if (urls.length === 1) {
        const endpoint = { kind: 'https', url: 'https://new.example' } as const;
        fake.rows.subscriber = { ...fake.rows.subscriber, endpoint };
      }
      if (urls.length === 3) fake.rows.subscriber = { ...fake.rows.subscriber, isPaused: true };
      fake.clock.now += 2000;
      return post(url, request);
    };

    const ids = ['a1', 'a2', 'a3', 'a4', 'a5'];
    expect(await returnedOf(ids, fake, { post: passing })).toEqual(['a4', 'a5']);
    expect(urls).toEqual(['https://bot.example/hook', ...Array(2).fill('https://new.example')]);
  });

  test('is known after a wait for the rate, however long that was', async () => {
    const fake = fakeDelivering();
    const nextSlot: NextSlot = async (_, { ready }) => {
      fake.rows.subscriber = { ...fake.rows.subscriber, isPaused: true };
      fake.clock.now += 2000;
      return { ready: await ready(fake.clock.now) };
    };

    expect(await returnedOf(['a1'], fake, { pacer: () => nextSlot })).toEqual(['a1']);
    expect(fake.done).toEqual([]);
  });

  test('is known where what was read would be too old by the time of the post', async () => {
    const fake = fakeDelivering();
    const nextSlot: NextSlot = async (_, { ready }) => {
      fake.rows.subscriber = { ...fake.rows.subscriber, isPaused: true };
      fake.clock.now += 1800;
      return { ready: await ready(fake.clock.now + 250) };
    };

    expect(await returnedOf(['a1'], fake, { pacer: () => nextSlot })).toEqual(['a1']);
    expect(fake.done).toEqual([]);
  });

  test('is not asked for anything between the time that its rate gives and the post', async () => {
    const calls: string[] = [];
    const fake = fakeDelivering({ onCall: (name) => void calls.push(name) });
    const secretsOf = async () => {
      calls.push('secrets');
      return { current: 'whsec_c2VjcmV0' };
    };
    const nextSlot: NextSlot = async (_, { ready }) => {
      const made = await ready(fake.clock.now + 3000);
      calls.push('time');
      return { ready: made };
    };

    await returnedOf(['a1'], fake, { pacer: () => nextSlot, secretsOf });

    expect(calls).toEqual(['read', 'secrets', 'read', 'secrets', 'time', 'post']);
  });
});

test('what the rate has no room for goes back for a second or two, and counts for no try', async () => {
  const fake = fakeDelivering();

  expect(await returnedOf(['a1'], fake, { pacer: () => async () => undefined })).toEqual(['a1']);

  expect(delaysOf(fake)).toEqual([['a1', 2]]);
  expect(fake.done).toEqual([]);
  expect(fake.rows.failed.size).toBe(0);
  expect(fake.lines).toEqual([]);
});

describe('a delivery that only waits', () => {
  type Fake = ReturnType<typeof fakeDelivering>;
  const holds: readonly [
    string,
    (fake: Fake) => Partial<ReturnType<Fake['deliverer']>> | undefined,
  ][] = [
    [
      'for a pause to end',
      ({ rows }) => {
        rows.subscriber = { ...rows.subscriber, isPaused: true };
        return undefined;
      },
    ],
    [
      'for an endpoint that is down',
      ({ rows }) => {
        rows.state = { downSince: { N: '1' } };
        return undefined;
      },
    ],
    [
      'for one that asked for time',
      ({ rows }) => {
        rows.state = { slowUntil: { N: String(NOW + HOUR) } };
        return undefined;
      },
    ],
    [
      'for a row that can be read',
      ({ rows }) => {
        rows.isReadable = false;
        return undefined;
      },
    ],
    ['for the rate', () => ({ pacer: () => async () => undefined })],
  ];
  const old = (id: string, ms: number) =>
    queuedDelivery(id, { receiveCount: 9 }, deliveryOf(id, {}, NOW - ms));

  test.for(holds)(
    '%s, is dead-lettered a day before the queue would delete it',
    async ([, hold]) => {
      const fake = fakeDelivering();
      const overrides = hold(fake);
      const messages = [old('a1', 13 * DAY), old('a2', 13 * DAY - 1)];

      expect(await returnedOf(messages, fake, overrides)).toEqual(['a2']);

      expect(fake.done).toEqual(['dead-letter a1 undeliverable expiring']);
      expect(fake.counts).toMatchObject({ DeliveryDeadLettered: 1, DeliveryReturned: 1 });
    },
  );

  test('is tried however old it is, where nothing holds it', async () => {
    const fake = fakeDelivering();

    expect(await returnedOf([old('a1', 13 * DAY)], fake)).toEqual([]);
    expect(fake.done).toEqual(['post a1']);
  });

  test('is not given up for lack of time', async () => {
    const fake = fakeDelivering();

    expect(await returnedOf([old('a1', 13 * DAY)], fake, { hasTime: () => false })).toEqual(['a1']);
    expect(fake.done).toEqual([]);
  });
});

describe('how far behind a subscriber is', () => {
  const sent = (id: string, minutesAgo: number) =>
    queuedDelivery(id, { sentAt: NOW - minutesAgo * 60_000 });
  const behind = ({ rows }: ReturnType<typeof fakeDelivering>) => [
    rows.state['behindSince']?.N,
    rows.state['behindSeenAt']?.N,
  ];

  test('is noted by the oldest of a batch', async () => {
    const fake = fakeDelivering();

    await returnedOf([sent('a1', 2), sent('b1', 30), sent('c1', 20)], fake);

    expect(behind(fake)).toEqual([String(NOW - 30 * 60_000), String(NOW)]);
  });

  test('is not noted within ten minutes, which failures take', async () => {
    const fake = fakeDelivering();

    await returnedOf([sent('a1', 10)], fake);

    expect(behind(fake)).toEqual([undefined, undefined]);
  });

  test('is noted once a minute by those that deliver in one environment', async () => {
    const noted: number[] = [];
    const fake = fakeDelivering({
      onCall: (name) => void (name === 'behind' && noted.push(fake.clock.now - NOW)),
    });
    const { noteBehind } = fake.deliverer();

    for (const ms of [0, 30_000, 29_999, 1, 60_000]) {
      fake.clock.now += ms;
      await returnedOf([sent('a1', 30)], fake, { noteBehind });
    }

    expect(noted).toEqual([0, 60_000, 120_000]);
  });

  test('costs no delivery where it cannot be noted', async () => {
    const onCall = (name: string) => {
      if (name === 'behind') throw named('ThrottlingException');
    };
    const fake = fakeDelivering({ onCall });

    expect(await returnedOf([sent('a1', 30)], fake)).toEqual([]);
    expect(fake.done).toEqual(['post a1']);
  });
});

describe('times of the rate', () => {
  const counting = (clock: { now: number }) => {
    const asked: number[] = [];
    const reserve: ReserveSlots = async (_, count) => {
      asked.push(count);
      return { kind: 'given', firstMs: clock.now, intervalMs: 0, count };
    };
    const deps = { reserve, sleep: async () => {}, now: () => clock.now };
    return { asked, pacer: (atOnce: number) => pacer(atOnce, deps) };
  };
  const ids = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'c2', 'c3'];

  test('are asked for by the groups of a batch: what waits behind one that fails takes none', async () => {
    const fake = fakeDelivering({ subscriber: { ratePerSecond: 10 }, answer: 500 });
    const { asked, pacer } = counting(fake.clock);

    expect(await returnedOf(ids, fake, { pacer })).toHaveLength(8);
    expect(asked).toEqual([3]);
  });

  test('are asked for one by one by what follows, so that none is left over', async () => {
    const answers = { a2: [500] } as const;
    const fake = fakeDelivering({ subscriber: { ratePerSecond: 10 }, answers });
    const { asked, pacer } = counting(fake.clock);

    expect(await returnedOf(ids, fake, { pacer })).toEqual(['a2', 'a3']);
    expect(asked.reduce((sum, count) => sum + count)).toBe(7);
  });

  test('are not asked for by groups that wait for others', async () => {
    const subscriber = { ratePerSecond: 10, concurrency: 4 };
    const fake = fakeDelivering({ subscriber, answer: 500 });
    const { asked, pacer } = counting(fake.clock);

    await returnedOf(ids, fake, { pacer });

    expect(asked).toEqual([2, 1]);
  });
});

describe('a test event', () => {
  const queuedTest = (receiveCount = 1) =>
    queuedDelivery('a1', { receiveCount }, testDelivery('sub_1', '1', NOW));

  test('goes to who wants nothing of its kind', async () => {
    const fake = fakeDelivering({ subscriber: { filter: { types: ['image'] } } });

    expect(await returnedOf([queuedTest()], fake)).toEqual([]);
    expect(fake.counts).toEqual({ DeliverySucceeded: 1 });
  });

  test.for([400, 500])('is tried once, and logged as given up: %i', async (answer) => {
    const fake = fakeDelivering({ answer });

    expect(await returnedOf([queuedTest()], fake)).toEqual([]);

    expect(fake.done).toHaveLength(1);
    expect(fake.attempts).toMatchObject([{ outcome: 'gave-up', fault: `http-${answer}` }]);
    expect(fake.rows.failed.size).toBe(0);
  });
});

describe('when the time is up', () => {
  test('no try is begun, and what was not tried comes back at once', async () => {
    const fake = fakeDelivering();

    expect(await returnedOf(['a1', 'b1'], fake, { hasTime: () => false })).toEqual(['a1', 'b1']);

    expect(fake.done).toEqual([]);
    expect(delaysOf(fake)).toEqual([
      ['a1', 0],
      ['b1', 0],
    ]);
  });

  test('nothing at all is begun once it is time to answer', async () => {
    const fake = fakeDelivering();
    const signal = AbortSignal.abort();
    const batch = { subscriberId: 'sub_1', messages: [queuedDelivery('a1')], signal };

    expect(await deliverBatch(batch, fake.deliverer())).toHaveLength(1);
    expect(fake.done).toEqual([]);
  });
});

test('logs hold no content, number or wamid, whatever is thrown', async () => {
  const fake = fakeDelivering({ answers: { a1: [new Error('the content')] } });
  const poison = queuedDelivery('b1', { body: '{"v":1,"subscriberId":"the content"}' });
  const deadLetter = () => Promise.reject('the content');

  const returned = await returnedOf(['a1', poison], fake, { deadLetter });

  expect(returned.toSorted()).toEqual(['a1', 'b1']);
  expect(JSON.stringify(fake.lines)).not.toContain('the content');
  expect(fake.lines[0]).toMatchObject({ fields: { faults: 'unknown Error' } });
});

/** What one who reads the subscriber only once knows of it. */
function oldViews({ rows }: ReturnType<typeof fakeDelivering>) {
  const found = rows.found;
  if (found === undefined) throw new Error('there is no subscriber');
  const none = {
    ...{ downSince: undefined, slowUntil: undefined, waitingSince: undefined },
    ...{ behindSince: undefined, behindSeenAt: undefined, listenedAt: undefined },
  };
  const state = { failures: 9, failingSince: NOW - 30_000, mappingId: 'mapping', ...none };
  return { get: async () => ({ ...found, state }), forget: () => {} };
}
