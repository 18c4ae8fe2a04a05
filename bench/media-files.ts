import { ASSUMED } from './assumed.ts';
import type { Deployed } from './deployed.ts';
import { SETTINGS } from './function-environment.ts';
import type { MediaInput } from './hand-on-model.ts';
import type { Laboratory } from './laboratory.ts';
import { logBytes } from './log-bytes.ts';
import type { Effort } from './measurement.ts';
import { FILE_BYTES, FILE_SHA256 } from './outside.ts';
import { queueEvents, sentEntries } from './queue-messages.ts';
import { median } from './statistics.ts';
import { changesOf, makeWrites, unitsOf } from './table-writes.ts';
import { MIX } from './traffic-mix.ts';
import { roundsOf, warmCpuMs } from './warm.ts';
import { imageWebhook, signedEvent } from './webhooks.ts';

const FILES = 40;
/** Of messages with a file. */
export const MEDIA_SHARE = 0.1;

/** Has files fetched by the function as it is deployed, and counts what that calls. */
export async function measureMedia(
  laboratory: Laboratory,
  deployed: Deployed,
  effort: Effort,
): Promise<MediaInput> {
  const { stored, jobs } = await mediaJobs(laboratory, deployed);
  laboratory.outside.takeBytes();
  const { calls, logLines } = await laboratory.call('media', jobs);
  const bytesOut = laboratory.outside.takeBytes();
  const count = (action: string) => calls.filter((call) => call.action === action).length / FILES;
  const updates = calls.filter(({ action }) => action === 'UpdateItem');
  const { writes } = await makeWrites([...stored, ...updates]);
  const settled = writes.slice(writes.length - updates.length);
  return {
    filesPerEvent: MEDIA_SHARE / MIX.eventsPerMessage,
    fetcher: {
      memoryMegabytes: deployed.memoryMegabytes('media'),
      cpuMs: median(await warmCpuMs(laboratory, 'media', jobs, roundsOf(effort, 1))),
      waitMs: 3 * ASSUMED.dynamoDbMs + 2 * ASSUMED.graphMs + ASSUMED.putObjectMs,
    },
    // The row of a message and that of a pace are below the 4 KB of a unit.
    readUnits: count('GetItem'),
    writeUnits: unitsOf(settled) / FILES,
    puts: count('PUT'),
    newsPerFile: changesOf(settled).filter(deployed.isHandedOn).length / FILES,
    storedBytes: FILE_BYTES,
    logBytes: logBytes(logLines) / FILES,
    bytesOut: bytesOut / FILES,
  };
}

/** Messages with files, taken in and stored, and the jobs that the router makes of them. */
async function mediaJobs(laboratory: Laboratory, { isHandedOn }: Deployed) {
  const webhooks = Array.from({ length: FILES }, (_, n) =>
    signedEvent(imageWebhook(n, FILE_SHA256), SETTINGS.appSecret),
  );
  const taken = await laboratory.call('ingest', webhooks);
  const entries = sentEntries(taken.calls);
  const { calls: stored } = await laboratory.call('processor', queueEvents(entries, 10));
  const { writes, rows } = await makeWrites(stored);
  laboratory.tlsStub.keepRows(rows);
  const Records = changesOf(writes).filter(isHandedOn);
  const routed = await laboratory.call('router', [{ Records }]);
  const jobs = sentEntries(routed.calls);
  return { stored, jobs: queueEvents(jobs, 1) };
}
