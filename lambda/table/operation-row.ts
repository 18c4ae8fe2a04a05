import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { RECORDS_PARTITION, timeKey } from './keys.ts';
import { textValue } from './update-expression.ts';
import { rowKey } from './writes.ts';

/** What somebody did to the stack that cannot be undone or must be explained later. */
export interface Operation {
  readonly action:
    | 'contact-forgotten'
    | 'forgetting-completed'
    | 'dead-letters-dropped'
    | 'deliveries-dropped'
    | 'replay-resumed';
  readonly why: string;
  /** What it was done to, without a word of what messages say. */
  readonly details: object;
}

/** The row that keeps who did what, when and why. @param id of no other row of this millisecond */
export function operationRow(
  { action, why, details }: Operation,
  by: string,
  nowMs: number,
  id: string,
): Record<string, AttributeValue> {
  return {
    ...rowKey(RECORDS_PARTITION, `${timeKey(nowMs)}#${id}`),
    doneAt: textValue(new Date(nowMs).toISOString()),
    ...{ action: textValue(action), by: textValue(by), why: textValue(why) },
    details: textValue(JSON.stringify(details)),
  };
}
