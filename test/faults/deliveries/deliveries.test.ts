import { describe, expect, test } from 'vitest';
import { deliverySchedule } from './delivery-schedule.ts';
import { simulateDeliveries } from './simulate-deliveries.ts';

const SEEDS = Array.from({ length: 10 }, (_, seed) => seed);

describe('deliveries to an endpoint that comes and goes', { timeout: 240_000 }, () => {
  test.for(SEEDS)('arrive once each and in order, in schedule %i', async (seed) => {
    const { violation, doubles, deadLetters } = await simulateDeliveries(deliverySchedule(seed, 0));

    expect({ violation, doubles, deadLetters }).toEqual({
      violation: undefined,
      doubles: 0,
      deadLetters: 0,
    });
  });

  test.for(SEEDS)(
    'are not lost and in order where any call may fail or kill, in schedule %i',
    async (seed) => {
      const { violation, deadLetters } = await simulateDeliveries(deliverySchedule(seed, 0.02));

      expect({ violation, deadLetters }).toEqual({ violation: undefined, deadLetters: 0 });
    },
  );
});
