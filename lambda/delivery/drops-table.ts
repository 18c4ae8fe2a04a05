import type { RoutedEvent } from '../events/routed-event.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { ATTRIBUTES as A } from '../table/keys.ts';
import { tableQueries } from '../table/query-table.ts';
import { keyOf, numberIn } from '../table/stored-rows.ts';
import { textValue } from '../table/update-expression.ts';
import { dropKey, dropTargets } from './history-table.ts';

/** Tells of which events somebody drops the deliveries to a subscriber. */
export type ReadDrops = (
  subscriberId: string,
  signal: AbortSignal,
) => Promise<(event: RoutedEvent) => boolean>;

export function deliveryDrops(dynamodb: CallAws, tableName: string): ReadDrops {
  return async (subscriberId, signal) => {
    const queries = tableQueries((...query) => dynamodb(...query, signal), tableName);
    const { pk, sk } = dropKey(subscriberId, '');
    const rows = queries.all({
      KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :sk)',
      ExpressionAttributeNames: { '#pk': A.partitionKey, '#sk': A.sortKey },
      ExpressionAttributeValues: { ':pk': textValue(pk), ':sk': textValue(sk) },
    });
    const untilOf = new Map<string, number>();
    for await (const row of rows) untilOf.set(keyOf(row).sk, numberIn(row, A.droppedUntil) ?? 0);
    return (event) =>
      untilOf.size > 0 &&
      dropTargets(event).some(
        (target) => (untilOf.get(dropKey(subscriberId, target).sk) ?? 0) >= event.receivedAt,
      );
  };
}
