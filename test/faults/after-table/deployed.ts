/**
 * What the template says of functions, mappings and queues behind the table, in seconds. Held against
 * it by test/lib/simulated.test.ts: the threads that simulate would take seconds to make a template.
 */
export const DEPLOYED = {
  timeouts: {
    ...{ router: 60, archiver: 120, deliverer: 120, prober: 60 },
    ...{ subscribers: 29, fetcher: 300 },
  },
  readers: {
    router: { batchSize: 100, batchingWindow: 0, reportsBatchItemFailures: true },
    archiver: { batchSize: 10_000, batchingWindow: 300, reportsBatchItemFailures: false },
  },
  /** After so long Lambda gives a change up, which the stream keeps for a day. */
  maximumRecordAge: 23 * 3600,
  batchSizes: { fetcher: 1 },
  queues: {
    deliveries: { visibilityTimeout: 720, maxReceiveCount: 1000 },
    jobs: { visibilityTimeout: 1800, maxReceiveCount: 400 },
  },
} as const;
