import { type ArchiveInput, archiveParts } from './cost-model.ts';
import type { Deployed } from './deployed.ts';
import { SETTINGS } from './function-environment.ts';
import type { Laboratory } from './laboratory.ts';
import { logBytes } from './log-bytes.ts';
import { queueEvents } from './queue-messages.ts';
import { median } from './statistics.ts';
import { changesOf, makeWrites } from './table-writes.ts';
import { conversationEvents } from './traffic-mix.ts';
import { warmCpuMs } from './warm.ts';

export const MONTHLY_EVENTS = 10_000_000;

/** Has the mix archived by the function as it is deployed, in one batch, and counts what that takes. */
export async function measureArchive(
  laboratory: Laboratory,
  deployed: Deployed,
  { isQuick }: { readonly isQuick: boolean },
): Promise<ReturnType<typeof archiveParts> & { readonly input: ArchiveInput }> {
  const entries = await conversationEvents(laboratory, SETTINGS);
  const processed = await laboratory.call('processor', queueEvents(entries, 10));
  const changes = changesOf((await makeWrites(processed.calls)).writes);
  const batch = { Records: changes.filter(deployed.isHandedOn) };
  const rounds = { warmUp: 5, rounds: isQuick ? 3 : 10, callsPerRound: 10 };
  const cpuMs = median(await warmCpuMs(laboratory, 'archiver', [batch], rounds));
  const { calls, logLines } = await laboratory.call('archiver', [batch]);
  // Those with an action ask who is to be forgotten.
  const objects = calls.filter(({ action }) => action === '');
  const input = {
    monthlyEvents: MONTHLY_EVENTS,
    memoryMegabytes: deployed.memoryMegabytes('archiver'),
    cpuMsPerEvent: cpuMs / entries.length,
    storedBytesPerEvent: objects.reduce((sum, { bytes }) => sum + bytes, 0) / entries.length,
    logBytesPerBatch: logBytes(logLines),
  };
  return { ...archiveParts(input), input };
}
