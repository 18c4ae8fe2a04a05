import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { LoggedAttempt } from '../../lambda/delivery/log-table.ts';
import { deliveriesPartition, timeKey } from '../../lambda/table/keys.ts';
import type { EventTableEmulator } from './event-table-emulator.ts';

const WEEK_SECONDS = 7 * 86_400;

export function aTry(at: number, overrides: Partial<LoggedAttempt> = {}): LoggedAttempt {
  const usual = { try: 1, latencyMs: 12, outcome: 'delivered' } as const;
  return { eventId: `message.${at}`, at, ...usual, ...overrides };
}

/** Logs what one invocation tried, as the deliverer does. */
export async function logTries(
  { client, tableName }: EventTableEmulator,
  tries: readonly LoggedAttempt[],
  { id = 'sub_1', writtenAt }: { readonly id?: string; readonly writtenAt: number },
): Promise<void> {
  const at = Math.max(...tries.map((one) => one.at));
  const Item = {
    pk: { S: deliveriesPartition(id) },
    sk: { S: `${timeKey(at)}#random` },
    attempts: { S: JSON.stringify(tries) },
    expiresAt: { N: String(Math.floor(writtenAt / 1000) + WEEK_SECONDS) },
  };
  await client.send(new PutItemCommand({ TableName: tableName, Item }));
}
