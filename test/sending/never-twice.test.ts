import { describe, expect, test } from 'vitest';
import { IS_WHOLE } from '../faults/runs.ts';
import { type Faults, NO_FAULTS, simulateSending } from './simulated-sending.ts';

const RUNS = IS_WHOLE ? 2000 : 40;

const ALL: Faults = {
  ...{ crash: 0.35, tableRefuses: 0.02, tableAnswerLost: 0.02, answerLost: 0.15, refused: 0.3 },
  ...{ wakeDoubled: 0.2, statusLost: 0 },
};

const ENDS = new Set(['sent', 'failed', 'uncertain', 'expired']);

async function check(seed: number, faults: Faults): Promise<readonly string[]> {
  const { ends, waiting } = await simulateSending(seed, faults);
  const wrong = ends.filter(
    ({ accepted, state, hasMarkCome }) =>
      accepted.length > 1 ||
      !ENDS.has(state) ||
      (state === 'sent') !== (accepted.length === 1 && state !== 'uncertain') ||
      (state === 'uncertain' && hasMarkCome),
  );
  expect({ seed, wrong, waiting }).toEqual({ seed, wrong: [], waiting: 0 });
  return ends.map(({ state }) => state);
}

describe('whatever goes wrong', () => {
  test(`nobody gets a message twice, and each comes to a known end, in ${RUNS} schedules`, async () => {
    const states = new Map<string, number>();
    for (let seed = 1; seed <= RUNS; seed += 1) {
      for (const state of await check(seed, ALL)) states.set(state, (states.get(state) ?? 0) + 1);
    }

    // The schedules meet what they are for.
    for (const state of ['sent', 'failed', 'uncertain', 'expired']) {
      expect(states.get(state) ?? 0).toBeGreaterThan(0);
    }
  }, 600_000);

  test('a message is uncertain only where an answer was lost, or a function was killed', async () => {
    const faults = { ...ALL, answerLost: 0, crash: 0, tableRefuses: 0, tableAnswerLost: 0 };
    for (let seed = 1; seed <= RUNS / 10; seed += 1) {
      expect(await check(seed, faults)).not.toContain('uncertain');
    }
  }, 300_000);

  test('without any fault each message goes out once', async () => {
    const { ends } = await simulateSending(1, NO_FAULTS);

    expect(ends.map(({ accepted, state }) => [accepted.length, state])).toEqual(
      ends.map(() => [1, 'sent']),
    );
  });
});
