import { describe, expect, test } from 'vitest';
import { simulatePace } from '../../bench/lane-pace.ts';

describe('the pace of a channel, simulated', () => {
  test('adds up all of its lanes, and is near what the provider allows', async () => {
    const { share, above } = await simulatePace(200, [0.2, 0.4], 1);

    expect(share).toBeGreaterThan(0.92);
    expect(share).toBeLessThanOrEqual(0.95);
    expect(above).toBe(0);
  });

  test('is slower the later timers are, and never above the limit', async () => {
    const { share, above } = await simulatePace(80, [30, 60], 1);

    expect(share).toBeLessThan(0.5);
    expect(above).toBe(0);
  });
});
