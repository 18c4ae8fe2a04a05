import { integerBelow, pick, seededRandom } from '../../../local/traffic/random.ts';
import type { DeliverySchedule } from './simulate-deliveries.ts';

const MINUTE = 60_000;

/** Outages, pauses and poison as the seed has them: over a busy quarter of an hour, or three hours. */
export function deliverySchedule(seed: number, faultRate: number): DeliverySchedule {
  const random = seededRandom(seed, 'delivery schedule');
  const lastsMs = pick(random, [15, 15, 180]) * MINUTE;
  const spans = (most: number) =>
    Array.from({ length: integerBelow(random, most + 1) }, () => {
      const from = random() * lastsMs;
      return { from, to: from + random() * pick(random, [2 * MINUTE, lastsMs / 4]) };
    });
  return {
    seed,
    faultRate,
    lastsMs,
    groups: 1 + integerBelow(random, 20),
    eventsPerGroup: 1 + integerBelow(random, 40),
    outages: spans(6),
    pauses: spans(4),
    poisonUntil: random() < 0.3 ? random() * lastsMs : 0,
    ...(random() < 0.3 && { concurrency: 1 + integerBelow(random, 4) }),
  };
}
