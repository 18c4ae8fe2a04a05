import { optOutKey } from '../../campaigns/opt-outs-table.ts';
import { type NameSet, nameSet } from '../../campaigns/recipients/number-set.ts';
import type { CallAws } from '../../shared/aws/json-protocol.ts';
import { ATTRIBUTES as A, OPT_OUT_SHARDS, optOutPartition } from '../../table/keys.ts';
import { byKey, tableQueries } from '../../table/query-table.ts';
import { textOf } from '../../table/stored-rows.ts';

/** All who want no marketing of a tenant, under each of their names. */
export type ReadOptOuts = (tenant: string, signal: AbortSignal) => Promise<OptedOut>;

type OptedOut = Pick<NameSet, 'has'>;

/** @param seed a random number for the table of names */
export function optOutsReader(dynamodb: CallAws, tableName: string, seed: number): ReadOptOuts {
  return async (tenant, signal) => {
    const names = nameSet(seed);
    const { all } = tableQueries((...query) => dynamodb(...query, signal), tableName);
    const shards = Array.from({ length: OPT_OUT_SHARDS }, (_, shard) => shard);
    await Promise.all(
      shards.map(async (shard) => {
        const { ExpressionAttributeNames, ...query } = byKey(
          A.partitionKey,
          optOutPartition(tenant, shard),
        );
        const rows = all({
          ...query,
          ExpressionAttributeNames: { ...ExpressionAttributeNames, '#name': A.sortKey },
          ProjectionExpression: `#name, ${A.optedOutAt}`,
        });
        // Others want some again, or were forgotten before this check.
        for await (const row of rows) if (A.optedOutAt in row) names.add(textOf(row, A.sortKey));
      }),
    );
    return { has: (name) => names.has(optOutKey(tenant, name).sk) };
  };
}
