import { expect, test } from 'vitest';
import { aPipeline } from '../support/pipeline.ts';
import { runTriggered } from './triggered-campaign.ts';

test('software puts people into a campaign, each of whom gets each message once, until they are taken out', async () => {
  const pipeline = await aPipeline();

  const { ledger, exported } = await runTriggered(pipeline);

  expect(ledger).toMatchObject({ repeated: [] });
  expect(exported.map(({ step, template }) => [step, template]).toSorted()).toEqual([
    [0, 'plain_offer'],
    [0, 'plain_offer'],
    [1, 'paced_offer'],
  ]);
  expect(pipeline.stack.rights.refused).toEqual([]);
}, 240_000);
