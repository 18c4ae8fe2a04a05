import { ASSUMED } from './assumed.ts';
import type { CostInput, FunctionUse } from './cost-model.ts';
import type { Deployed } from './deployed.ts';
import { SETTINGS } from './function-environment.ts';
import type { Laboratory } from './laboratory.ts';
import { logBytes } from './log-bytes.ts';
import type { Effort } from './measurement.ts';
import { queueEvents, type SentEntry } from './queue-messages.ts';
import { median } from './statistics.ts';
import { makeWrites, unitsPerEvent } from './table-writes.ts';
import { oneKilobyteEvents, roundsOf, warmCpuMs } from './warm.ts';

/** What a webhook takes until it is answered. */
export async function measureIngest(
  laboratory: Laboratory,
  deployed: Deployed,
  effort: Effort,
): Promise<FunctionUse> {
  const webhooks = oneKilobyteEvents(SETTINGS.appSecret);
  return {
    memoryMegabytes: deployed.memoryMegabytes('ingest'),
    cpuMs: median(await warmCpuMs(laboratory, 'ingest', webhooks, roundsOf(effort, 1))),
    waitMs: ASSUMED.sendMessageBatchMs,
  };
}

/** What the mix takes from the queue to the table, so many events at a time. */
export async function measureInbound(
  laboratory: Laboratory,
  deployed: Deployed,
  { ingest, entries, meanBatch }: InboundCase,
  effort: Effort,
): Promise<CostInput> {
  const batches = queueEvents(entries, meanBatch);
  const { calls, logLines } = await laboratory.call('processor', batches);
  const rounds = roundsOf(effort, meanBatch);
  return {
    ...{ meanBatch, ingest, sendsPerWebhook: 1 },
    perEvent: unitsPerEvent(await makeWrites(calls), entries.length),
    processor: {
      memoryMegabytes: deployed.memoryMegabytes('processor'),
      cpuMs: median(await warmCpuMs(laboratory, 'processor', batches, rounds)),
      waitMs: ASSUMED.dynamoDbMs,
    },
    logBytesPerBatch: logBytes(logLines) / batches.length,
  };
}

interface InboundCase {
  readonly ingest: FunctionUse;
  readonly entries: readonly SentEntry[];
  readonly meanBatch: number;
}
