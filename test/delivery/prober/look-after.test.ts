import { describe, expect, test } from 'vitest';
import { lookAfterAll } from '../../../lambda/delivery/prober/look-after.ts';
import { deliveryOf, NOW } from '../../support/fake-delivering.ts';
import { DAY, fakeProber, MINUTE } from './fake-deps.ts';

const { signal } = new AbortController();
const A = { id: 'sub_a' };
const B = { id: 'sub_b' };
const HOUR = 60 * MINUTE;

/** Lets the endpoints of these be down, with their mappings switched off. */
function takeDown(fake: ReturnType<typeof fakeProber>, ids: readonly string[], sinceMs = 0) {
  const since = { N: String(NOW - sinceMs) };
  for (const id of ids) {
    const rows = fake.rows(id);
    rows.state = { ...rows.state, failures: { N: '10' }, failingSince: since, downSince: since };
    fake.mappings.add(id, id, { isOn: false });
  }
}

const toA = (...ids: readonly string[]) =>
  ids.map((id) => ({ ...deliveryOf(id), subscriberId: A.id }));

async function run(fake: ReturnType<typeof fakeProber>) {
  fake.mappings.asked.length = 0;
  await lookAfterAll(signal, fake.deps());
  return fake.mappings.asked;
}

describe('a listener', () => {
  test.each([
    ['stays where somebody listened within a day', DAY - 1, true],
    ['is removed with its queue where nobody did', DAY, false],
  ])('%s', async (_, sinceMs, stays) => {
    const fake = fakeProber([A, B]);
    fake.clock.now += 10 * DAY;
    const rows = fake.rows(A.id);
    rows.state = { ...rows.state, listenedAt: { N: String(fake.clock.now - sinceMs) } };

    expect(await run(fake)).toEqual(stays ? [] : ['remove sub_a']);
    expect(rows.isThere).toBe(stays);
    expect(await fake.queues.list()).toEqual(stays ? [A.id, B.id] : [B.id]);
  });
});

describe('a subscriber that is changed while others are probed', () => {
  test('and resumed is not switched off', async () => {
    const fake = fakeProber([{ ...A, isPaused: true }]);
    const before = await fake.deps().subscribers(signal);
    const { subscriber } = fake.rows(A.id);
    fake.rows(A.id).subscriber = { ...subscriber, isPaused: false };
    await lookAfterAll(signal, { ...fake.deps(), subscribers: async () => before });

    expect(fake.mappings.asked).toEqual([]);
  });

  test('and resumed in the moment of the switch is switched on again', async () => {
    const fake = fakeProber([{ ...A, isPaused: true }]);
    const { mappings, ...deps } = fake.deps();
    const change: typeof mappings.change = async (id, settings, given) => {
      const isDone = await mappings.change(id, settings, given);
      const { subscriber } = fake.rows(A.id);
      fake.rows(A.id).subscriber = { ...subscriber, isPaused: false };
      return isDone;
    };
    await lookAfterAll(signal, { ...deps, mappings: { ...mappings, change } });

    expect(fake.mappings.asked).toEqual(['off sub_a 10', 'on sub_a 10']);
  });

  test('and removed gets no queue anew', async () => {
    const fake = fakeProber([A]);
    const before = await fake.deps().subscribers(signal);
    fake.rows(A.id).isThere = false;
    fake.mappings.made.clear();
    fake.queues.made.clear();
    const deps = { ...fake.deps(), subscribers: async () => before };
    await lookAfterAll(signal, deps);

    expect(fake.queues.made.size).toBe(0);
    expect(fake.mappings.asked).toEqual([]);
  });
});

describe('the mapping of a subscriber', () => {
  test('is left as it is where that is right', async () => {
    const fake = fakeProber([A, B]);

    expect(await run(fake)).toEqual([]);
    expect(fake.counts).toEqual({ EndpointDown: 0, SubscriberWaitingHours: 0 });
    expect(fake.lines).toEqual([]);
  });

  test.for([true, false])(
    'is switched off while it is paused, or else down, and on again: %s',
    async (isPaused) => {
      const fake = fakeProber([{ ...A, isPaused }]);
      if (!isPaused) takeDown(fake, [A.id]);
      fake.mappings.add(A.id, A.id);

      expect(await run(fake)).toEqual(['off sub_a 10']);
      expect(await run(fake)).toEqual([]);

      const rows = fake.rows(A.id);
      rows.subscriber = { ...rows.subscriber, isPaused: false };
      rows.state = { mappingId: { S: A.id } };
      expect(await run(fake)).toEqual(['on sub_a 10']);
    },
  );

  test('of one whose endpoint is gone stays on: what is left is dropped by whoever reads it', async () => {
    const fake = fakeProber([{ ...A, disabledBecause: 'gone' }]);
    takeDown(fake, [A.id]);

    expect(await run(fake)).toEqual(['on sub_a 10']);
    expect(fake.done).toEqual([]);
  });

  test('gets the concurrency that its subscriber wants', async () => {
    const fake = fakeProber([{ ...A, concurrency: 25 }]);

    expect(await run(fake)).toEqual(['on sub_a 5']);
    expect(await run(fake)).toEqual([]);
  });

  test('is left to Lambda while that is busy with it', async () => {
    const fake = fakeProber([{ ...A, isPaused: true }]);
    fake.mappings.add(A.id, A.id, { isChanging: true });

    expect(await run(fake)).toEqual([]);
  });

  test('is made anew, and its queue too, where somebody removed it', async () => {
    const fake = fakeProber([A]);
    fake.mappings.made.clear();
    fake.queues.made.clear();

    expect(await run(fake)).toEqual(['create sub_a on']);
    expect(fake.queues.made.has(A.id)).toBe(true);
    expect(fake.rows(A.id).state['mappingId']).toEqual({ S: 'new mapping of sub_a' });
  });

  test('that is another than its row says is noted', async () => {
    const fake = fakeProber([A]);
    fake.mappings.add(A.id, 'another');

    await run(fake);

    expect(fake.rows(A.id).state['mappingId']).toEqual({ S: 'another' });
  });
});

describe('an endpoint that is down', () => {
  test('is tried by one delivery, and switched on at its answer', async () => {
    const fake = fakeProber([A]);
    takeDown(fake, [A.id]);
    fake.send(...toA('a1', 'b1'));

    expect(await run(fake)).toEqual(['on sub_a 10']);

    expect(fake.done).toEqual(['post a1']);
    expect(fake.held(A.id)).toEqual(['b1']);
    expect(fake.rows(A.id).state).not.toHaveProperty('downSince');
    expect(fake.rows(A.id).state).not.toHaveProperty('failures');
  });

  test.for([400, 403, 429])('is well with any answer, such as %i', async (answer) => {
    const fake = fakeProber([A], { answer });
    takeDown(fake, [A.id]);
    fake.send(...toA('a1'));

    expect(await run(fake)).toEqual(['on sub_a 10']);
    expect(fake.rows(A.id).state['downSince']).toBeUndefined();
    expect(fake.held(A.id)).toEqual(['a1']);
  });

  test('stays off while it does not answer, and is tried once a run', async () => {
    const fake = fakeProber([A], { answer: { fault: 'timeout' } });
    takeDown(fake, [A.id]);
    fake.send(...toA('a1'));
    fake.clock.now += 1;
    fake.send(...toA('b1'));

    for (let minute = 0; minute < 3; minute += 1) {
      expect(await run(fake)).toEqual([]);
      fake.clock.now += MINUTE;
    }

    expect(fake.done).toEqual(Array(3).fill('post a1'));
    expect(fake.counts.EndpointDown).toBe(3);
  });

  test('is not tried while it is paused, or asked for time', async () => {
    const fake = fakeProber([{ ...A, isPaused: true }, B]);
    takeDown(fake, [A.id, B.id]);
    const ofB = fake.rows(B.id);
    ofB.state = { ...ofB.state, slowUntil: { N: String(NOW + MINUTE) } };
    fake.send(...toA('a1'), { ...deliveryOf('b1'), subscriberId: B.id });

    await run(fake);
    expect(fake.done).toEqual([]);

    fake.clock.now += MINUTE;
    await run(fake);
    expect(fake.done).toEqual(['post b1']);
  });

  test('holds up no other that is down', async () => {
    const slow = Promise.withResolvers<void>();
    const fake = fakeProber([A, B]);
    takeDown(fake, [A.id, B.id]);
    fake.send(...toA('a1'), { ...deliveryOf('b1'), subscriberId: B.id });
    const { post, ...deps } = fake.deps();
    const done = lookAfterAll(signal, {
      ...deps,
      post: async (url, request) => {
        if (request.headers['webhook-id'] === 'a1') await slow.promise;
        return post(url, request);
      },
    });

    await expect.poll(() => fake.done).toEqual(['post b1']);
    slow.resolve();
    await done;
    expect(fake.done).toEqual(['post b1', 'post a1']);
  });
});

describe('what waits', () => {
  test('for a subscriber is nothing while its queue is empty', async () => {
    const fake = fakeProber([{ ...A, isPaused: true }]);
    fake.rows(A.id).state = { ...fake.rows(A.id).state, waitingSince: { N: '1' } };

    await run(fake);

    expect(fake.rows(A.id).state['waitingSince']).toBeUndefined();
  });

  test('is held since it was first seen, of one that is paused', async () => {
    const fake = fakeProber([{ ...A, isPaused: true }]);
    fake.send(...toA('a1'));

    await run(fake);
    fake.clock.now += 26 * HOUR;
    fake.counts.SubscriberWaitingHours = 0;
    await run(fake);

    expect(fake.rows(A.id).state['waitingSince']).toEqual({ N: String(NOW) });
    expect(fake.counts.SubscriberWaitingHours).toBe(26);
  });

  test('is held since it is down, of one that answers nobody', async () => {
    const fake = fakeProber([A], { answer: 500 });
    takeDown(fake, [A.id], 3 * HOUR);
    fake.send(...toA('a1'));

    await run(fake);

    expect(fake.rows(A.id).state['waitingSince']).toEqual({ N: String(NOW - 3 * HOUR) });
  });

  test('has failed since its first try, of one whose events go out', async () => {
    const fake = fakeProber([A]);
    const [delivery] = toA('a1');
    if (delivery === undefined) throw new Error('no delivery');
    fake.send(delivery);
    await fake.deps().history.addFailure(delivery, 'http-400', true, signal);
    fake.clock.now += HOUR;

    await run(fake);

    expect(fake.rows(A.id).state['waitingSince']).toEqual({ N: String(NOW) });
  });

  test('is none of what is just under way', async () => {
    const fake = fakeProber([A]);
    fake.send(...toA('a1'));

    await run(fake);

    expect(fake.rows(A.id).state['waitingSince']).toBeUndefined();
  });

  test.for([
    ['as the deliverer saw it a moment ago', 4 * MINUTE, NOW - HOUR],
    ['not as it saw it before', 6 * MINUTE, undefined],
  ] as const)(
    'behind a rate, or an endpoint that is slow, is known: %s',
    async ([, agoMs, since]) => {
      const fake = fakeProber([A]);
      fake.send(...toA('a1'));
      const rows = fake.rows(A.id);
      const behind = { behindSince: NOW - HOUR, behindSeenAt: NOW - agoMs };
      const numbers = Object.entries(behind).map(([name, value]) => [name, { N: String(value) }]);
      rows.state = { ...rows.state, ...Object.fromEntries(numbers) };

      await run(fake);

      expect(rows.state['waitingSince']?.N).toBe(since === undefined ? undefined : String(since));
    },
  );

  test('of all is told as that of who has been waiting longest', async () => {
    const fake = fakeProber([{ ...A, isPaused: true }, { ...B, isPaused: true }, { id: 'sub_c' }]);
    fake.send(...toA('a1'), { ...deliveryOf('b1'), subscriberId: B.id });
    const ofA = fake.rows(A.id);
    const ofB = fake.rows(B.id);
    ofA.state = { ...ofA.state, waitingSince: { N: String(NOW - 5 * HOUR) } };
    ofB.state = { ...ofB.state, waitingSince: { N: String(NOW - 50 * HOUR) } };

    await run(fake);

    expect(fake.counts).toEqual({ EndpointDown: 0, SubscriberWaitingHours: 50 });
  });

  test('for 13 days where nobody reads is dead-lettered with the reason, before SQS deletes it', async () => {
    const fake = fakeProber([{ ...A, isPaused: true }]);
    fake.send(...toA('a1', 'b1'));
    await run(fake);
    fake.clock.now += 13 * DAY - 1;
    fake.send(...toA('c1'));
    await run(fake);
    expect(fake.done).toEqual([]);

    fake.clock.now += 1;
    await run(fake);

    expect(fake.done.map((line) => line.replace(/ \S+-\S+ /, ' '))).toEqual(
      Array(2).fill('dead-letter undeliverable expiring'),
    );
    expect(fake.held(A.id)).toEqual(['c1']);
    expect(fake.counts.DeliveryDeadLettered).toBe(2);
    expect(fake.lines).toEqual([
      {
        message: 'Deliveries dead-lettered',
        fields: { subscriberId: A.id, fault: 'expiring', deliveries: 2 },
      },
    ]);
  });
});

describe('one that fails', () => {
  test('is told, and costs no other', async () => {
    const fake = fakeProber([A, { ...B, isPaused: true }]);
    fake.queues.made.delete(A.id);

    expect(await run(fake)).toEqual(['off sub_b 10']);

    expect(fake.counts).toMatchObject({ ProbeInterrupted: 1, EndpointDown: 0 });
    expect(fake.lines).toEqual([
      {
        message: 'Subscriber not looked after, the next run goes on',
        fields: { subscriberId: A.id, fault: 'QueueDoesNotExist' },
      },
    ]);
  });

  test('to be read is told, left alone, and keeps queue and mapping', async () => {
    const fake = fakeProber([A, { ...B, isPaused: true }]);
    fake.rows(A.id).isReadable = false;
    fake.clock.now += DAY;

    expect(await run(fake)).toEqual(['off sub_b 10']);

    expect(fake.counts).toMatchObject({ SubscriberUnreadable: 1 });
    expect(fake.queues.made.has(A.id)).toBe(true);
    expect(fake.mappings.made.has(A.id)).toBe(true);
  });
});

describe('of a subscriber that is no more', () => {
  test('mapping and queue are removed, when they are ten minutes old', async () => {
    const fake = fakeProber([A]);
    fake.queues.made.set('sub_gone', { ...newQueue(fake), madeAt: NOW });
    fake.mappings.add('sub_gone', 'stray');

    fake.clock.now += 10 * MINUTE;
    expect(await run(fake)).toEqual([]);
    fake.clock.now += 1;
    expect(await run(fake)).toEqual(['remove stray']);

    expect([...fake.queues.made.keys()]).toEqual([A.id]);
  });

  test('a mapping without its queue is removed', async () => {
    const fake = fakeProber([A]);
    fake.mappings.add('sub_gone', 'stray');

    expect(await run(fake)).toEqual(['remove stray']);
  });

  test('a mapping with which Lambda is busy is left for the next run', async () => {
    const fake = fakeProber([A]);
    fake.mappings.add('sub_gone', 'stray', { isChanging: true });

    expect(await run(fake)).toEqual([]);
  });

  test('a queue without a mapping is removed within the hour', async () => {
    const fake = fakeProber([A]);
    const hour = Math.floor(NOW / HOUR) * HOUR;
    fake.clock.now = hour + 5 * MINUTE;
    fake.queues.made.set('sub_gone', { ...newQueue(fake), madeAt: hour - DAY });

    await run(fake);
    expect(fake.queues.made.has('sub_gone')).toBe(true);
    fake.clock.now = hour + HOUR;
    await run(fake);

    expect([...fake.queues.made.keys()]).toEqual([A.id]);
  });

  test('mappings of other queues are left alone', async () => {
    const fake = fakeProber([A]);
    fake.mappings.made.set('former', {
      ...{ id: 'former', queueArn: 'arn:other:deliveries.fifo' },
      ...{ isOn: true, isChanging: false, functions: 10 },
    });

    expect(await run(fake)).toEqual([]);
  });
});

function newQueue({ queues }: ReturnType<typeof fakeProber>) {
  const [made] = queues.made.values();
  if (made === undefined) throw new Error('no queue');
  return made;
}
