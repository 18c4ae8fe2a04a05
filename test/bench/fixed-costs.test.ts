import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  accessLogDollars,
  fixedParts,
  laneParts,
  subscriberParts,
  total,
} from '../../bench/cost-model.ts';
import { fixedInput } from '../../bench/cost-tables.ts';
import { type Deployed, readDeployed } from '../../bench/deployed.ts';
import { METRICS } from '../../lambda/metric-names.ts';

let deployed: Deployed;

beforeAll(async () => {
  deployed = await readDeployed();
}, 120_000);

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('what is due whatever comes', () => {
  test('is computed from what is deployed', () => {
    expect(fixedInput(deployed)).toMatchObject({
      ...{ metrics: METRICS.length, dashboards: 1, keys: 1, secrets: 3, queues: 4 },
      schedule: { minutes: 1, memoryMegabytes: 512 },
      ticker: { minutes: 1, memoryMegabytes: 256 },
    });
  });

  test('is what the README says, rounded up to a dollar', () => {
    const dollars = Math.ceil(total(fixedParts(fixedInput(deployed))));
    expect(read('README.md')).toContain(`at most $${dollars} a month`);
  });

  test('is what the table of the benchmarks says, part by part', () => {
    const table = read('docs/benchmarks.md');
    const parts = fixedParts(fixedInput(deployed));
    for (const [name, dollars] of Object.entries({
      ...parts,
      'all of these, at most': total(parts),
    })) {
      expect(table).toContain(`| ${name} | ${dollars.toFixed(2)} |`);
    }
    const each = total(subscriberParts(fixedInput(deployed).schedule)).toFixed(2);
    expect(table).toContain(`Each subscriber costs $${each} a month more`);
    expect(read('README.md')).toContain(`$${each} a month for each subscriber`);
    const lane = total(laneParts(fixedInput(deployed).ticker)).toFixed(2);
    expect(table).toContain(`each lane of a channel costs $${lane}`);
    const accessLog = accessLogDollars(deployed.accessLogBytes).toFixed(2);
    expect(table).toContain(`$${accessLog} a million requests`);
    expect(read('README.md')).toContain(`$${accessLog} a million`);
  });
});

test('what costs an invocation of the router is read from its mapping: no link, and no claim', () => {
  const inserted = (row: Record<string, { S: string }>) =>
    ({ eventName: 'INSERT', dynamodb: { NewImage: row } }) as const;
  const key = { pk: { S: 'a' }, sk: { S: 'message.a' } };

  expect(deployed.isHandedOn(inserted({ ...key, provider: { S: 'meta' } }))).toBe(true);
  expect(deployed.isHandedOn(inserted({ ...key, claimId: { S: 'message.a' } }))).toBe(false);
  expect(deployed.isHandedOn(inserted({ ...key, from: { S: '521' } }))).toBe(false);
});
