import { expect, test } from 'vitest';
import { flooded, oneByOne } from '../../bench/sending-phases.ts';
import type { SendingSite } from '../../bench/sending-site.ts';

/** A site whose provider takes each answer 7 ms after it was accepted. */
function aSite(): SendingSite {
  const tookAt = new Map<number, number>();
  const campaign: number[] = [];
  return {
    send: async (_, n) => {
      const at = Date.now();
      tookAt.set(n, at + 7);
      return at;
    },
    flood: async (_, { count }) => {
      const at = Date.now() + 3100;
      campaign.push(...Array.from({ length: count }, (_, n) => at + n));
    },
    ledger: async () => ({
      ...{ repeated: 0, busiestSecond: () => 81 },
      tookAt: (n) => tookAt.get(n),
      times: () => campaign,
    }),
  };
}

test.concurrent('answers are timed from when they were accepted', async () => {
  expect(await oneByOne(aSite(), 'a', { first: 0, count: 2 }, 1)).toEqual([7, 7]);
}, 20_000);

test.concurrent('a flood is counted while answers go beside it, and on the next channel', async () => {
  const ended = await flooded(aSite(), {
    channels: { full: 'a', next: 'b' },
    ...{ campaign: { first: 100, count: 90 }, wakes: 1 },
    ...{ answers: { first: 0, count: 3 }, gapMs: 1 },
  });

  expect(ended).toMatchObject({
    ...{ busiestSecond: 81, repeated: 0 },
    ...{ besideMs: [7, 7, 7], nextChannelMs: [7, 7, 7] },
  });
  expect(ended.perSecond).toBeGreaterThan(20);
  expect(ended.perSecond).toBeLessThan(31);
}, 20_000);
