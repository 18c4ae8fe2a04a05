import type { CallAws } from '../shared/aws/json-protocol.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { ATTRIBUTES as A, TENANTS_PARTITION } from '../table/keys.ts';
import { byKey, tableQueries } from '../table/query-table.ts';
import { textOf } from '../table/stored-rows.ts';
import { textValue } from '../table/update-expression.ts';
import { rowKey } from '../table/writes.ts';

/** A role or a user, and whose it is. */
export interface Caller {
  /** Such as `role/shop-bot`. */
  readonly principal: string;
  /** `*` for all. */
  readonly tenant: string;
}

/** All that have a tenant, as they are now, by name. */
export type ReadCallers = (signal: AbortSignal) => Promise<readonly Caller[]>;

export interface CallerWriter {
  /** Whatever tenant it was of before. */
  readonly put: (caller: Caller, signal: AbortSignal) => Promise<void>;
  /** Whether it was there. */
  readonly remove: (principal: string, signal: AbortSignal) => Promise<boolean>;
}

export function callerReader(dynamodb: CallAws, TableName: string): ReadCallers {
  return async (signal) => {
    const { all } = tableQueries((...query) => dynamodb(...query, signal), TableName);
    const query = { ...byKey(A.partitionKey, TENANTS_PARTITION), ConsistentRead: true };
    const rows = await Array.fromAsync(all(query));
    return rows.map((row) => ({
      principal: textOf(row, A.sortKey),
      tenant: textOf(row, A.tenant),
    }));
  };
}

export function callerWriter(dynamodb: CallAws, TableName: string): CallerWriter {
  return {
    put: async ({ principal, tenant }, signal) => {
      const Item = { ...keyOf(principal), [A.tenant]: textValue(tenant) };
      await dynamodb('PutItem', { TableName, Item }, signal);
    },
    remove: async (principal, signal) => {
      const input = { TableName, Key: keyOf(principal), ReturnValues: 'ALL_OLD' };
      return memberOf(await dynamodb('DeleteItem', input, signal), 'Attributes') !== undefined;
    },
  };
}

function keyOf(principal: string) {
  return rowKey(TENANTS_PARTITION, principal);
}
