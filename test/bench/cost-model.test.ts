import { describe, expect, test } from 'vitest';
import { ASSUMED } from '../../bench/assumed.ts';
import {
  accessLogDollars,
  archiveParts,
  billedMs,
  type CostInput,
  costParts,
  fixedParts,
  keptParts,
  laneParts,
  subscriberParts,
  total,
} from '../../bench/cost-model.ts';
import { PRICES } from '../../bin/floodgate/prices.ts';

const input: CostInput = {
  meanBatch: 1,
  perEvent: {
    messageUnits: 0.25,
    statusUnits: 0.75,
    indexUnits: 0.5,
    linkUnits: 0.05,
    lookUnits: 0.1,
    storedBytes: 1024,
  },
  ingest: { memoryMegabytes: 512, cpuMs: 1, waitMs: 10 },
  processor: { memoryMegabytes: 512, cpuMs: 2, waitMs: 6 },
  sendsPerWebhook: 1,
  logBytesPerBatch: 300,
};

describe('billedMs', () => {
  test('slows CPU by the share of a vCPU that the memory brings, but not the waiting', () => {
    expect(billedMs({ memoryMegabytes: 512, cpuMs: 1, waitMs: 10 })).toBe(14);
  });

  test('gains nothing above one vCPU, as the code runs on one thread', () => {
    const at = (memoryMegabytes: number) => billedMs({ memoryMegabytes, cpuMs: 5, waitMs: 1 });

    expect(at(3538)).toBe(at(ASSUMED.megabytesPerVcpu));
  });

  test('rounds up to whole milliseconds, as Lambda does', () => {
    expect(billedMs({ memoryMegabytes: 1769, cpuMs: 0.1, waitMs: 0 })).toBe(1);
  });
});

describe('costParts', () => {
  test('charges API, ingest and the send for each webhook, whatever the batch', () => {
    const [one, ten] = [costParts(input), costParts({ ...input, meanBatch: 10 })];

    for (const part of [
      'HTTP API requests',
      'ingest: invocations',
      'SQS: SendMessageBatch',
    ] as const)
      expect(ten[part]).toBe(one[part]);
    expect(one['HTTP API requests']).toBeCloseTo(1);
    expect(one['SQS: SendMessageBatch']).toBeCloseTo(0.5);
  });

  test('charges receive, delete, invocation and log lines for each batch', () => {
    const [one, ten] = [costParts(input), costParts({ ...input, meanBatch: 10 })];

    for (const part of [
      'SQS: ReceiveMessage',
      'SQS: DeleteMessageBatch',
      'processor: invocations',
      'processor: GB-seconds',
      'CloudWatch: log bytes',
    ] as const)
      expect(ten[part]).toBeCloseTo(one[part] / 10);
  });

  test('charges each write unit', () => {
    const parts = costParts(input);

    expect(parts['DynamoDB: statuses']).toBeCloseTo(0.75 * 0.625);
    expect(parts['DynamoDB: index entries']).toBeCloseTo(0.5 * 0.625);
    expect(parts['DynamoDB: identity links']).toBeCloseTo(0.05 * 0.625);
  });

  test('charges the time of both functions by their memory', () => {
    const seconds = (1e6 * 14) / 1000;

    expect(costParts(input)['ingest: GB-seconds']).toBeCloseTo(
      seconds * 0.5 * PRICES.lambdaGbSecond.dollars,
    );
  });

  test('adds up to the total', () => {
    expect(total({ one: 1, two: 2 })).toBe(3);
  });
});

test('keptParts charges what a million rows take for a month', () => {
  const kept = keptParts({ ...input, perEvent: { ...input.perEvent, storedBytes: 1024 } });
  const gbMonths = (1e6 * 1024) / 1024 ** 3 / (ASSUMED.daysPerMonth / ASSUMED.retentionDays);
  expect(kept['kept for 30 days: table']).toBeCloseTo(gbMonths * PRICES.tableGbMonth.dollars);
});

describe('archiveParts', () => {
  const archive = {
    monthlyEvents: 10_000_000,
    memoryMegabytes: 512,
    cpuMsPerEvent: 0.05,
    storedBytesPerEvent: 250,
    logBytesPerBatch: 400,
  };

  test('charges an object of each shard for every five minutes, and one more an hour', () => {
    const batches = ASSUMED.streamShards * 12 * 24 * 30;

    expect(archiveParts(archive).parts['S3: PutObject']).toBeCloseTo(
      (batches * (13 / 12) * 5e-6) / 10,
    );
  });

  test('costs less an event the more come', () => {
    const dollars = (monthlyEvents: number) =>
      total(archiveParts({ ...archive, monthlyEvents }).parts);

    expect(dollars(100_000_000)).toBeLessThan(dollars(10_000_000) / 4);
  });

  test('never has more batches than events', () => {
    const { use } = archiveParts({ ...archive, monthlyEvents: 1_000 });

    expect(use.eventsPerBatch).toBe(1);
  });

  test('charges what is kept by the gigabyte', () => {
    const { kept } = archiveParts({ ...archive, storedBytesPerEvent: 1024 ** 3 / 1e6 });

    expect(kept['kept, each month of the first']).toBeCloseTo(PRICES.s3GbMonth.dollars);
  });
});

describe('fixedParts', () => {
  const schedule = { minutes: 1, memoryMegabytes: 512 };
  const some = { metrics: 43, alarmMetrics: 10, secrets: 2, queues: 3, dashboards: 1, keys: 1 };
  const ticker = { minutes: 1, memoryMegabytes: 256 };
  const parts = fixedParts({ ...some, schedule, ticker });

  test('charges idle queues for the polls of a month', () => {
    // Five pollers a queue, three polls a minute each.
    expect(parts['empty receives of idle pollers']).toBeCloseTo(3 * 5 * 3 * 60 * 24 * 30 * 0.5e-6);
    expect(parts.secrets).toBeCloseTo(0.8);
  });

  test('charges each metric, the dashboard, and the key with what its rotations add', () => {
    expect(parts['custom metrics, if each is counted in the month']).toBeCloseTo(12.9);
    expect(parts.dashboard).toBeCloseTo(3);
    expect(parts['KMS key, once it was rotated twice']).toBeCloseTo(3);
  });

  test('charges the prober for each run of its schedule, busy or not', () => {
    const often = parts['prober, every minute'];
    const seldom = fixedParts({ ...some, ticker, schedule: { ...schedule, minutes: 10 } });

    expect(often).toBeGreaterThan(43_200 * PRICES.lambdaRequest.dollars);
    expect(seldom['prober, every minute']).toBeCloseTo(often / 10);
  });

  test('charges the ticker likewise, and each lane for what it asks of it', () => {
    const often = parts['ticker, every minute'];
    const reads = 43_200 * 1.5 * PRICES.readUnit.dollars;

    expect(often).toBeGreaterThan(43_200 * PRICES.lambdaRequest.dollars + reads);
    expect(total(laneParts(ticker))).toBeCloseTo(reads);
  });
});

test('subscriberParts charges each subscriber for the polls of its queue and a look at it a minute', () => {
  const parts = subscriberParts({ minutes: 1, memoryMegabytes: 512 });

  expect(parts['empty receives of its idle pollers']).toBeCloseTo(0.324);
  expect(parts['prober, which asks its queue what waits']).toBeCloseTo(43_200 * 0.5e-6);
});

test('accessLogDollars charges a line of each of a million requests', () => {
  expect(accessLogDollars(318 - ASSUMED.logLineOverheadBytes)).toBeCloseTo(
    ((318 * 1e6) / 1024 ** 3) * PRICES.logGb.dollars,
  );
});
