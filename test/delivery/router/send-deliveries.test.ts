import { describe, expect, test } from 'vitest';
import { deliveryGroup } from '../../../lambda/delivery/delivery.ts';
import { sendDeliveries } from '../../../lambda/delivery/router/send-deliveries.ts';
import { aSubscriber } from '../../support/subscribers.ts';
import { aRoutedEvent, fakeDeps, NO_QUEUE, NOW } from './fake-deps.ts';

const { signal } = new AbortController();
const subscribers = ['sub_a', 'sub_b'].map((id) => aSubscriber({ id }));

/** A delivery of each of these to each subscriber. */
function planned(...wamids: readonly string[]) {
  return wamids.flatMap((wamid, index) =>
    subscribers.map(({ id: subscriberId }) => {
      const event = aRoutedEvent('ana', wamid);
      const delivery = { subscriberId, routedAt: NOW, event };
      return { delivery, group: deliveryGroup(delivery, true), index };
    }),
  );
}

const toldOf = (all: readonly ReturnType<typeof planned>[number][]) =>
  all.map(({ delivery: { subscriberId, event } }) => `${subscriberId} ${event.wamid}`).toSorted();

const takenBy = ({ taken }: ReturnType<typeof fakeDeps>) =>
  toldOf(taken.map((message) => message.planned));

const named = (name: string) => Object.assign(new Error(name), { name });
const isA = (id: string) => id === 'sub_a';

describe('one queue that fails', () => {
  test('holds up no other, and what it did not take is told with the fault', async () => {
    const fault = named('TimeoutError');
    const fake = fakeDeps(subscribers, { failing: (id) => (isA(id) ? fault : undefined) });

    const { unsent, faults } = await sendDeliveries(planned('w1', 'w2'), signal, fake.deps);

    expect(takenBy(fake)).toEqual(['sub_b w1', 'sub_b w2']);
    expect(toldOf(unsent)).toEqual(['sub_a w1', 'sub_a w2']);
    expect(faults).toEqual([fault]);
    expect(fake.deadLetters).toEqual([]);
  });

  test('gets nothing of a group behind what it refused', async () => {
    const refuses = ({ planned: { delivery } }: (typeof fake.taken)[number]) =>
      isA(delivery.subscriberId) && delivery.event.wamid === 'w2';
    const fake: ReturnType<typeof fakeDeps> = fakeDeps(subscribers, { refuses });

    const { unsent } = await sendDeliveries(planned('w1', 'w2', 'w3'), signal, fake.deps);

    expect(toldOf(unsent)).toEqual(['sub_a w2', 'sub_a w3']);
    expect(takenBy(fake)).toEqual(['sub_a w1', 'sub_b w1', 'sub_b w2', 'sub_b w3']);
  });
});

describe('a queue that is not there', () => {
  const failing = (id: string) => (isA(id) ? NO_QUEUE : undefined);

  test('of a subscriber that was removed drops what was for it', async () => {
    const isThere = async () => false;
    const fake = fakeDeps(subscribers, { failing, isThere });

    const outcome = await sendDeliveries(planned('w1', 'w2'), signal, fake.deps);

    expect(outcome).toEqual({ unsent: [], faults: [] });
    expect(takenBy(fake)).toEqual(['sub_b w1', 'sub_b w2']);
    expect(fake.counts).toEqual({ DeliveryDropped: 2 });
    expect(fake.deadLetters).toEqual([]);
  });

  test('of one that is there makes dead letters, in order, and holds up nobody', async () => {
    const fake = fakeDeps(subscribers, { failing });

    const outcome = await sendDeliveries(planned('w1', 'w2'), signal, fake.deps);

    expect(outcome).toEqual({ unsent: [], faults: [] });
    expect(fake.deadLetters).toEqual([
      'w1 undeliverable queue-missing',
      'w2 undeliverable queue-missing',
    ]);
    expect(fake.counts).toEqual({ DeliveryDeadLettered: 2 });
    expect(fake.lines).toEqual([
      {
        message: 'Deliveries dead-lettered',
        fields: { subscriberId: 'sub_a', fault: 'queue-missing', deliveries: 2 },
      },
    ]);
  });

  test('is one to send to again where the dead letters are not confirmed', async () => {
    const fault = named('TimeoutError');
    const fake = fakeDeps(subscribers, { failing, deadLetter: () => Promise.reject(fault) });

    const { unsent, faults } = await sendDeliveries(planned('w1'), signal, fake.deps);

    expect(toldOf(unsent)).toEqual(['sub_a w1']);
    expect(faults).toEqual([fault]);
    expect(fake.counts).toEqual({});
  });

  test('is one to send to again where nobody can say whether its subscriber is there', async () => {
    const fault = named('ThrottlingException');
    const fake = fakeDeps(subscribers, { failing, isThere: () => Promise.reject(fault) });

    const { unsent, faults } = await sendDeliveries(planned('w1'), signal, fake.deps);

    expect(toldOf(unsent)).toEqual(['sub_a w1']);
    expect(faults).toEqual([fault]);
  });
});
