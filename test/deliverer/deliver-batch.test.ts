import { describe, expect, test } from 'vitest';
import { deliverBatch } from '../../lambda/deliverer/deliver-batch.ts';
import { GIVE_UP_MS } from '../../lambda/domain/delivery-retry.ts';
import type { QueuedMessage } from '../../lambda/domain/queued-message.ts';
import { aDelivery, mediaEventOf } from '../support/deliveries.ts';
import { deliveryOf, fakeDelivering, NOW, queuedDelivery } from '../support/fake-delivering.ts';

const never = new AbortController().signal;

async function returnedOf(
  messages: readonly (string | QueuedMessage)[],
  { deliverer }: ReturnType<typeof fakeDelivering>,
  overrides: Partial<ReturnType<typeof deliverer>> = {},
) {
  const queued = messages.map((one) => (typeof one === 'string' ? queuedDelivery(one) : one));
  const batch = { messages: queued, signal: never };
  const returned = await deliverBatch(batch, { ...deliverer(), ...overrides });
  return returned.map(({ messageId }) => messageId);
}

const delaysOf = ({ returns }: ReturnType<typeof fakeDelivering>) =>
  returns.map(({ message, delaySeconds }) => [message.messageId, delaySeconds]);

const named = (name: string) => Object.assign(new Error(name), { name });

const open = { breakerState: { S: 'open' }, openedBecause: { S: 'failing' } };
const closing = { breakerState: { S: 'closing' }, closingAt: { N: String(NOW) } };

test('what a full backlog does not take is a dead letter, and nothing waits behind it', async () => {
  const fake = fakeDelivering();
  fake.rows.state = open;
  fake.rows.isFull = true;

  expect(await returnedOf(['a1', 'a2', 'b1'], fake)).toEqual([]);

  expect(fake.done.toSorted()).toEqual([
    'dead-letter a1 undeliverable backlog-full',
    'dead-letter a2 undeliverable backlog-full',
    'dead-letter b1 undeliverable backlog-full',
  ]);
  expect(fake.counts).toEqual({ DeliveryDeadLettered: 3 });
});

test('what limits cannot count goes back to the queue, and others go on', async () => {
  const full = () => Promise.reject(named('ItemCollectionSizeLimitExceededException'));
  const fake = fakeDelivering();
  let asked = 0;
  const { acquire } = fake.deliverer();
  const counting: typeof acquire = (...given) => {
    asked += 1;
    return asked === 1 ? full() : acquire(...given);
  };

  expect(await returnedOf(['a1', 'a2', 'b1'], fake, { acquire: counting })).toEqual(['a1', 'a2']);
  expect(fake.done).toEqual(['post b1']);
});

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

  test('reads its subscriber once', async () => {
    const reads: string[] = [];
    const fake = fakeDelivering({ onCall: (name) => void (name === 'read' && reads.push(name)) });

    await returnedOf(['a1', 'b1', 'a2', 'c1'], fake);

    expect(reads).toHaveLength(1);
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

  test('of a subscriber that was removed is dropped, and counted', async () => {
    const fake = fakeDelivering();
    const views = { get: async () => undefined, forget: () => {} };

    expect(await returnedOf(['a1', 'a2'], fake, { views })).toEqual([]);

    expect(fake.done).toEqual([]);
    expect(fake.counts).toEqual({ DeliveryDropped: 2 });
  });

  test('of what became of a file is dropped where the format was changed to one without a word for it', async () => {
    const fake = fakeDelivering({ subscriber: { format: 'provider' } });
    const file = mediaEventOf(deliveryOf('a1').event);
    const message = queuedDelivery('a2', {}, aDelivery({ event: file }));

    expect(await returnedOf([message, 'a3'], fake)).toEqual([]);

    expect(fake.done).toEqual(['post a3']);
    expect(fake.counts).toEqual({ DeliveryDropped: 1, DeliverySucceeded: 1 });
    expect(fake.attempts).toHaveLength(1);
  });

  test('of a disabled subscriber is dropped, and counted', async () => {
    const fake = fakeDelivering({ subscriber: { disabledBecause: 'gone' } });

    expect(await returnedOf(['a1'], fake)).toEqual([]);

    expect(fake.done).toEqual([]);
    expect(fake.counts).toEqual({ DeliveryDropped: 1 });
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
    const newer = queuedDelivery('a1', { body: '{"v":3}', receiveCount: 99 });

    expect(await returnedOf([newer, 'a2'], fake)).toEqual(['a1', 'a2']);
    expect(fake.lines[0]).toMatchObject({ fields: { faults: 'newer-version' } });
  });

  test('without a group is a group of its own', async () => {
    const fake = fakeDelivering({ answers: { a1: [500] } });
    const messages = ['a1', 'a2'].map((id) => queuedDelivery(id, { messageGroupId: undefined }));

    expect(await returnedOf(messages, fake)).toEqual(['a1']);
    expect(fake.done).toContain('post a2');
  });
});

describe('a failure', () => {
  test('makes its group wait ever longer, or as long as the endpoint asks', async () => {
    const fake = fakeDelivering({ answers: { b1: [{ retryAfter: '600' }] }, answer: 500 });
    const late = queuedDelivery('c1', { receiveCount: 4 });

    await returnedOf(['a1', 'a2', 'b1', late], fake);

    expect(delaysOf(fake)).toEqual([
      ['a1', 8],
      ['a2', 8],
      ['b1', 600],
      ['c1', 60],
    ]);
  });

  test('of Floodgate itself is none of the endpoint’s', async () => {
    const fake = fakeDelivering({ answers: { a1: [named('SecretUnreadable')] } });

    expect(await returnedOf(['a1'], fake)).toEqual(['a1']);
    expect(fake.rows.state).toEqual({});
    expect(fake.counts).toEqual({ DeliveryReturned: 1 });
  });

  test('is forgotten by the next success', async () => {
    const fake = fakeDelivering({ answers: { a1: [{ fault: 'timeout' }, 200] } });

    await returnedOf(['a1'], fake);
    expect(fake.rows.state).toEqual({ failures: { N: '1' } });
    await returnedOf(['a1'], fake);
    expect(fake.rows.state).toEqual({});
  });

  test('is forgotten by a success of the same batch', async () => {
    const second = Promise.withResolvers<void>();
    const fake = fakeDelivering({ answers: { a1: [500] } });
    const { post, ...deps } = fake.deliverer();
    const slow: typeof post = async (url, request) => {
      if (request.headers['webhook-id'] === 'b1') await second.promise;
      return post(url, request);
    };
    const sleepers = { ...deps, post: slow };
    const done = returnedOf(['a1', 'b1', 'b2'], fake, sleepers);
    await new Promise((resolve) => setImmediate(resolve));
    expect(fake.rows.state).toEqual({ failures: { N: '1' } });
    second.resolve();
    await done;

    expect(fake.rows.state).toEqual({});
  });

  test('after three days is the last: it is dead-lettered with the answer', async () => {
    const fake = fakeDelivering({ answers: { a1: [500] } });
    const old = deliveryOf('a1', {}, NOW - GIVE_UP_MS);

    expect(await returnedOf([queuedDelivery('a1', {}, old), 'a2'], fake)).toEqual([]);

    expect(fake.done).toEqual(['post a1', 'dead-letter a1 undeliverable http-500 no', 'post a2']);
    expect(fake.attempts[0]).toMatchObject({ outcome: 'gave-up', fault: 'http-500', status: 500 });
    expect(fake.counts).toMatchObject({ DeliveryDeadLettered: 1, DeliverySucceeded: 1 });
  });

  test('is not the last for three days after its subscriber was resumed', async () => {
    const subscriber = { updatedAt: NOW - 60_000 };
    const fake = fakeDelivering({ subscriber, answers: { a1: [500] } });
    const old = queuedDelivery('a1', {}, deliveryOf('a1', {}, NOW - GIVE_UP_MS));

    expect(await returnedOf([old], fake)).toEqual(['a1']);
    expect(fake.done).toEqual(['post a1']);
  });

  test('that is the last is none where the dead letter is not confirmed', async () => {
    const onCall = (name: string) => {
      if (name === 'dead-letter') throw named('TimeoutError');
    };
    const fake = fakeDelivering({ answer: 500, onCall });
    const old = queuedDelivery('a1', {}, deliveryOf('a1', {}, NOW - GIVE_UP_MS));

    expect(await returnedOf([old, 'a2'], fake)).toEqual(['a1', 'a2']);
    expect(fake.done).toEqual(['post a1']);
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

  test('to forget failures, or to free a slot, costs no redelivery', async () => {
    const isAway = { state: false };
    const onCall = (name: string) => {
      if (name === 'state' && isAway.state) throw named('ThrottlingException');
    };
    const fake = fakeDelivering({ onCall });
    fake.rows.state = { failures: { N: '3' } };
    isAway.state = true;
    const giveBack = () => Promise.reject(named('ThrottlingException'));

    expect(await returnedOf(['a1'], fake, { acquire: async () => ({ giveBack }) })).toEqual([]);
  });
});

describe('an endpoint that is gone', () => {
  test('disables its subscriber, whose deliveries are dropped', async () => {
    const fake = fakeDelivering({ answer: 410 });

    expect(await returnedOf(['a1', 'a2'], fake)).toEqual([]);

    expect(fake.done).toEqual(['post a1']);
    expect(fake.rows.subscriber.disabledBecause).toBe('gone');
    expect(fake.counts).toEqual({ SubscriberGone: 1, DeliveryDropped: 2 });
  });

  test('is asked again where the subscriber was changed meanwhile', async () => {
    const fake = fakeDelivering({ answers: { a1: [410, 200] } });

    expect(await returnedOf(['a1'], fake, { disable: async () => false })).toEqual([]);

    expect(fake.done).toEqual(['post a1', 'post a1']);
    expect(fake.counts).toEqual({ DeliverySucceeded: 1 });
  });
});

describe('the breaker', () => {
  test('opens with the tenth failure in a run, and deliveries go to the backlog', async () => {
    const fake = fakeDelivering({ answer: 503 });
    fake.rows.state = { failures: { N: '9' } };

    expect(await returnedOf(['a1', 'a2'], fake)).toEqual([]);

    expect(fake.done).toEqual(['post a1', 'aside a1', 'aside a2']);
    expect([...fake.rows.backlog.keys()]).toEqual([
      'delivery.a#00000000000000000001',
      'delivery.a#00000000000000000002',
    ]);
    expect(fake.counts).toEqual({ DeliveryFailed: 1, BreakerOpened: 1, DeliverySetAside: 2 });
    expect(fake.lines.map(({ message }) => message)).toEqual([
      'Endpoint keeps failing, deliveries go to the backlog',
    ]);
  });

  test('is opened once, however many find that it has to be', async () => {
    const fake = fakeDelivering({ answer: 503 });
    fake.rows.state = { failures: { N: '8' } };

    expect(await returnedOf(['a1', 'b1', 'c1'], fake)).toEqual(['a1']);

    expect(fake.counts).toMatchObject({ BreakerOpened: 1, DeliverySetAside: 2 });
  });

  test('while open, lets nothing go out', async () => {
    const fake = fakeDelivering();
    fake.rows.state = open;

    expect(await returnedOf(['a1', 'b1'], fake)).toEqual([]);
    expect(fake.done.toSorted()).toEqual(['aside a1', 'aside b1']);
  });

  test('while closing, makes deliveries wait', async () => {
    const fake = fakeDelivering();
    fake.rows.state = closing;

    expect(await returnedOf(['a1', 'a2'], fake)).toEqual(['a1', 'a2']);

    expect(fake.done).toEqual([]);
    expect(delaysOf(fake)).toEqual([
      ['a1', 6],
      ['a2', 6],
    ]);
  });

  test('keeps a group in order where putting aside fails', async () => {
    const failed = { once: false };
    const onCall = (name: string) => {
      if (name !== 'put-aside' || failed.once) return;
      failed.once = true;
      throw named('ThrottlingException');
    };
    const fake = fakeDelivering({ onCall });
    fake.rows.state = open;

    expect(await returnedOf(['a1', 'a2'], fake)).toEqual(['a1', 'a2']);
    expect(fake.rows.backlog.size).toBe(0);
  });
});

describe('a paused subscriber', () => {
  test.for([
    ['closed', {}],
    ['closing', closing],
  ] as const)('has its deliveries put aside, from %s on', async ([, state]) => {
    const fake = fakeDelivering({ subscriber: { isPaused: true } });
    fake.rows.state = state;

    expect(await returnedOf(['a1', 'a2'], fake)).toEqual([]);

    expect(fake.done).toEqual(['aside a1', 'aside a2']);
    expect(fake.rows.state).toEqual({
      breakerState: { S: 'open' },
      openedBecause: { S: 'paused' },
    });
    expect(fake.counts).toEqual({ DeliverySetAside: 2 });
  });
});

describe('limits', () => {
  test('make a delivery wait a little, then return to the queue', async () => {
    const fake = fakeDelivering();

    expect(await returnedOf(['a1'], fake, { acquire: async () => undefined })).toEqual(['a1']);

    expect(fake.clock.now - NOW).toBeGreaterThanOrEqual(2000);
    expect(fake.done).toEqual([]);
    expect(fake.attempts).toEqual([]);
    expect(fake.lines[0]).toMatchObject({ fields: { faults: 'limited' } });
  });

  test('let it out as soon as there is room', async () => {
    const fake = fakeDelivering({ subscriber: { concurrency: 1 } });
    const taken = await fake.deliverer().acquire({ id: 'sub_1', concurrency: 1 }, never);
    const sleep = async (ms: number) => {
      fake.clock.now += ms;
      if (fake.clock.now > NOW + 900) await taken?.giveBack(never);
    };

    expect(await returnedOf(['a1'], fake, { sleep })).toEqual([]);
    expect(fake.clock.now).toBe(NOW + 1000);
  });

  test('that let nothing out many times over bring deliveries to the backlog', async () => {
    const fake = fakeDelivering();
    const often = queuedDelivery('a1', { receiveCount: 8 });

    expect(await returnedOf([often, 'a2'], fake, { acquire: async () => undefined })).toEqual([]);

    expect(fake.done).toEqual(['aside a1', 'aside a2']);
    expect(fake.rows.state).toMatchObject({ openedBecause: { S: 'limits' } });
    expect(fake.counts).toEqual({ DeliverySetAside: 2 });
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
    const batch = { messages: [queuedDelivery('a1')], signal: AbortSignal.abort() };

    expect(await deliverBatch(batch, fake.deliverer())).toHaveLength(1);
    expect(fake.done).toEqual([]);
  });
});

test('logs hold no content, number or wamid, whatever is thrown', async () => {
  const fake = fakeDelivering({ answers: { a1: [new Error('the content')] } });
  const { deliverer } = fake;
  const poison = queuedDelivery('b1', { body: '{"v":1,"subscriberId":"the content"}' });
  const text = { ...deliverer(), deadLetter: () => Promise.reject('the content') };

  expect(await returnedOf(['a1', poison], fake, text)).toEqual(['a1', 'b1']);

  expect(JSON.stringify(fake.lines)).not.toContain('the content');
  expect(fake.lines[0]).toMatchObject({ fields: { faults: 'Error unknown' } });
});
