import * as z from 'zod/mini';
import { writeCheckRequest } from '../../lambda/sending/check-request.ts';
import type { CheckerEnvironment } from '../../lambda/sending/checker/config.ts';
import { CHECKER_NODE_OPTIONS } from '../../lib/sending/campaigns.ts';
import { BUSINESS } from '../../local/whatsapp/business.ts';
import {
  campaignParts,
  campaignTable,
  countingParts,
  measureCounting,
  recipientsOf,
  type SliceUse,
  useOf,
} from '../campaign-cost.ts';
import { interrupt, otherTenant, runWhole } from '../campaign-phases.ts';
import { campaignSite } from '../campaign-site.ts';
import { sliceOf } from '../campaign-slice.ts';
import { REQUESTED, startCheckSite } from '../check-site.ts';
import { costParts, total } from '../cost-model.ts';
import { type Deployed, readDeployed } from '../deployed.ts';
import type { Figure } from '../figure.ts';
import { SETTINGS } from '../function-environment.ts';
import { measureInbound, measureIngest } from '../inbound.ts';
import type { Laboratory } from '../laboratory.ts';
import { runStack } from '../local-stack.ts';
import { measureStatuses } from '../marked-statuses.ts';
import type { Effort, Measurement } from '../measurement.ts';
import { runProgram } from '../processes.ts';
import { sendingSite } from '../sending-site.ts';
import { quantile } from '../statistics.ts';
import { conversationEvents } from '../traffic-mix.ts';

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

const CHANNELS = { full: '900000000000101', other: '900000000000102' };
/** Two lanes. */
const PER_SECOND = 200;
const EFFORTS = {
  quick: { recipients: 2000, answers: 20 },
  full: { recipients: 10_000, answers: 60 },
};
const GAP_MS = 600;
const PAUSED_AFTER_MS = 5000;

/**
 * Checks of a file, each in a fresh process: what it takes for each row must not grow. Then campaigns on the
 * local stack.
 */
export const campaigns: Measurement = {
  summary:
    'checks of campaigns of 10,000 to a million recipients: rows a second, memory; local stack: pace, start, pause, another tenant’s replies',
  run: async (laboratory, effort) => {
    const { isQuick, onProgress } = effort;
    const sizes = isQuick ? QUICK_SIZES : SIZES;
    const checks: Checked[] = [];
    for (const rows of sizes) {
      onProgress(checks.length, sizes.length + 1);
      const tries: Checked[] = [];
      while (tries.length < (rows < LARGE ? TRIES : 1)) tries.push(await check(laboratory, rows));
      checks.push(...tries.toSorted((one, other) => one.cpuMs - other.cpuMs).slice(0, 1));
    }
    onProgress(sizes.length, sizes.length + 1);
    const slices = await inSlices(laboratory, effort);
    const running = await onStack(effort);
    return {
      figures: [
        ...checks.flatMap((one, at) => figuresOf(one, checks[at - 1])),
        ...slices.figures,
        ...running,
      ],
      breakdowns: slices.breakdowns,
    };
  },
};

/** A slice in the midst of a campaign of each size, and what the last one costs. */
async function inSlices(laboratory: Laboratory, effort: Effort) {
  const deployed = await readDeployed();
  const figures: Figure[] = [];
  const uses: SliceUse[] = [];
  let slice = await sliceOf(laboratory, SIZES[0]);
  for (const people of SIZES) {
    if (people !== SIZES[0]) slice = await sliceOf(laboratory, people);
    const use = await useOf(slice);
    figures.push(...sliceFigures(people, use, uses[0]));
    uses.push(use);
  }
  const [use] = uses.slice(-1);
  if (use === undefined) throw new Error('no slice');
  const sender = {
    memoryMegabytes: deployed.memoryMegabytes('sender'),
    cpuMs: 0,
    waitMs: slice.ms,
  };
  const seconds = slice.ms / 1000;
  const counted = { writes: use.writes, stored: slice.stored, seconds };
  const counting = await measureCounting(laboratory, deployed, counted, effort);
  const alone = campaignParts(use, sender, counting);
  const told = await measureStatuses(laboratory, deployed, recipientsOf(slice, use), effort);
  const { recipients } = use;
  const further = { ...counted, writes: told.writes };
  const ofStatuses = countingParts(
    await measureCounting(laboratory, deployed, further, effort),
    recipients,
  );
  const statuses = {
    'three statuses each, in': 3 * told.dollars,
    'and counted': total(ofStatuses),
  };
  const [all, withStatuses] = [total(alone), total(alone) + total(statuses)];
  const eventsIn = await inboundDollars(laboratory, deployed, effort);
  const dollars = { unit: '$', digits: 2 };
  return {
    figures: [
      ...figures,
      {
        ...{ name: 'dollars per million recipients', value: all, ...dollars },
        mustReach: { atMost: 3.5 },
      },
      {
        ...{ name: 'the same, with three statuses each', value: withStatuses, ...dollars },
        // As three events in.
        mustReach: { atMost: all + 3 * eventsIn },
      },
    ],
    breakdowns: [campaignTable(alone, statuses)],
  };
}

function sliceFigures(people: number, use: SliceUse, first: SliceUse | undefined): Figure[] {
  const of = `${people.toLocaleString('en')} people, a recipient`;
  const { recipients } = use;
  const calls = use.calls / recipients;
  const beside = { unit: 'calls', digits: 3, mustReach: { atMost: 0.35 } };
  return [
    { name: `${of}: calls beside claim, record, pointer`, value: calls, ...beside },
    {
      name: `${of}: write units beside them`,
      ...{ value: use.writeUnits / recipients, ...beside, unit: 'units' },
    },
    {
      name: `${of}: read units`,
      ...{ value: use.readUnits / recipients, unit: 'units', digits: 3 },
    },
    ...(first === undefined
      ? []
      : [
          {
            name: `${of}: calls, over those of ${SIZES[0].toLocaleString('en')}`,
            value: calls / (first.calls / first.recipients),
            ...{ unit: 'x', digits: 2, mustReach: { atMost: 1.1 } },
          },
        ]),
  ];
}

const MEAN_BATCH = 3;

/** Of a million events of the mix in. */
async function inboundDollars(
  laboratory: Laboratory,
  deployed: Deployed,
  effort: Effort,
): Promise<number> {
  const entries = await conversationEvents(laboratory, SETTINGS);
  const ingest = await measureIngest(laboratory, deployed, effort);
  const taken = { ingest, entries, meanBatch: MEAN_BATCH };
  return total(costParts(await measureInbound(laboratory, deployed, taken, effort)));
}

async function onStack({ isQuick }: Effort): Promise<Figure[]> {
  const { recipients, answers } = isQuick ? EFFORTS.quick : EFFORTS.full;
  await using stack = await runStack();
  const site = await sendingSite(stack, [
    { id: CHANNELS.full, accountId: BUSINESS.account, messagesPerSecond: PER_SECOND },
    { id: CHANNELS.other, messagesPerSecond: 20, tenant: 'other' },
  ]);
  const campaigners = { site, campaigns: campaignSite(stack) };
  // The functions and the emulators compile what they run often.
  await runWhole(campaigners, CHANNELS.full, { first: 0, count: 5 * PER_SECOND });
  const ran = await runWhole(campaigners, CHANNELS.full, { first: 10_000, count: recipients });
  const many = { count: 60 * PER_SECOND };
  const interrupted = await interrupt(
    campaigners,
    CHANNELS.full,
    { first: 100_000, ...many },
    PAUSED_AFTER_MS,
  );
  const waits = await otherTenant(campaigners, {
    channels: CHANNELS,
    campaign: { first: 200_000, ...many },
    ...{ answers: { first: 300_000, count: answers }, gapMs: GAP_MS },
  });
  const messages = { unit: 'messages', digits: 0, mustReach: { atMost: 0 } };
  const [alone, beside] = [quantile(waits.alone, 0.95), quantile(waits.beside, 0.95)];
  const of = `${recipients.toLocaleString('en')} at ${PER_SECOND}/s, local stack`;
  return [
    {
      ...{ name: `${of}, of the limit`, value: (100 * ran.perSecond) / PER_SECOND },
      ...{ unit: '%', digits: 1, mustReach: { atLeast: 90 } },
    },
    {
      ...{ name: `${of}, above the limit in the busiest second`, ...messages },
      value: Math.max(0, ran.busiestSecond - PER_SECOND),
    },
    { name: `${of}, people who got it twice`, value: ran.repeated, ...messages },
    { name: `${of}, people who did not get it`, value: ran.missing, ...messages },
    {
      ...{ name: 'start to the first message at the provider', value: interrupted.firstMs },
      ...{ unit: 'ms', digits: 0, mustReach: { atMost: 1000 } },
    },
    {
      ...{ name: 'pause to the last message at the provider', value: interrupted.lastMs },
      ...{ unit: 'ms', digits: 0, mustReach: { atMost: 2000 } },
    },
    { name: 'a reply of another tenant, alone, p95', value: alone, unit: 'ms', digits: 0 },
    {
      ...{ name: 'the same beside a campaign, over alone', value: beside / alone },
      ...{ unit: 'x', digits: 2, mustReach: { atMost: 1.2 } },
    },
  ];
}

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
      OUTBOX_QUEUE_URL: `${url}/outbox.fifo`,
      CAMPAIGNS_BUCKET: 'campaigns',
      CAMPAIGN_DAYS: '30',
      TOKENS_PATH: '/floodgate/benchmark/channels',
    } satisfies CheckerEnvironment),
    NODE_OPTIONS: CHECKER_NODE_OPTIONS,
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
