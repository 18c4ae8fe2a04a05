import type { SendingEnvironment } from '../../lambda/sending/config.ts';
import { retentionVariables } from '../shared/retention.ts';
import type { Stage } from '../stage.ts';
import type { EventTable } from '../table/event-table.ts';
import type { Outbox } from './outbox.ts';

/** What each function works on that sends, or takes what is to be sent. */
export interface Sending {
  readonly stage: Stage;
  readonly table: EventTable;
  readonly outbox: Outbox;
}

/** Lanes that send at once: a mapping and a schedule that are off have to say something too. */
export function sendersOf({ senderMaximumConcurrency: most }: Stage) {
  return most === 'none' ? { enabled: false, most: 2 } : { enabled: true, most };
}

export function sendingVariables({ stage, table, outbox }: Sending) {
  return {
    TABLE_NAME: table.table.tableName,
    OUTBOX_QUEUE_URL: outbox.queue.queueUrl,
    ...retentionVariables(stage),
  } satisfies SendingEnvironment;
}
