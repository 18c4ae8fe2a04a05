import { defineConfig } from 'vitest/config';

/** What holds the domain and the use cases by itself: no emulator, no simulated week, no stopwatch. */
// biome-ignore lint/style/noDefaultExport: Vitest reads its configuration so.
export default defineConfig({
  test: {
    include: ['test/{domain,ingest,processor}/**/*.test.ts'],
    exclude: ['test/{ingest,processor}/handler.test.ts'],
    setupFiles: ['test/mutations/one-seed.ts'],
    testNamePattern: /^(?!.*answers quickly)/,
    testTimeout: 60_000,
  },
});
