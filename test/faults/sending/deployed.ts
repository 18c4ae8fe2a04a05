/**
 * What the template says of the functions that send and of their queue, in seconds. Held against it by
 * test/lib/simulated.test.ts.
 */
export const SENDING_DEPLOYED = {
  timeouts: { messages: 29, sender: 45, ticker: 60 },
  outbox: { visibilityTimeout: 50, retention: 3600 },
  /** How often the ticker is started. */
  tickSeconds: 60,
} as const;
