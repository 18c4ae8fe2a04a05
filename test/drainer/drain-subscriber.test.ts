import { describe, expect, test } from 'vitest';
import { GIVE_UP_MS } from '../../lambda/domain/delivery-retry.ts';
import { CLOSING_MS } from '../../lambda/domain/delivery-state.ts';
import { type DrainAllDeps, drainAll } from '../../lambda/drainer/drain-all.ts';
import { mediaEventOf } from '../support/deliveries.ts';
import { deliveryOf, fakeDelivering, NOW } from '../support/fake-delivering.ts';

type Fake = ReturnType<typeof fakeDelivering>;
type Options = Parameters<typeof fakeDelivering>[0];

const never = new AbortController().signal;
const MINUTE = 60_000;
const OPEN = { breakerState: { S: 'open' }, openedBecause: { S: 'failing' } };

/** An open breaker with these in the backlog. */
function aBacklog(ids: readonly string[], options: Options = {}): Fake {
  const fake = fakeDelivering(options);
  fake.rows.state = OPEN;
  for (const id of ids) putAside(fake, id);
  return fake;
}

function putAside({ rows }: Fake, id: string, routedAt = NOW): void {
  const group = `delivery.${id.slice(0, 1)}`;
  const key = `${group}#${id.slice(1).padStart(20, '0')}`;
  const delivery = deliveryOf(id, {}, routedAt);
  const { subscriberId } = delivery;
  rows.backlog.set(key, { subscriberId, key, group, delivery, tries: 0, notBefore: 0 });
}

const idsIn = ({ rows }: Fake) =>
  [...rows.backlog.values()].map(({ delivery }) => delivery.event.id);

function fail(): never {
  throw new Error('there is no such row');
}

/** What a drainer does that is started now and has so many minutes. */
async function drain(fake: Fake, overrides: Partial<DrainAllDeps> = {}, minutes = 2) {
  const until = fake.clock.now + minutes * MINUTE;
  const hasTime = () => fake.clock.now < until;
  await drainAll(never, { ...fake.drainer(), leaseUntil: until, hasTime, ...overrides });
  return fake;
}

/** As it is started once a minute. */
async function drainForAnHour(fake: Fake, overrides: Partial<DrainAllDeps> = {}) {
  for (let minute = 0; minute < 60; minute += 1) {
    fake.clock.now = NOW + minute * MINUTE;
    await drain(fake, overrides);
  }
}

describe('a backlog', () => {
  test('goes out in the order of each group, and the breaker closes', async () => {
    const fake = await drain(aBacklog(['a1', 'a2', 'b1', 'b2', 'a10']));

    const ofGroup = (group: string) => fake.done.filter((call) => call.startsWith(`post ${group}`));
    expect(ofGroup('a')).toEqual(['post a1', 'post a2', 'post a10']);
    expect(ofGroup('b')).toEqual(['post b1', 'post b2']);
    expect(idsIn(fake)).toEqual([]);
    expect(fake.rows.state).toEqual({});
    expect(fake.counts).toEqual({ BreakerOpen: 1, DeliverySucceeded: 5 });
  });

  test('loses what became of files, and nothing else, where the format has no word for it', async () => {
    const fake = aBacklog(['a1', 'a2', 'a3'], { subscriber: { format: 'provider' } });
    const [[key, row] = fail()] = [...fake.rows.backlog].slice(1);
    const delivery = { ...row.delivery, event: mediaEventOf(row.delivery.event) };
    fake.rows.backlog.set(key, { ...row, delivery });

    await drain(fake);

    expect(fake.done).toEqual(['post a1', 'post a3']);
    expect(idsIn(fake)).toEqual([]);
    expect(fake.counts).toMatchObject({ DeliveryDropped: 1, DeliverySucceeded: 2 });
  });

  test('of more than a page goes out whole', async () => {
    const ids = ['a', 'b', 'c'].flatMap((group) =>
      Array.from({ length: 150 }, (_, n) => `${group}${n + 1}`),
    );
    const fake = await drain(aBacklog(ids));

    expect(fake.done.toSorted()).toEqual(ids.map((id) => `post ${id}`).toSorted());
    expect(fake.rows.state).toEqual({});
  });

  test('is left alone where the breaker is closed', async () => {
    const fake = aBacklog(['a1']);
    fake.rows.state = {};

    await drain(fake);

    expect(fake.done).toEqual([]);
    expect(fake.counts).toEqual({ BreakerOpen: 0 });
  });

  test.for([{ isPaused: true }, { disabledBecause: 'gone' as const }])(
    'waits while its subscriber is %o',
    async (subscriber) => {
      const fake = await drain(aBacklog(['a1'], { subscriber }));

      expect(fake.done).toEqual([]);
      expect(fake.rows.state).toEqual(OPEN);
    },
  );

  test('goes no further once its subscriber is paused', async () => {
    const ids = Array.from({ length: 250 }, (_, n) => `a${n + 1}`);
    const fake = aBacklog(ids);
    const onPost: DrainAllDeps['post'] = async (url, request) => {
      fake.rows.subscriber = { ...fake.rows.subscriber, isPaused: true };
      return fake.drainer().post(url, request);
    };

    await drain(fake, { post: onPost });

    expect(idsIn(fake)).toEqual(ids.slice(20));
    expect(fake.rows.state).toMatchObject(OPEN);
  });

  test('is one drainer’s at a time', async () => {
    const fake = aBacklog(['a1']);
    const leaseUntil = { N: String(NOW + MINUTE) };
    fake.rows.state = { ...OPEN, leaseOwner: { S: 'other' }, leaseUntil };

    await drain(fake);
    expect(fake.done).toEqual([]);

    fake.clock.now += MINUTE + 1;
    await drain(fake);
    expect(fake.done).toEqual(['post a1']);
  });

  test('is not looked for where the subscriber was removed meanwhile', async () => {
    const fake = await drain(aBacklog(['a1']), { view: async () => undefined });

    expect(fake.done).toEqual([]);
  });
});

describe('the breaker', () => {
  test('closes only when nobody can put anything aside any more, who waits until then', async () => {
    const fake = aBacklog([]);
    const seen: [number, string | undefined][] = [];
    const sleep = async (ms: number) => {
      seen.push([fake.clock.now - NOW, fake.rows.state['breakerState']?.S]);
      fake.clock.now += ms;
    };

    await drain(fake, { sleep });

    expect(new Set(seen.map(([, state]) => state))).toEqual(new Set(['closing']));
    expect(seen.length * 1000).toBeGreaterThanOrEqual(CLOSING_MS);
    expect(fake.rows.state).toEqual({});
  });

  test('closes after what came while it was closing went out', async () => {
    const fake = aBacklog(['a1']);
    const sleep = async (ms: number) => {
      fake.clock.now += ms;
      if (fake.clock.now === NOW + 20_000) putAside(fake, 'a2');
    };

    await drain(fake, { sleep });

    expect(fake.done).toEqual(['post a1', 'post a2']);
    expect(fake.rows.state).toEqual({});
  });

  test('opens again where what came while it was closing does not go out', async () => {
    const fake = aBacklog([], { answer: 500 });
    fake.rows.state = { breakerState: { S: 'closing' }, closingAt: { N: String(NOW) } };
    putAside(fake, 'a1');
    fake.clock.now += CLOSING_MS;

    await drain(fake);

    expect(fake.rows.state).toEqual(OPEN);
    expect(idsIn(fake)).toEqual(['a1']);
  });

  test('is closed by the next drainer where the time of this one is up', async () => {
    const fake = await drain(aBacklog(['a1']), {}, 0.5);
    expect(fake.rows.state).toMatchObject({ breakerState: { S: 'closing' } });

    await drain(fake);
    expect(fake.rows.state).toEqual({});
  });

  test('stays open where it was opened anew while it closed', async () => {
    const fake = aBacklog([]);
    const sleep = async (ms: number) => {
      fake.clock.now += ms;
      if (fake.clock.now === NOW + 20_000) fake.rows.subscriber = aPaused(fake);
      if (fake.clock.now === NOW + 20_000) fake.rows.state = OPEN;
    };

    await drain(fake, { sleep });

    expect(fake.rows.state).toEqual({ ...OPEN });
  });
});

const aPaused = ({ rows }: Fake) => ({ ...rows.subscriber, isPaused: true });

describe('an endpoint that is down', () => {
  test('is probed with the heads of three groups, no more', async () => {
    const ids = ['a1', 'a2', 'b1', 'c1', 'd1', 'e1'];
    const fake = await drain(aBacklog(ids, { answer: 503 }));

    expect(fake.done.toSorted()).toEqual(['post a1', 'post b1', 'post c1']);
    expect(idsIn(fake)).toEqual(ids);
    expect(fake.rows.state).toEqual(OPEN);
    expect(fake.counts).toEqual({ BreakerOpen: 1, DeliveryFailed: 3 });
  });

  test('is probed about as often as there is a drainer, or as it asks for', async () => {
    const answers = { b1: [{ retryAfter: '300' }] } as const;
    const fake = aBacklog(['a1', 'b1'], { answers, answer: 503 });

    await drain(fake);

    const waits = [...fake.rows.backlog.values()].map(({ notBefore, tries }) => [
      notBefore - NOW,
      tries,
    ]);
    expect(waits).toEqual([
      [30_000, 1],
      [300_000, 1],
    ]);
    await drain(fake);
    expect(fake.done).toEqual(['post a1', 'post b1']);
    fake.clock.now += MINUTE;
    await drain(fake);
    expect(fake.done).toEqual(['post a1', 'post b1', 'post a1']);
  });

  test('drains whole with the drainer that finds it well again', async () => {
    const answers = { a1: [503, 200], b1: [503, 200], c1: [503, 200] } as const;
    const ids = ['a1', 'a2', 'b1', 'c1', 'd1', 'e1'];
    const fake = await drain(aBacklog(ids, { answers }));
    fake.clock.now += MINUTE;
    await drain(fake);

    expect(idsIn(fake)).toEqual([]);
    expect(fake.done.filter((call) => call.startsWith('post a'))).toEqual([
      'post a1',
      'post a1',
      'post a2',
    ]);
  });

  test('is told what it did not take in three days by a dead letter, each group in order', async () => {
    const fake = aBacklog(['a1', 'b1', 'c1', 'd3'], { answer: 503 });
    for (const id of ['d1', 'd2']) putAside(fake, id, NOW - GIVE_UP_MS);

    await drainForAnHour(fake);

    expect(fake.done.filter((call) => call.startsWith('dead'))).toEqual([
      expect.stringMatching(/^dead-letter delivery\.d#0+1 undeliverable endpoint-down$/),
      expect.stringMatching(/^dead-letter delivery\.d#0+2 undeliverable endpoint-down$/),
    ]);
    expect(idsIn(fake).toSorted()).toEqual(['a1', 'b1', 'c1', 'd3']);
    expect(fake.counts).toMatchObject({ DeliveryDeadLettered: 2 });
  });

  test('has three days from when its subscriber was resumed', async () => {
    const fake = aBacklog(['a1', 'b1', 'c1'], { answer: 503 });
    putAside(fake, 'd1', NOW - GIVE_UP_MS);
    fake.rows.subscriber = { ...fake.rows.subscriber, updatedAt: NOW - 60_000 };

    await drainForAnHour(fake);

    expect(fake.done.filter((call) => call.startsWith('dead'))).toEqual([]);
    expect(idsIn(fake)).toContain('d1');
  });

  test('is read as a whole once an hour, and else only where it is tried', async () => {
    const ids = Array.from({ length: 300 }, (_, n) => `${String.fromCodePoint(97 + n)}1`);
    const fake = aBacklog(ids, { answer: 503 });
    const { backlog } = fake.drainer();
    let rows = 0;
    const after: typeof backlog.after = async (...page) => {
      const read = await backlog.after(...page);
      rows += read.length;
      return read;
    };

    await drainForAnHour(fake, { backlog: { ...backlog, after } });

    expect(rows).toBe(300 + 60 * 20);
  });
});

describe('a group that keeps failing', () => {
  test('holds up no other where the backlog is too full to say when it is tried again', async () => {
    const fake = aBacklog(['a1', 'b1', 'b2', 'c1'], { answers: { b1: [500] } });
    fake.rows.isFull = true;
    await drain(fake);

    expect(idsIn(fake)).toEqual(['b1', 'b2']);
    expect(fake.counts).toMatchObject({ DeliverySucceeded: 2, RowGivenUp: expect.any(Number) });
    expect(fake.counts).not.toHaveProperty('DrainInterrupted');
  });

  test('keeps its own rows only, and waits ever longer', async () => {
    const answers = { b1: [500] } as const;
    const fake = await drain(aBacklog(['a1', 'b1', 'b2', 'c1', 'd1'], { answers }));

    expect(fake.done).not.toContain('post b2');
    expect(idsIn(fake)).toEqual(['b1', 'b2']);
    const [head] = fake.rows.backlog.values();
    expect(head?.tries).toBeGreaterThan(1);
    expect(fake.rows.state).toMatchObject(OPEN);
  });

  test('has three days from when its subscriber was resumed', async () => {
    const fake = aBacklog(['a1', 'b2'], { answers: { b1: [500] } });
    putAside(fake, 'b1', NOW - GIVE_UP_MS);
    fake.rows.subscriber = { ...fake.rows.subscriber, updatedAt: NOW - 60_000 };

    await drain(fake);

    expect(fake.done.filter((call) => call.includes('dead-letter'))).toEqual([]);
    expect(idsIn(fake).toSorted()).toEqual(['b1', 'b2']);
  });

  test('gives up its head after three days, and goes on behind it', async () => {
    const fake = aBacklog(['a1', 'b2'], { answers: { b1: [500] } });
    putAside(fake, 'b1', NOW - GIVE_UP_MS);

    await drain(fake);

    expect(fake.done.filter((call) => call.includes('b'))).toEqual([
      'post b1',
      expect.stringMatching(/^dead-letter delivery\.b#0+1 undeliverable http-500 no$/),
      'post b2',
    ]);
    expect(idsIn(fake)).toEqual([]);
  });

  test('of which a page is full is passed over', async () => {
    const ids = Array.from({ length: 250 }, (_, n) => `a${n + 1}`);
    const fake = await drain(aBacklog([...ids, 'b1', 'c1'], { answers: { a1: [500] } }), {}, 0.1);

    expect(fake.done).toContain('post b1');
    expect(fake.done).not.toContain('post a2');
    expect(idsIn(fake)).toHaveLength(250);
  });
});

describe('a delivery out of the backlog', () => {
  test('that can never be made is dead-lettered, and its group goes on', async () => {
    const fake = aBacklog(['a2'], { subscriber: { format: 'provider' } });
    const { payload: _, payloadKey: __, ...event } = deliveryOf('a1').event;
    const parked = { ...deliveryOf('a1'), event: { ...event, payloadKey: 'payloads/a1.json' } };
    putAside(fake, 'a1');
    const key = 'delivery.a#00000000000000000001';
    const row = fake.rows.backlog.get(key);
    if (row !== undefined) fake.rows.backlog.set(key, { ...row, delivery: parked });

    await drain(fake);

    expect(fake.done).toEqual([
      expect.stringMatching(/^dead-letter delivery\.a#0+1 undeliverable payload-gone$/),
      'post a2',
    ]);
  });

  test('is kept until its dead letter is confirmed', async () => {
    const onCall = (name: string) => {
      if (name === 'dead-letter') throw new Error('queue down');
    };
    const fake = aBacklog(['a2'], { answer: 500, onCall });
    putAside(fake, 'a1', NOW - GIVE_UP_MS);

    await drain(fake);

    expect(idsIn(fake).toSorted()).toEqual(['a1', 'a2']);
    expect(fake.done).toEqual(['post a1']);
  });

  test('to an endpoint that is gone disables its subscriber, and is kept', async () => {
    const fake = await drain(aBacklog(['a1', 'b1'], { answer: 410 }));

    expect(fake.rows.subscriber.disabledBecause).toBe('gone');
    expect(idsIn(fake)).toEqual(['a1', 'b1']);
    expect(fake.counts).toMatchObject({ SubscriberGone: 1 });
  });

  test('waits where the limits let nothing out', async () => {
    const fake = aBacklog(['a1'], { subscriber: { ratePerSecond: 1 } });

    await drain(fake, { acquire: async () => undefined });

    expect(fake.done).toEqual([]);
    expect(idsIn(fake)).toEqual(['a1']);
  });

  test('goes out no more at once than the limits allow', async () => {
    const atOnce = { now: 0, most: 0 };
    const fake = aBacklog(['a1', 'b1', 'c1', 'd1'], { subscriber: { concurrency: 2 } });
    const { post } = fake.drainer();
    const slow: typeof post = async (url, request) => {
      atOnce.now += 1;
      atOnce.most = Math.max(atOnce.most, atOnce.now);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce.now -= 1;
      return post(url, request);
    };

    await drain(fake, { post: slow });

    expect(atOnce.most).toBe(2);
    expect(idsIn(fake)).toEqual([]);
  });
});

describe('a drainer that fails', () => {
  test('is told of, and the next goes on in order', async () => {
    const failed = { once: false };
    const fake = aBacklog(['a1', 'a2', 'b1'], {
      onCall: (name) => {
        if (name !== 'backlog' || fake.done.length === 0 || failed.once) return;
        failed.once = true;
        throw Object.assign(new Error('the content'), { name: 'ThrottlingException' });
      },
    });

    await drain(fake);

    expect(fake.counts).toMatchObject({ DrainInterrupted: 1 });
    expect(fake.lines).toEqual([
      {
        message: 'Backlog not drained, the next drainer goes on',
        fields: { subscriberId: fake.rows.subscriber.id, fault: 'ThrottlingException' },
      },
    ]);
    await drain(fake);
    expect(idsIn(fake)).toEqual([]);
    const posts = fake.done.filter((call) => call.startsWith('post a'));
    expect(posts.lastIndexOf('post a1')).toBeLessThan(posts.indexOf('post a2'));
  });

  test('to give its lease back costs the next one a while, and nothing else', async () => {
    const fake = aBacklog(['a1']);
    const { state } = fake.drainer();
    const release = () => Promise.reject(new Error('away'));

    await drain(fake, { state: { ...state, release } });

    expect(fake.counts).toEqual({ BreakerOpen: 1, DeliverySucceeded: 1 });
  });

  test('of which a text is thrown is told of, too', async () => {
    const fake = await drain(aBacklog(['a1']), { view: () => Promise.reject('the content') });

    expect(fake.lines[0]).toMatchObject({ fields: { fault: 'unknown' } });
  });
});
