import type { Measurement } from '../measurement.ts';

/** What a webhook waits for. */
const LEAN = ['ingest', 'processor'] as const;
/** With the SDK's clients; the last is what ingest loads when an event does not fit into a message. */
const WITH_CLIENTS = ['router', 'deliverer', 'media', 'archiver', 's3-payloads'] as const;

/** What Lambda has to fetch, and Node.js to read, before a function can start. */
export const size: Measurement = {
  summary: 'size of the bundles, minified',
  run: async ({ bundles }) => {
    const shown = (name: (typeof LEAN | typeof WITH_CLIENTS)[number], atMost: number) => ({
      ...{ name: `bundle of ${name}, minified`, value: bundles.kilobytes(name), unit: 'KB' },
      ...{ digits: 0, mustReach: { atMost } },
    });
    const figures = [
      ...LEAN.map((name) => shown(name, 260)),
      ...WITH_CLIENTS.map((name) => shown(name, 560)),
    ];
    return { figures };
  },
};
