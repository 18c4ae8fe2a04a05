import { describe, expect, test } from 'vitest';
import { total } from '../../bench/cost-model.ts';
import {
  type HandOnInput,
  handOnParts,
  keptFiles,
  type MediaInput,
  mediaParts,
} from '../../bench/hand-on-model.ts';
import { PRICES } from '../../bin/floodgate/prices.ts';

const toOne: HandOnInput = {
  meanBatch: 2,
  deliveriesPerEvent: 1,
  router: { memoryMegabytes: 512, cpuMs: 1, waitMs: 10 },
  deliverer: { memoryMegabytes: 512, cpuMs: 2, waitMs: 112 },
  sendsPerEvent: 0.5,
  routerReadUnits: 1,
  delivererReadUnits: 1,
  delivererWriteUnits: 1,
  logBytesPerBatch: 250,
  bytesPerDelivery: 1500,
};

describe('handOnParts', () => {
  test('charges router and deliverer for each of their batches', () => {
    const parts = handOnParts(toOne);

    expect(parts['router: invocations']).toBeCloseTo(0.1);
    expect(parts['deliverer: invocations']).toBeCloseTo(0.1);
    expect(parts['SQS: ReceiveMessage']).toBeCloseTo(0.25);
    expect(parts['DynamoDB: log of deliveries']).toBeCloseTo(0.5 * 0.625);
    expect(parts['DynamoDB: reads of subscribers']).toBeCloseTo(2 * 0.5 * 0.125);
  });

  test('charges a further subscriber for its deliveries, and the router once', () => {
    const [one, two] = [toOne, { ...toOne, deliveriesPerEvent: 2 }].map(handOnParts);

    expect(two?.['router: GB-seconds']).toBe(one?.['router: GB-seconds']);
    for (const part of ['deliverer: GB-seconds', 'SQS: DeleteMessageBatch'] as const)
      expect(two?.[part]).toBeCloseTo(2 * (one?.[part] ?? 0));
  });

  test('charges what leaves AWS by the gigabyte', () => {
    const parts = handOnParts({ ...toOne, bytesPerDelivery: 1024 ** 3 / 1e6 });

    expect(parts['bytes out of AWS']).toBeCloseTo(PRICES.transferGb.dollars);
  });
});

describe('mediaParts', () => {
  const files: MediaInput = {
    filesPerEvent: 0.025,
    fetcher: { memoryMegabytes: 256, cpuMs: 10, waitMs: 400 },
    readUnits: 2,
    writeUnits: 1,
    puts: 1,
    newsPerFile: 1,
    storedBytes: 100_000,
    logBytes: 200,
    bytesOut: 1000,
  };

  test('charges each file a job, an invocation and an object', () => {
    const parts = mediaParts(files);

    expect(parts['SQS: send, receive, delete']).toBeCloseTo(25_000 * 3 * 0.5e-6);
    expect(parts['media: invocations']).toBeCloseTo(25_000 * 0.2e-6);
    expect(parts['S3: PutObject']).toBeCloseTo(25_000 * 5e-6);
  });

  test('costs nothing where no file comes', () => {
    expect(total(mediaParts({ ...files, filesPerEvent: 0 }))).toBe(0);
  });

  test('keeps files by the gigabyte', () => {
    const gigabytes = (25_000 * 100_000) / 1024 ** 3;

    expect(keptFiles(files)).toBeCloseTo(gigabytes * PRICES.s3GbMonth.dollars);
  });
});
