import type { Measurement } from '../measurement.ts';

/** What Lambda has to fetch, and Node.js to read, before a function can start. */
export const size: Measurement = {
  summary: 'size of the bundles, minified',
  run: async ({ bundles }) => ({
    figures: (['ingest', 'processor', 'router', 'deliverer', 'media', 'archiver'] as const).map(
      (name) => ({
        name: `bundle of ${name}, minified`,
        value: bundles.kilobytes(name),
        unit: 'KB',
        digits: 0,
        mustReach: { atMost: 260 },
      }),
    ),
  }),
};
