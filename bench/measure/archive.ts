import { PRICED } from '../../bin/floodgate/prices.ts';
import { ASSUMED } from '../assumed.ts';
import { archiveParts, billedMs, total } from '../cost-model.ts';
import { readDeployed } from '../deployed.ts';
import type { Breakdown, Measured } from '../figure.ts';
import { SETTINGS } from '../function-environment.ts';
import type { Laboratory } from '../laboratory.ts';
import { logBytes } from '../log-bytes.ts';
import type { Measurement } from '../measurement.ts';
import { runProgram, startSchema } from '../processes.ts';
import { queueEvents } from '../queue-messages.ts';
import { median } from '../statistics.ts';
import { changesOf } from '../table-changes.ts';
import { conversationEvents } from '../traffic-mix.ts';

const MONTHLY_EVENTS = 10_000_000;
/** Calls of one process, less one that pays for its start. */
const CALLS = 20;

/** What the archive adds for every million events. */
export const archive: Measurement = {
  summary: 'dollars of the archive per million events, at 10 million a month',
  run: async (laboratory, { isQuick, onProgress }) => {
    const deployed = await readDeployed();
    const entries = await conversationEvents(laboratory, SETTINGS);
    const { calls } = await laboratory.call('processor', queueEvents(entries, 10));
    const batch = { Records: await changesOf(calls) };
    onProgress(1, 2);
    const { cpuMs, objectBytes, logBytes } = await archiveOnce(laboratory, batch, isQuick ? 1 : 5);
    const input = {
      monthlyEvents: MONTHLY_EVENTS,
      memoryMegabytes: deployed.memoryMegabytes('archiver'),
      cpuMsPerEvent: cpuMs / entries.length,
      storedBytesPerEvent: objectBytes / entries.length,
      logBytesPerBatch: logBytes,
    };
    const { parts, kept, use } = archiveParts(input);
    const figure = {
      name: 'dollars of the archive per million events, at 10 million a month',
      ...{ value: total(parts), unit: '$', digits: 3, mustReach: { atMost: 0.1 } },
    };
    const rows = [
      ...Object.entries({ ...parts, ...kept }).map(([name, dollars]) => [name, dollars.toFixed(4)]),
      ['events of a batch', use.eventsPerBatch.toFixed(0)],
      ['billed time of a batch, ms', String(billedMs(use))],
      ['bytes of an event in the archive', input.storedBytesPerEvent.toFixed(0)],
    ];
    return { figures: [figure], breakdowns: [table(rows)] } satisfies Measured;
  },
};

function table(rows: string[][]): Breakdown {
  return {
    title: `Dollars of the archive per million events, at ${MONTHLY_EVENTS / 1e6} million a month over ${ASSUMED.streamShards} shards (${PRICED.region}, ${PRICED.on})`,
    columns: ['part', ''],
    rows,
  };
}

/** CPU of one warm call with this batch, and what it writes. */
async function archiveOnce(
  { bundles, tlsStub, tlsEnvironment }: Laboratory,
  batch: object,
  rounds: number,
) {
  const call = async (times: number) => {
    const input = { bundle: bundles.path('archiver'), events: Array(times).fill(batch) };
    const program = { path: bundles.path('call'), input, environment: tlsEnvironment };
    tlsStub.takeCalls();
    const { result, logLines } = await runProgram(program, startSchema);
    return { cpuMs: result.cpuMs, logLines, calls: tlsStub.takeCalls() };
  };
  const warm: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [one, many] = [await call(1), await call(1 + CALLS)];
    warm.push((many.cpuMs - one.cpuMs) / CALLS);
  }
  const { calls, logLines } = await call(1);
  return {
    cpuMs: median(warm),
    objectBytes: calls.reduce((sum, { bytes }) => sum + bytes, 0),
    logBytes: logBytes(logLines),
  };
}
