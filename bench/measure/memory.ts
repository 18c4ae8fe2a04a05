import { PRICES } from '../../bin/floodgate/prices.ts';
import { ASSUMED } from '../assumed.ts';
import { billedMs } from '../cost-model.ts';
import type { Breakdown } from '../figure.ts';
import { SETTINGS } from '../function-environment.ts';
import type { Measurement } from '../measurement.ts';
import { runProgram, startSchema } from '../processes.ts';
import { queueEvents } from '../queue-messages.ts';
import { median, quantile } from '../statistics.ts';
import { conversationEvents } from '../traffic-mix.ts';
import { oneKilobyteEvents, roundsOf, warmCpuMs } from '../warm.ts';
import { oneKilobyteWebhook, signedEvent } from '../webhooks.ts';

const SIZES = [128, 256, 384, 512, 1024, 1769] as const;

interface Subject {
  readonly name: string;
  readonly cpuMs: number;
  readonly waitMs: number;
}

/** What more memory, and with it more CPU, would bring and cost. */
export const memory: Measurement = {
  summary: 'duration and price of the functions by memory, which decides their CPU',
  run: async (laboratory, effort) => {
    effort.onProgress(0, 3);
    const webhooks = oneKilobyteEvents(SETTINGS.appSecret);
    const cpu = await warmCpuMs(laboratory, 'ingest', webhooks, roundsOf(effort, 1));
    effort.onProgress(1, 3);
    const batches = queueEvents(await conversationEvents(laboratory, SETTINGS), 10);
    const batch = await warmCpuMs(laboratory, 'processor', batches, roundsOf(effort, 10));
    effort.onProgress(2, 3);
    const subjects: Subject[] = [
      { name: 'webhook, p50', cpuMs: median(cpu), waitMs: ASSUMED.sendMessageBatchMs },
      { name: 'webhook, slow', cpuMs: quantile(cpu, 0.99), waitMs: ASSUMED.sendMessageBatchMs },
      {
        ...{ name: 'batch of 10', waitMs: ASSUMED.dynamoDbMs },
        cpuMs: median(batch),
      },
      { name: 'first webhook, cold', ...(await coldWebhook(laboratory)) },
    ];
    const isWarm = ({ name }: Subject) => !name.includes('cold');
    return {
      figures: [],
      breakdowns: [durations(subjects), prices(subjects.filter(isWarm))],
    };
  },
};

async function coldWebhook({ bundles, tlsEnvironment }: Parameters<Measurement['run']>[0]) {
  const events = [signedEvent(oneKilobyteWebhook(1), SETTINGS.appSecret)];
  const input = { bundle: bundles.path('ingest'), events };
  const program = { path: bundles.path('call'), input, environment: tlsEnvironment };
  const starts = [];
  for (let n = 0; n < 5; n += 1) starts.push((await runProgram(program, startSchema)).result.cpuMs);
  return { cpuMs: median(starts), waitMs: 3 * ASSUMED.sendMessageBatchMs };
}

function durations(subjects: readonly Subject[]): Breakdown {
  return {
    title: `Milliseconds by memory: CPU × ${ASSUMED.megabytesPerVcpu} MB / memory + waiting for AWS (assumed, ${ASSUMED.on})`,
    columns: ['', 'CPU', 'wait', ...SIZES.map((size) => `${size} MB`)],
    rows: subjects.map(({ name, cpuMs, waitMs }) => [
      name,
      cpuMs.toFixed(2),
      String(waitMs),
      ...SIZES.map((memoryMegabytes) => String(billedMs({ memoryMegabytes, cpuMs, waitMs }))),
    ]),
  };
}

function prices(subjects: readonly Subject[]): Breakdown {
  return {
    title: 'Dollars of GB-seconds for a million of them',
    columns: ['', '', '', ...SIZES.map((size) => `${size} MB`)],
    rows: subjects.map(({ name, cpuMs, waitMs }) => [
      name,
      '',
      '',
      ...SIZES.map((memoryMegabytes) => {
        const seconds = billedMs({ memoryMegabytes, cpuMs, waitMs }) / 1000;
        const gb = memoryMegabytes / 1024;
        return (1e6 * seconds * gb * PRICES.lambdaGbSecond.dollars).toFixed(3);
      }),
    ]),
  };
}
