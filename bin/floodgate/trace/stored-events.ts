import { missedEvents } from '../../../lambda/changes/missed-changes.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import type { OutgoingAnswer } from '../../../lambda/reading/schemas.ts';
import type { CallAws } from '../../../lambda/shared/aws/json-protocol.ts';
import { ATTRIBUTES as A } from '../../../lambda/table/keys.ts';
import { byKey, byKeyAndPrefix, tableQueries } from '../../../lambda/table/query-table.ts';
import { sentPlaces } from '../../../lambda/table/sent-message.ts';
import { type Item, isHidden } from '../../../lambda/table/stored-rows.ts';
import { unavailable } from '../stack/deployed-stack.ts';

export interface TracedTable {
  readonly dynamodb: CallAws;
  readonly tableName: string;
}

const ALWAYS = { from: 0, until: Number.MAX_SAFE_INTEGER };
const PATIENCE_MS = 60_000;

/**
 * Adds to events what the table has beside them: what became of their files, and each status of their
 * messages. What was sent from here may have a wamid that none of its events has yet.
 *
 * It reads by their keys alone, so it costs next to nothing, however large the table is.
 */
export async function withStored(
  events: readonly RoutedEvent[],
  outgoing: OutgoingAnswer | undefined,
  table: TracedTable,
): Promise<readonly RoutedEvent[]> {
  const all = new Map(events.map((event) => [event.id, event]));
  const queries = [...events.flatMap(queriesOf), ...(outgoing ? statusesOf(outgoing) : [])];
  for await (const row of rowsBy(queries, table)) {
    for (const event of missedEvents(row, ALWAYS)) {
      // As it was told, rather than as its row tells it now.
      all.set(event.id, all.get(event.id) ?? event);
    }
  }
  return [...all.values()];
}

async function* rowsBy(
  queries: readonly ReturnType<typeof byKey>[],
  { dynamodb, tableName }: TracedTable,
): AsyncGenerator<Item> {
  const explain = unavailable(`the table ${tableName} cannot be read`);
  const read = tableQueries(
    (...request) => dynamodb(...request, AbortSignal.timeout(PATIENCE_MS)).catch(explain),
    tableName,
  );
  const distinct = new Map(queries.map((query) => [JSON.stringify(query), query]));
  for (const query of distinct.values()) {
    for await (const row of read.all(query)) if (!isHidden(row, Date.now())) yield row;
  }
}

function queriesOf(event: RoutedEvent) {
  const { kind, group, id, media, direction } = event;
  const statuses = direction === 'outbound' ? statusesOf(event) : [];
  if (kind === 'status' || kind === 'outgoing') return statuses;
  return [byKeyAndPrefix(group, media?.eventId ?? id), ...statuses];
}

function statusesOf({ channel, wamid }: { channel: string; wamid?: string | null }) {
  const places = wamid ? sentPlaces(channel, [wamid]) : [];
  return places.map(({ pk }) => byKey(A.partitionKey, pk));
}
