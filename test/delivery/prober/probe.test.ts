import { describe, expect, test } from 'vitest';
import { probe } from '../../../lambda/delivery/prober/probe.ts';
import { testDelivery } from '../../../lambda/delivery/test-event.ts';
import { deliveryOf, NOW } from '../../support/fake-delivering.ts';
import { fakeProber, MINUTE } from './fake-deps.ts';

const { signal } = new AbortController();
const A = { id: 'sub_a' };

/** One that is down, with these deliveries, a second apart. */
function aDeadOne(options: Parameters<typeof fakeProber>[1], ...ids: readonly string[]) {
  const fake = fakeProber([A], { answer: 500, ...options });
  const rows = fake.rows(A.id);
  rows.state = { ...rows.state, failures: { N: '10' }, downSince: { N: String(NOW) } };
  for (const id of ids) {
    fake.send({ ...deliveryOf(id), subscriberId: A.id });
    fake.clock.now += 1000;
  }
  return { ...fake, probe: () => probe(A, signal, fake.deps()) };
}

describe('a probe', () => {
  test('of an empty queue says nothing', async () => {
    const fake = aDeadOne({});

    expect(await fake.probe()).toBe(false);
    expect(fake.done).toEqual([]);
  });

  test('is one try, of the oldest that the queue gives, and leaves all others free', async () => {
    const fake = aDeadOne({}, 'a1', 'b1', 'c1');

    expect(await fake.probe()).toBe(false);

    expect(fake.done).toEqual(['post a1']);
    expect(fake.former.counts(fake.clock.now).inFlight).toBe(0);
    expect(fake.queues.made.get(A.id)?.queue.counts(fake.clock.now)).toEqual({
      ...{ visible: 3, inFlight: 0 },
    });
  });

  test('that fails is no try of its delivery, however often it is made', async () => {
    const fake = aDeadOne({}, 'a1');
    for (let minute = 0; minute < 5; minute += 1) {
      await fake.probe();
      fake.clock.now += MINUTE;
    }

    expect(fake.done).toHaveLength(5);
    const [failed] = fake.rows(A.id).failed.values();
    expect(failed).toMatchObject({ tries: 0, eventId: 'a1' });
  });

  test('that is answered ends the outage, and its delivery', async () => {
    const fake = aDeadOne({ answer: 200 }, 'a1', 'b1');

    expect(await fake.probe()).toBe(true);
    expect(fake.held(A.id)).toEqual(['b1']);
    expect(fake.rows(A.id).state['downSince']).toBeUndefined();
  });

  test('that is refused ends the outage, and its event waits for its turn', async () => {
    const fake = aDeadOne({ answer: 400 }, 'a1', 'b1');

    expect(await fake.probe()).toBe(true);

    const { queue } = fake.queues.made.get(A.id) ?? {};
    expect(queue?.counts(fake.clock.now)).toEqual({ visible: 1, inFlight: 1 });
    expect(queue?.counts(fake.clock.now + 10_000)).toEqual({ visible: 2, inFlight: 0 });
  });

  test('passes over what nobody wants any more', async () => {
    const fake = aDeadOne({ answers: { b1: [200] } }, 'a1', 'b1');
    fake.rows(A.id).dropped.set('a1', NOW);
    fake.clock.now += 11 * MINUTE;

    expect(await fake.probe()).toBe(true);
    expect(fake.done).toEqual(['post b1']);
    expect(fake.counts).toMatchObject({ DeliveryDropped: 1 });
  });

  test('gives up what is three days old, and that was its try', async () => {
    const fake = aDeadOne({}, 'a1', 'b1');
    await fake.probe();
    fake.clock.now += 3 * 24 * 60 * MINUTE;

    expect(await fake.probe()).toBe(false);

    expect(fake.done.slice(1)).toEqual([
      'post a1',
      expect.stringMatching(/^dead-letter \S+ undeliverable http-500 no$/),
    ]);
    expect(fake.held(A.id)).toEqual(['b1']);
  });

  test('by a test event is one, whatever is answered', async () => {
    const fake = aDeadOne({});
    fake.send(testDelivery(A.id, 'test', NOW));

    expect(await fake.probe()).toBe(false);
    expect(fake.done).toHaveLength(1);
    expect(fake.held(A.id)).toEqual([]);
  });

  test('is not begun where there is no time for it', async () => {
    const fake = aDeadOne({}, 'a1');

    expect(await probe(A, signal, { ...fake.deps(), hasTime: () => false })).toBe(false);
    expect(fake.done).toEqual([]);
  });

  test('hears of what is wrong with Floodgate itself, and the message comes again', async () => {
    const fake = aDeadOne({ answer: new TypeError('a bug') }, 'a1');

    await expect(fake.probe()).rejects.toThrow('a bug');
    expect(fake.queues.made.get(A.id)?.queue.counts(fake.clock.now + MINUTE).visible).toBe(1);
  });

  test('is known for answered where that could not be noted', async () => {
    const fake = aDeadOne({ answer: 200 }, 'a1');
    const { state, ...deps } = fake.deps();
    const alive = () => Promise.reject(new Error('throttled'));

    expect(await probe(A, signal, { ...deps, state: { ...state, alive } })).toBe(true);
  });
});
