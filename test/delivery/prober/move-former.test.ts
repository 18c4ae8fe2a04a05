import { describe, expect, test } from 'vitest';
import { type Delivery, readDelivery, writeDelivery } from '../../../lambda/delivery/delivery.ts';
import { lookAfterAll } from '../../../lambda/delivery/prober/look-after.ts';
import { deliveryOf } from '../../support/fake-delivering.ts';
import { fakeProber, MINUTE, put } from './fake-deps.ts';

const { signal } = new AbortController();
const A = { id: 'sub_a' };
const B = { id: 'sub_b' };

/** Subscribers of the release before: rows without a mapping, and neither queue nor mapping. */
function ofFormer(...subscribers: Parameters<typeof fakeProber>[0]) {
  const fake = fakeProber(subscribers);
  for (const { id } of subscribers) fake.rows(id).state = {};
  fake.queues.made.clear();
  fake.mappings.made.clear();
  const former = (...deliveries: readonly Delivery[]) => {
    for (const delivery of deliveries) put(fake.former, delivery, true, fake.clock.now);
  };
  const aside = (key: string, delivery: Delivery, body = writeDelivery(delivery)) => {
    const { subscriberId } = delivery;
    fake.aside.push({ key, subscriberId, body, reading: readDelivery(body) });
  };
  const run = () => lookAfterAll(signal, fake.deps());
  const isMapped = (id: string) => fake.rows(id).state['mappingId'] !== undefined;
  return { ...fake, putInFormer: former, putAside: aside, run, isMapped };
}

const to = (id: string, event: string) => ({ ...deliveryOf(event), subscriberId: id });

describe('what the release before left', () => {
  test('goes into the queues of its subscribers: first what was put aside, then the queue of all', async () => {
    const fake = ofFormer(A, B);
    fake.putInFormer(to(A.id, 'a3'), to(B.id, 'b1'), to(A.id, 'a4'));
    fake.putAside('a#1', to(A.id, 'a1'));
    fake.putAside('a#2', to(A.id, 'a2'));

    await fake.run();

    expect(fake.held(A.id)).toEqual(['a1', 'a2', 'a3', 'a4']);
    expect(fake.held(B.id)).toEqual(['b1']);
    expect(fake.aside).toEqual([]);
    expect(fake.former.counts(fake.clock.now)).toEqual({ visible: 0, inFlight: 0 });
  });

  test('is moved over runs, as far as there is time', async () => {
    const fake = ofFormer(A);
    for (let n = 10; n < 40; n += 1) fake.putAside(`a#${n}`, to(A.id, `a${n}`));
    await lookAfterAll(signal, { ...fake.deps(), hasTime: () => false });
    expect(fake.aside).toHaveLength(30);

    await fake.run();
    expect(fake.aside).toEqual([]);
  });

  test('is there before its queue is read, however many runs that takes', async () => {
    const fake = ofFormer(A, B);
    for (let n = 100; n < 900; n += 1) fake.putAside(`a#${n}`, to(A.id, `a${n}`));
    const runFor = (pages: number) => {
      let left = pages;
      const hasTime = () => {
        left -= 1;
        return left >= 0;
      };
      return lookAfterAll(signal, { ...fake.deps(), hasTime });
    };
    for (let run = 0; run < 3; run += 1) {
      await runFor(2);
      fake.clock.now += 3 * MINUTE;
      expect(fake.isMapped(A.id)).toBe(false);
    }
    expect(fake.isMapped(B.id)).toBe(true);

    await fake.run();
    expect(fake.aside).toEqual([]);
    expect(fake.isMapped(A.id)).toBe(true);
  });

  test('in a row that nobody can read is a dead letter, and holds up nobody', async () => {
    const fake = ofFormer(A, B);
    fake.putAside('a#1', to(A.id, 'a1'), '{"v":1}');
    fake.putAside('a#2', to(A.id, 'a2'));
    await fake.run();
    fake.clock.now += 3 * MINUTE;
    await fake.run();

    expect(fake.done).toEqual(['dead-letter a#1 malformed']);
    expect(fake.held(A.id)).toEqual(['a2']);
    expect([A, B].map(({ id }) => fake.isMapped(id))).toEqual([true, true]);
  });

  test('of one whose queue cannot be made holds up nobody else', async () => {
    const fake = ofFormer(A, B);
    const { queues, ...deps } = fake.deps();
    const create: typeof queues.create = (id, given) =>
      id === A.id ? Promise.reject(new Error('away')) : queues.create(id, given);
    const run = () => lookAfterAll(signal, { ...deps, queues: { ...queues, create } });
    await run();
    fake.clock.now += 3 * MINUTE;
    await run();

    expect([A, B].map(({ id }) => fake.isMapped(id))).toEqual([false, true]);
    expect(fake.counts.ProbeInterrupted).toBeGreaterThan(0);
  });

  test('of a subscriber that is no more is dropped', async () => {
    const fake = ofFormer(A);
    fake.putInFormer(to('sub_gone', 'a1'), to(A.id, 'a2'));

    await fake.run();

    expect(fake.held(A.id)).toEqual(['a2']);
    expect(fake.former.counts(fake.clock.now).visible).toBe(0);
  });

  test('and cannot be read is a dead letter, and those behind it go on', async () => {
    const fake = ofFormer(A);
    const message = { groupId: 'x', deduplicationId: 'x', body: '{"v":1}' };
    fake.former.send(message, fake.clock.now);
    fake.putInFormer(to(A.id, 'a1'));

    await fake.run();

    expect(fake.done).toEqual([expect.stringMatching(/^dead-letter \S+ malformed$/)]);
    expect(fake.counts.DeliveryDeadLettered).toBe(1);
    expect(fake.held(A.id)).toEqual(['a1']);
  });

  test('side by side, where the subscriber wants that, stays so', async () => {
    const fake = ofFormer({ ...A, isOrdered: false });
    fake.putInFormer(to(A.id, 'a1'), to(A.id, 'a2'));

    await fake.run();

    const groups = fake.queues.made.get(A.id)?.queue.receive(10, fake.clock.now);
    expect(new Set(groups?.map(({ groupId }) => groupId)).size).toBe(2);
  });
});

test('a delivery of a newer version waits in the former queue for who can read it', async () => {
  const fake = ofFormer(A);
  const newer = { groupId: 'x', deduplicationId: 'x', body: '{"v":4}' };
  fake.former.send(newer, fake.clock.now);

  await fake.run();

  expect(fake.done).toEqual([]);
  expect(fake.former.counts(fake.clock.now).inFlight).toBe(1);
});

describe('a subscriber of the release before', () => {
  test('is mapped once the queue of all has been empty for two minutes', async () => {
    const fake = ofFormer(A);
    await fake.run();
    fake.clock.now += 2 * MINUTE - 1;
    await fake.run();
    expect(fake.isMapped(A.id)).toBe(false);

    fake.clock.now += 1;
    await fake.run();

    expect(fake.isMapped(A.id)).toBe(true);
    expect(fake.mappings.asked).toEqual(['create sub_a on']);
  });

  test('waits for what the queue of all still hides, for a quarter of an hour', async () => {
    const fake = ofFormer(A);
    fake.putInFormer(to(A.id, 'a1'), to(A.id, 'a2'));
    // Its next try is hours away.
    fake.former.receive(1, fake.clock.now, 6 * 3600);
    await fake.run();
    fake.clock.now += 15 * MINUTE - 1;
    await fake.run();
    expect(fake.isMapped(A.id)).toBe(false);

    fake.clock.now += 1;
    await fake.run();
    expect(fake.isMapped(A.id)).toBe(true);
    expect(fake.held(A.id)).toEqual([]);

    fake.clock.now += 6 * 60 * MINUTE;
    await fake.run();
    expect(fake.held(A.id)).toEqual(['a1', 'a2']);
  });

  test('that is paused is mapped too, switched off: who hands on waits for all', async () => {
    const fake = ofFormer({ ...A, isPaused: true });
    await fake.run();
    fake.clock.now += 2 * MINUTE;
    await fake.run();

    expect(fake.mappings.asked).toEqual(['create sub_a off']);
    expect(fake.isMapped(A.id)).toBe(true);
  });

  test('that this release cannot read is mapped too, and stops nobody', async () => {
    const fake = ofFormer(A, B);
    fake.rows(A.id).isReadable = false;
    fake.putInFormer(to(A.id, 'a1'));
    await fake.run();
    fake.clock.now += 2 * MINUTE;
    await fake.run();

    expect(fake.isMapped(A.id)).toBe(true);
    expect(fake.isMapped(B.id)).toBe(true);
    expect(fake.held(A.id)).toEqual(['a1']);
  });

  test('of whom something fails is told, and tried again; those that are mapped are looked after', async () => {
    const fake = ofFormer(A, { ...B, isPaused: true });
    fake.rows(B.id).state = { mappingId: { S: B.id } };
    await fake.queues.create(B.id);
    fake.mappings.add(B.id, B.id);
    const create = async () => {
      throw Object.assign(new Error(), { name: 'AccessDenied' });
    };
    const queues = { ...fake.queues, create };
    await lookAfterAll(signal, { ...fake.deps(), queues });

    expect(fake.mappings.asked).toEqual(['off sub_b 10']);
    expect(fake.counts).toMatchObject({ ProbeInterrupted: 1, EndpointDown: 0 });
    expect(fake.lines).toEqual([
      {
        message: 'Subscriber not looked after, the next run goes on',
        fields: { subscriberId: A.id, fault: 'AccessDenied' },
      },
    ]);
    await fake.run();
    expect(fake.queues.made.has(A.id)).toBe(true);
  });
});

test('nothing is asked of the former queue’s messages where there are none', async () => {
  const fake = fakeProber([A]);
  const { former, ...deps } = fake.deps();
  const receive = () => Promise.reject(new Error('not asked for'));

  await lookAfterAll(signal, { ...deps, former: { ...former, receive } });
});
