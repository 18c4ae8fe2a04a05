import { SETTINGS } from '../function-environment.ts';
import type { Measurement } from '../measurement.ts';
import { crowdedWebhook, signedEvent } from '../webhooks.ts';

const PEOPLE = 7;

/** Of 1,000 events 100 full batches; ordered lanes leave some that are not full. */
const CASES = [
  { events: 1, atMost: 1 },
  { events: 10, atMost: 7 },
  { events: 1000, atMost: 109 },
] as const;

/** What each webhook calls at AWS, seen from the other end of the connection. */
export const calls: Measurement = {
  summary: 'calls to AWS for webhooks of 1, 10 and 1,000 events',
  run: async (laboratory, effort) => {
    const figures = [];
    for (const [done, { events, atMost }] of CASES.entries()) {
      effort.onProgress(done, CASES.length);
      const event = signedEvent(crowdedWebhook(events, PEOPLE), SETTINGS.appSecret);
      // The first finds the function cold and reads the secret, once in five minutes.
      const { calls: all } = await laboratory.call('ingest', [event, event]);
      const once = all.filter(({ action }) => action === 'GetSecretValue').length;
      const value = (all.length - once) / 2;
      const name = `calls to AWS for ${events} events of ${Math.min(events, PEOPLE)} senders`;
      figures.push({ name, value, unit: 'calls', digits: 0, mustReach: { atMost } });
    }
    return { figures };
  },
};
