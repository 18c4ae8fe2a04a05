import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests of the template: aws-cdk-lib takes seconds to load, so they share one process. */
const TEMPLATE = ['test/lib/**/*.test.ts', 'test/api/openapi.test.ts'];

/** Whole stacks and processes. */
const WHOLE = [
  'test/{bin,faults,hostile,operations,pipeline}/**/*.test.ts',
  'test/local/{schedules,stack,stream-source}.test.ts',
];

const testTimeout = 30_000;
/** Long enough for the app's first build. */
const hookTimeout = 60_000;

/** What is polled for is there soon, but on a busy machine not within Vitest's second. */
const expect = { poll: { timeout: 15_000 } };

export default defineConfig({
  test: {
    // One more than there are cores: tests of whole stacks wait for much of their time.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        test: {
          name: 'template',
          include: TEMPLATE,
          isolate: false,
          fileParallelism: false,
          testTimeout,
          expect,
        },
      },
      {
        test: {
          name: 'code',
          include: ['test/**/*.test.ts'],
          exclude: [...TEMPLATE, ...WHOLE],
          isolate: false,
          testTimeout,
          expect,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'whole',
          include: WHOLE,
          isolate: false,
          globalSetup: 'test/support/build-once.ts',
          testTimeout,
          hookTimeout,
          expect,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    coverage: {
      include: ['lambda/**/*.ts'],
      reporter: ['text-summary', 'html'],
      thresholds: { lines: 95, branches: 95 },
    },
  },
});
