import { expect, onTestFinished, test } from 'vitest';
import { deadSubscribers, fillBacklogs } from '../../bench/dead-subscribers.ts';
import { backlogTable } from '../../lambda/adapters/backlog-table.ts';
import { deliveryStateOf } from '../../lambda/adapters/delivery-state.ts';
import { subscriberReader } from '../../lambda/adapters/subscriber-table.ts';
import { startEventTable } from '../support/event-table-emulator.ts';

const never = new AbortController().signal;

test('dead subscribers come with open breakers and what waits for them, and go without it', async () => {
  const { dynamodb, tableName, ...emulator } = await startEventTable();
  onTestFinished(() => emulator[Symbol.asyncDispose]());
  const { list } = subscriberReader(dynamodb, tableName);
  const dead = deadSubscribers(dynamodb, tableName, { count: 2, url: 'http://127.0.0.1:1/hook' });

  await fillBacklogs(dynamodb, tableName, dead, 70, () => {});
  await dead.add();
  const added = await list(never);
  await dead.remove();

  expect(added.map(({ row }) => deliveryStateOf(row).breaker)).toEqual(['open', 'open']);
  const backlog = backlogTable(dynamodb, tableName);
  for (const { subscriber } of added) {
    const rows = await backlog.after(subscriber.id, '', 100, never);
    expect(rows).toHaveLength(35);
    expect(new Set(rows.map(({ delivery }) => delivery.event.channel))).toEqual(
      new Set(subscriber.filter.channels),
    );
  }
  expect(await list(never)).toEqual([]);
});
