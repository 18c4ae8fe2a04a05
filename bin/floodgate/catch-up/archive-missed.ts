import {
  type ArchiverDeps,
  archiveChanges,
} from '../../../lambda/archive/archiver/archive-changes.ts';
import { hourPrefix } from '../../../lambda/archive/line.ts';
import type { Gap } from '../../../lambda/changes/missed-changes.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';

/** Lines in memory at a time, as many as the archiver has. */
const LINES_AT_A_TIME = 10_000;

/** Sort before, and after, all sequence numbers of DynamoDB's. */
const BEFORE_ALL = '0';
const AFTER_ALL = '9'.repeat(40);

/**
 * Adds the events of a gap to the archive, in objects of their own. To do so again replaces them; a
 * line that the archive has already is a double, which its readers drop.
 *
 * In the hour in which the gap ended they come before what the stream brought, else after it.
 */
export function missedArchiver(
  gap: Gap,
  signal: AbortSignal,
  deps: Pick<ArchiverDeps, 'store' | 'forgettings' | 'now'>,
) {
  const lastHour = hourPrefix(gap.until - 1);
  let waiting: RoutedEvent[] = [];
  let parts = 0;

  async function write(): Promise<void> {
    const events = waiting;
    waiting = [];
    parts += 1;
    const isLast = ({ receivedAt }: RoutedEvent) => hourPrefix(receivedAt) === lastHour;
    const source = { eventID: `caught-up-${gap.from}-${gap.until}-${parts}` };
    const records = [
      { sequenceNumber: BEFORE_ALL, source, events: () => events.filter(isLast) },
      { sequenceNumber: AFTER_ALL, source, events: () => events.filter((one) => !isLast(one)) },
    ];
    await archiveChanges(records, signal, { ...deps, count: () => {}, warn: () => {} });
  }

  return {
    add: async (events: readonly RoutedEvent[]): Promise<void> => {
      waiting.push(...events);
      if (waiting.length >= LINES_AT_A_TIME) await write();
    },
    /** Resolves once all that was added is in the archive. */
    end: write,
  };
}
