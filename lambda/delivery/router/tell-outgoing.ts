import type { UntoldStatuses } from '../../changes/untold-statuses.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';
import type { ChangeRecord, RouterDeps } from './router-deps.ts';
import type { RoundOutcome } from './send-round.ts';

const AT_ONCE = 20;

/**
 * Tells our own messages the statuses that came without our mark. Where no mark says whose they are, those
 * of channels that are sent from alone: to ask for each would cost who sends nothing. Never rejects.
 */
export async function tellOutgoing<T extends ChangeRecord>(
  records: readonly T[],
  signal: AbortSignal,
  deps: Pick<RouterDeps<T>, 'channels' | 'tellStatuses'>,
): Promise<RoundOutcome<{ readonly index: number }>> {
  const untold = records.flatMap((record, index) => {
    const statuses = untoldIn(record);
    return statuses === undefined ? [] : [{ statuses, index }];
  });
  const unsent = new Set(untold);
  const faults: unknown[] = [];
  try {
    const isUnknown = untold.some(({ statuses }) => statuses.id === undefined);
    const channels = isUnknown ? await deps.channels(signal) : new Set<string>();
    await sideBySide(untold, AT_ONCE, async (one) => {
      const { id, channel } = one.statuses;
      const mayBeOurs = id !== undefined || channels.has(channel);
      if (mayBeOurs) await deps.tellStatuses(one.statuses, signal);
      unsent.delete(one);
    });
  } catch (error) {
    faults.push(error);
  }
  return { unsent: [...unsent], faults };
}

/** What cannot be read is set aside for its events. */
function untoldIn(record: ChangeRecord): UntoldStatuses | undefined {
  try {
    return record.untold?.();
  } catch {
    return undefined;
  }
}
