import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { ROOMS } from './lint/rooms.ts';

/** Tests of what `lambda/` has; they hold its coverage. */
const OF_ROOMS = ROOMS.map((room) => `test/${room}/**/*.test.ts`);

/** Tests of the template: aws-cdk-lib takes seconds to load, so they share one process. */
const TEMPLATE = [
  'test/lib/**/*.test.ts',
  'test/*/template.test.ts',
  'test/reading/openapi.test.ts',
];

/** Whole stacks and processes. */
const WHOLE = [
  'test/{bin,faults,hostile,operations,pipeline}/**/*.test.ts',
  'test/local/{schedules,stack,stream-source}.test.ts',
  'test/local/console/browser/page.test.ts',
];

/** Of these what takes the time or the CPU of several others: `npm run test:all` has it too. */
const LONG = [
  'test/bin/{keep,replay}.test.ts',
  'test/hostile/logs.test.ts',
  'test/local/console/browser/page.test.ts',
  'test/pipeline/{builder-bot,campaign,rights,traffic}.test.ts',
];

/** What the environment has run further than an ordinary run does; CI runs that only. */
const VARIED = ['test/faults/weeks.test.ts', 'test/hostile/{outside-text,patterns}.test.ts'];

/** Nothing of who runs the tests: their profile, files and endpoints of AWS. */
const NOBODY = {
  ...{ AWS_PROFILE: '', AWS_ENDPOINT_URL: '', AWS_CA_BUNDLE: '' },
  ...{ AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
  AWS_EC2_METADATA_DISABLED: 'true',
};

const ofAll = {
  env: NOBODY,
  // Each worker loads what tests import once for all of them.
  isolate: false,
  testTimeout: 30_000,
  // Long enough for the app's first build.
  hookTimeout: 60_000,
  // What is polled for is there soon, but on a busy machine not within Vitest's second.
  expect: { poll: { timeout: 15_000 } },
};

/** The simulated weeks, then what waits for most of its time: others run meanwhile. */
const FIRST = [
  ...['test/faults/weeks', 'test/bin/dlq', 'test/bin/forget', 'test/bin/listen'],
  'test/pipeline/builder-bot',
];

/** Vitest alone would take one project after another, and at the end wait with nothing to run. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = FIRST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
  return place === -1 ? FIRST.length : place;
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // More than there are cores: tests of whole stacks wait for much of their time.
    maxWorkers: availableParallelism() + 3,
    projects: [
      {
        test: {
          ...ofAll,
          name: 'template',
          include: TEMPLATE,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...ofAll,
          name: 'rooms',
          include: OF_ROOMS,
          exclude: TEMPLATE,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...ofAll,
          name: 'around',
          include: ['test/**/*.test.ts'],
          exclude: [...TEMPLATE, ...OF_ROOMS, ...WHOLE],
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...ofAll,
          name: 'whole',
          include: WHOLE,
          exclude: [...LONG, ...VARIED],
          globalSetup: 'test/support/build-once.ts',
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...ofAll,
          name: 'varied',
          include: VARIED,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...ofAll,
          name: 'long',
          include: LONG,
          globalSetup: 'test/support/build-once.ts',
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
