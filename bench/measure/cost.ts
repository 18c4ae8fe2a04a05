import { PRICED } from '../../bin/floodgate/prices.ts';
import { METRICS } from '../../lambda/metric-names.ts';
import { ASSUMED } from '../assumed.ts';
import {
  billedMs,
  type CostInput,
  costParts,
  fixedParts,
  keptParts,
  total,
} from '../cost-model.ts';
import { type Deployed, readDeployed } from '../deployed.ts';
import type { Breakdown, Measured } from '../figure.ts';
import { SETTINGS } from '../function-environment.ts';
import type { Laboratory } from '../laboratory.ts';
import { logBytes } from '../log-bytes.ts';
import type { Effort, Measurement } from '../measurement.ts';
import { queueEvents, type SentEntry } from '../queue-messages.ts';
import { median } from '../statistics.ts';
import { countWrites } from '../table-writes.ts';
import { conversationEvents, MIX } from '../traffic-mix.ts';
import { type WarmRounds, warmIngest, warmProcessor } from '../warm.ts';
import { roundsOf } from './warm.ts';

const MEAN_BATCHES = [1, 3, 10] as const;
const DECIDING_BATCH = 3;

/** What AWS would charge, from what was counted and measured here. */
export const cost: Measurement = {
  summary: 'dollars per million events, part by part',
  run: async (laboratory, effort) => {
    const deployed = await readDeployed();
    const entries = await conversationEvents(laboratory, SETTINGS);
    const inputs = await costInputs(laboratory, effort, deployed, entries);
    const figures = inputs.map((input) => ({
      name: `dollars per million events at mean batch ${input.meanBatch}`,
      ...{ value: total(costParts(input)), unit: '$', digits: 2 },
      ...(input.meanBatch === DECIDING_BATCH && { mustReach: { atMost: 3.5 } }),
    }));
    return { figures, breakdowns: [partsTable(inputs), fixedTable(deployed)] } satisfies Measured;
  },
};

async function costInputs(
  laboratory: Laboratory,
  effort: Effort,
  deployed: Deployed,
  entries: readonly SentEntry[],
): Promise<CostInput[]> {
  const steps = MEAN_BATCHES.length + 1;
  effort.onProgress(0, steps);
  const ingest = {
    memoryMegabytes: deployed.memoryMegabytes('ingest'),
    cpuMs: cpuOf(await warmIngest(laboratory, SETTINGS, roundsOf(effort, 1), 'https')),
    waitMs: ASSUMED.sendMessageBatchMs,
  };
  const inputs: CostInput[] = [];
  for (const [done, meanBatch] of MEAN_BATCHES.entries()) {
    effort.onProgress(done + 1, steps);
    const batches = queueEvents(entries, meanBatch);
    const { calls, logLines } = await laboratory.call('processor', batches);
    const size = { rounds: roundsOf(effort, meanBatch), size: meanBatch };
    inputs.push({
      ...{ meanBatch, ingest, sendsPerWebhook: 1 },
      perEvent: await countWrites(calls, entries.length),
      processor: {
        memoryMegabytes: deployed.memoryMegabytes('processor'),
        cpuMs: cpuOf(await warmProcessor(laboratory, SETTINGS, size, 'https')),
        waitMs: ASSUMED.dynamoDbWriteMs,
      },
      logBytesPerBatch: logBytes(logLines) / batches.length,
    });
  }
  return inputs;
}

function cpuOf(rounds: WarmRounds): number {
  return median(rounds.map(({ real }) => real.cpuMs));
}

function partsTable(inputs: readonly CostInput[]): Breakdown {
  const allParts = (input: CostInput) => ({
    ...costParts(input),
    'all of these': total(costParts(input)),
    ...keptParts(input),
  });
  const columns = inputs.map((input) => new Map(Object.entries(allParts(input))));
  const names = columns.flatMap((parts, index) => (index === 0 ? [...parts.keys()] : []));
  const { contacts, messagesPerContact } = MIX;
  return {
    title:
      `Dollars per million events, one a webhook, a quarter messages (${messagesPerContact} of each contact), the rest statuses\n` +
      `(${PRICED.region}, ${PRICED.on}, ${PRICED.note}; mix of ${contacts} contacts)`,
    columns: ['part', ...inputs.map(({ meanBatch }) => `batch ${meanBatch}`)],
    rows: [
      ...names.map((name) => [name, ...columns.map((parts) => (parts.get(name) ?? 0).toFixed(3))]),
      ['CPU of ingest, ms', ...inputs.map(({ ingest }) => ingest.cpuMs.toFixed(2))],
      ['billed time of ingest, ms', ...inputs.map(({ ingest }) => String(billedMs(ingest)))],
      ['CPU of processor, ms', ...inputs.map(({ processor }) => processor.cpuMs.toFixed(2))],
      [
        'billed time of processor, ms',
        ...inputs.map(({ processor }) => String(billedMs(processor))),
      ],
      [
        'memory of both, MB',
        ...inputs.map(
          (input) => `${input.ingest.memoryMegabytes}, ${input.processor.memoryMegabytes}`,
        ),
      ],
      ['log bytes of a batch', ...inputs.map((input) => input.logBytesPerBatch.toFixed(0))],
    ],
  };
}

function fixedTable({ alarmMetrics, secrets }: Deployed): Breakdown {
  const parts = fixedParts({ metrics: METRICS.length, alarmMetrics, secrets });
  return {
    title: `Dollars a month, whatever comes (${PRICED.region}, ${PRICED.on})`,
    columns: ['part', ''],
    rows: Object.entries(parts).map(([name, dollars]) => [name, dollars.toFixed(2)]),
  };
}
