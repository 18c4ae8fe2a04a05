import { expect, test } from 'vitest';
import { hasBegun, type Retry } from '../../lambda/campaigns/campaign.ts';
import { aCampaign } from '../support/a-campaign.ts';

const step = { template: 'more', language: 'es_MX', delayMs: 1, condition: 'read' } as const;
const found = { now: 1, later: 1 };

function begun(stepsBegun: number, retry?: Partial<Retry>) {
  const whole = { number: 1, name: 'r', withUncertain: false, at: 1, by: 'a', ...retry };
  const campaign = aCampaign({ steps: [step, step], stepsBegun, ...(retry && { retry: whole }) });
  return [0, 1, 2, 3, 4, 5, 6, 7].filter((round) => hasBegun(campaign, { round }));
}

test.each([
  ['the first alone, of one that has just started', begun(0), [0]],
  ['those of its steps so far', begun(1), [0, 1]],
  ['none of failures that are still looked for', begun(2, {}), [0, 1, 2]],
  ['none of failures that could not be looked for', begun(2, { because: 'x' }), [0, 1, 2]],
  ['both of failures that were found', begun(2, { found }), [0, 1, 2, 3, 4]],
  ['those of an earlier retry', begun(2, { number: 2 }), [0, 1, 2, 3, 4]],
])('the rounds of a campaign that have begun are %s', (_, rounds, expected) => {
  expect(rounds).toEqual(expected);
});

test('a cursor that names no round is of the first', () => {
  expect(hasBegun(aCampaign(), {})).toBe(true);
});
