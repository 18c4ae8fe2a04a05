import type { CountedChange } from '../../campaigns/figures.ts';
import type { PlacedChange } from '../../campaigns/figures-table.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';
import type { ChangeRecord, RouterDeps } from './router-deps.ts';
import type { RoundOutcome } from './send-round.ts';

/** More writes at once only take the time of deliveries. */
const AT_ONCE = 10;

/**
 * Adds what messages of campaigns have come to to their figures, by one write a track. Never rejects.
 */
export async function countCampaigns<T extends ChangeRecord>(
  records: readonly T[],
  signal: AbortSignal,
  { addFigures }: Pick<RouterDeps<T>, 'addFigures'>,
): Promise<RoundOutcome<{ readonly index: number }>> {
  const changes = records.flatMap((record, index) => {
    const counted = countedIn(record);
    const { sequenceNumber } = record;
    return counted === undefined ? [] : [{ ...counted, sequenceNumber, index }];
  });
  const tracks = Map.groupBy(changes, ({ campaign, part }) => `${campaign}.${part}`);
  const faults: unknown[] = [];
  const unsent: { readonly index: number }[] = [];
  await sideBySide(tracks.values(), AT_ONCE, async (track) => {
    try {
      await addFigures(track satisfies readonly PlacedChange[], signal);
    } catch (error) {
      faults.push(error);
      unsent.push(...track);
    }
  });
  return { unsent, faults };
}

/** What cannot be read is set aside for its events. */
function countedIn(record: ChangeRecord): CountedChange | undefined {
  try {
    return record.counted?.();
  } catch {
    return undefined;
  }
}
