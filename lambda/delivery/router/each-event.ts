import type { RoutedEvent } from '../../events/routed-event.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';
import type { RoundOutcome } from './send-round.ts';

/** More at once only take the time of deliveries. */
const AT_ONCE = 10;

/**
 * Does something for each event that it is meant for: those of a group one after another, groups side by
 * side. Never rejects.
 *
 * @param told the events of each record
 */
export async function eachEvent(
  told: readonly (readonly RoutedEvent[])[],
  isMeant: (event: RoutedEvent) => boolean,
  step: (event: RoutedEvent) => Promise<void>,
): Promise<RoundOutcome<{ readonly index: number }>> {
  const meant = told.flatMap((events, index) =>
    events.filter(isMeant).map((event) => ({ event, index })),
  );
  const groups = Map.groupBy(meant, ({ event }) => event.group);
  const unsent: { readonly index: number }[] = [];
  const faults: unknown[] = [];
  await sideBySide(groups.values(), AT_ONCE, async (group) => {
    for (const { event, index } of group) {
      await step(event).catch((error: unknown) => {
        faults.push(error);
        unsent.push({ index });
      });
    }
  });
  return { unsent, faults };
}
