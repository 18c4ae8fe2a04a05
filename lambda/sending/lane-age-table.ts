import type { CallAws } from '../shared/aws/json-protocol.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { keptValue } from '../shared/kept-value.ts';
import { ATTRIBUTES as A, LANES_PARTITION, laneSortKey } from '../table/keys.ts';
import { numberIn, toItem } from '../table/stored-rows.ts';
import { rowKey } from '../table/writes.ts';
import type { Wake } from './wake.ts';

/** Since when the oldest message of a lane waits, in ms since 1970; undefined where none does. */
export type WaitingSince = (lane: Wake, signal: AbortSignal) => Promise<number | undefined>;

/** A lane that is behind by an hour is so for longer than this. */
const MAX_AGE_MS = 5_000;

/** As the lane itself told it a moment ago. */
export function laneAges(dynamodb: CallAws, TableName: string, now: () => number): WaitingSince {
  const kept = new Map<string, (signal: AbortSignal) => Promise<number | undefined>>();

  async function read(key: string, signal: AbortSignal): Promise<number | undefined> {
    const input = { TableName, Key: rowKey(LANES_PARTITION, key) };
    const found = memberOf(await dynamodb('GetItem', input, signal), 'Item');
    return found === undefined ? undefined : numberIn(toItem(found), A.waitingSince);
  }

  return async ({ channel, lane }, signal) => {
    const key = laneSortKey(channel, lane);
    const known = kept.get(key) ?? keptValue((each) => read(key, each), MAX_AGE_MS, now);
    kept.set(key, known);
    return await known(signal);
  };
}
