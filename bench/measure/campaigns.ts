import * as z from 'zod/mini';
import { writeCheckRequest } from '../../lambda/sending/check-request.ts';
import type { CheckerEnvironment } from '../../lambda/sending/checker/config.ts';
import { REQUESTED, startCheckSite } from '../check-site.ts';
import type { Figure } from '../figure.ts';
import type { Laboratory } from '../laboratory.ts';
import type { Measurement } from '../measurement.ts';
import { runProgram } from '../processes.ts';

const SIZES = [10_000, 100_000, 1_000_000] as const;
const QUICK_SIZES = SIZES.slice(0, 2);

/** Of the small ones, most of whose time is that of code that runs for the first time. The best counts. */
const TRIES = 3;
const LARGE = 1_000_000;

const checkSchema = z.object({
  wallMs: z.number(),
  cpuMs: z.number(),
  peakMegabytes: z.number(),
});

interface Checked extends z.output<typeof checkSchema> {
  readonly rows: number;
}

/** Checks of a file, each in a fresh process: what it takes for each row must not grow. */
export const campaigns: Measurement = {
  summary: 'checks of campaigns of 10,000 to a million recipients: rows a second, memory',
  run: async (laboratory, { isQuick, onProgress }) => {
    const sizes = isQuick ? QUICK_SIZES : SIZES;
    const checks: Checked[] = [];
    for (const rows of sizes) {
      onProgress(checks.length, sizes.length);
      const tries: Checked[] = [];
      while (tries.length < (rows < LARGE ? TRIES : 1)) tries.push(await check(laboratory, rows));
      checks.push(...tries.toSorted((one, other) => one.cpuMs - other.cpuMs).slice(0, 1));
    }
    return { figures: checks.flatMap((one, at) => figuresOf(one, checks[at - 1])) };
  },
};

async function check({ bundles }: Laboratory, rows: number): Promise<Checked> {
  await using site = await startCheckSite();
  site.haveRows(rows);
  const body = writeCheckRequest(REQUESTED);
  const attributes = { ApproximateReceiveCount: '1', SentTimestamp: '1' };
  const event = { Records: [{ messageId: '1', receiptHandle: 'r', body, attributes }] };
  const input = { bundle: bundles.path('checker'), event };
  const environment = environmentOf(site.url);
  const program = { path: bundles.path('check'), input, environment };
  const { result } = await runProgram(program, checkSchema);
  const lines = site.takeLines();
  // A row that is refused is a line too.
  if (lines !== rows + 1) throw new Error(`${lines} lines came of ${rows} rows`);
  return { ...result, rows };
}

function environmentOf(url: string): Readonly<Record<string, string>> {
  return {
    ...({
      TABLE_NAME: 'events',
      CHECKS_QUEUE_URL: `${url}/checks.fifo`,
      CAMPAIGNS_BUCKET: 'campaigns',
      CAMPAIGN_DAYS: '30',
      TOKENS_PATH: '/floodgate/benchmark/channels',
    } satisfies CheckerEnvironment),
    AWS_REGION: 'us-east-1',
    ...{ AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'a-key' },
    AWS_ENDPOINT_URL: url,
    GRAPH_URL: url,
    POWERTOOLS_METRICS_NAMESPACE: 'Floodgate/benchmark',
  };
}

function figuresOf(one: Checked, smaller: Checked | undefined): Figure[] {
  const { rows, cpuMs, wallMs, peakMegabytes } = one;
  const of = `check of ${rows.toLocaleString('en')} rows`;
  const growth = smaller && cpuMs / rows / (smaller.cpuMs / smaller.rows);
  return [
    {
      ...{ name: `${of}: rows a second of a vCPU`, value: rows / (cpuMs / 1000), unit: '/s' },
      ...{ digits: 0, mustReach: { atLeast: 20_000 } },
    },
    { name: `${of}: rows a second here`, value: rows / (wallMs / 1000), unit: '/s', digits: 0 },
    {
      ...{ name: `${of}: peak memory`, value: peakMegabytes, unit: 'MB', digits: 0 },
      mustReach: { atMost: 256 },
    },
    ...(growth === undefined
      ? []
      : [
          {
            ...{ name: `${of}: CPU a row, over a tenth of them`, value: growth, unit: 'x' },
            ...{ digits: 2, mustReach: { atMost: 1.1 } },
          },
        ]),
  ];
}
