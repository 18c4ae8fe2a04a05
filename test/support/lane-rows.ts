import { claimTable } from '../../lambda/sending/claim-table.ts';
import { laneTable } from '../../lambda/sending/lane-table.ts';
import { outboxTable, type WaitingRow } from '../../lambda/sending/outbox-table.ts';
import { MESSAGE_SORT_KEY, outgoingPartition, STATUS_PREFIXES } from '../../lambda/table/keys.ts';
import { firstWait } from '../../lambda/table/outgoing-json.ts';
import { type OutgoingMessage, outgoingId } from '../../lambda/table/outgoing-message.ts';
import { setExpression, setOnce, timeValue } from '../../lambda/table/update-expression.ts';
import { rowKey } from '../../lambda/table/writes.ts';
import type { EventTableEmulator } from './event-table-emulator.ts';
import { anOutgoing, OUTGOING_NOW as NOW } from './outgoing.ts';

const { signal } = new AbortController();
export const LANE = { channel: '123', lane: 0 };

/** The rows of one lane in a table in memory, as sender and ticker have them. */
export function laneRows({ dynamodb, tableName }: EventTableEmulator) {
  const clock = { now: NOW };
  const now = () => clock.now;
  const options = { tableName, now, expiresAt: () => NOW / 1000 + 30 * 86_400 };
  const outbox = outboxTable(dynamodb, options);
  const claims = claimTable(dynamodb, options);
  const lanes = laneTable(dynamodb, options);

  /** A message that waits, under a key of its own. */
  async function ask(key: string, overrides: Partial<OutgoingMessage> = {}) {
    const to = { kind: 'phone', name: '5215550001111' } as const;
    const message = anOutgoing({ ...overrides, id: outgoingId(LANE.channel, to, key) });
    await outbox.putContent(message, 'hash', signal);
    const waiting: WaitingRow = { ...firstWait(message), dueAt: NOW };
    await outbox.putWaiting(LANE, waiting, signal);
    return { message, waiting };
  }

  return {
    ...{ clock, now, outbox, claims, lanes, ask },
    /** As the processor keeps a status of one of our messages. */
    tell: async (id: string, status: string) => {
      const Key = rowKey(outgoingPartition(LANE.channel, id), MESSAGE_SORT_KEY);
      const set = setExpression([setOnce(`${STATUS_PREFIXES.time}${status}`, timeValue(NOW))]);
      await dynamodb('UpdateItem', { TableName: tableName, Key, ...set }, signal);
    },
    recordOf: async (id: string) =>
      (await outbox.read({ channel: LANE.channel, id }, signal))?.record,
    waiting: () => outbox.queryWaiting(LANE, 'reply', 99, signal),
    doubts: () => lanes.doubts(LANE, signal),
  };
}
