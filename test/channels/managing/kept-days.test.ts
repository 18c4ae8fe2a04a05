import { App } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import {
  type KeptDays,
  keptDaysFault,
  readKeptDays,
} from '../../../lambda/channels/managing/kept-days.ts';
import { keptDays } from '../../../lib/shared/retention.ts';
import { loadStage } from '../../../lib/stage.ts';
import { aChannel } from '../../support/channels.ts';

function stageOf(settings: object) {
  return loadStage(new App({ context: { stage: 'development', ...settings } }).node);
}

const kept: KeptDays = readKeptDays(
  JSON.stringify(
    keptDays(
      stageOf({
        retentionDays: 20,
        channelRetentionDays: { shop: 365, brief: 8, long: 40 },
        media: { channels: { brief: { tenant: 'acme' }, long: { tenant: 'brand' } } },
      }),
    ),
  ),
);

/** Files of `acme` are kept as long as rows for 8 days, those of `brand` for 40, all others for 365. */
const fault = (id: string, tenant: string, retentionDays?: number) =>
  keptDaysFault(
    aChannel({ id, tenant, ...(retentionDays !== undefined && { retentionDays }) }),
    kept,
  );

describe('a channel whose rows would outlive', () => {
  test.each([
    ['the files of the tenant in its row', 'new', 'acme', 9, '9 and takes up to 8', 'acme'],
    ['those of another', 'new', 'brand', 41, '41 and takes up to 40', 'brand'],
    ['those of the tenant in the settings', 'brief', 'default', 9, '9 and takes up to 8', 'acme'],
    ['files that it says nothing of', 'new', 'acme', undefined, '20 by the settings and', 'acme'],
    ['its files by the settings', 'shop', 'acme', undefined, '365 by the settings and', 'acme'],
  ])('%s is refused, with both numbers', (_, id, tenant, days, numbers, owner) => {
    expect(fault(id, tenant, days)).toContain(`retentionDays is ${numbers}`);
    expect(fault(id, tenant, days)).toContain(`keeps files of the tenant ${owner}`);
  });

  test('everything of the stage is refused, with both numbers', () => {
    expect(fault('new', 'default', 366)).toContain('is 366 and takes up to 365');
  });
});

test.each([
  ['whose tenant keeps files as long', 'new', 'acme', 8],
  ['of a tenant without a rule of its own', 'new', 'other', 365],
  ['that keeps rows as the settings say', 'brief', 'default', undefined],
  ['without a tenant', 'new', 'default', 365],
])('a channel %s is taken', (_, id, tenant, days) => {
  expect(fault(id, tenant, days)).toBeUndefined();
});
