import { expect, onTestFinished, test } from 'vitest';
import { otherSubscribers } from '../../bench/other-subscribers.ts';
import type { SubscribersApi } from '../../bench/subscribers-api.ts';
import { endpointStateOf } from '../../lambda/delivery/endpoint-table.ts';
import { subscriberReader, subscriberWriter } from '../../lambda/delivery/subscriber-table.ts';
import { startEventTable } from '../support/event-table-emulator.ts';
import { aSubscriber } from '../support/subscribers.ts';

const never = new AbortController().signal;

test('other subscribers come with a channel each, the dead ones known as such, and go without a trace', async () => {
  const { dynamodb, tableName, ...emulator } = await startEventTable();
  onTestFinished(() => emulator[Symbol.asyncDispose]());
  const { list } = subscriberReader(dynamodb, tableName);
  const { add, remove } = subscriberWriter(dynamodb, tableName);
  const unused = () => Promise.reject(new Error('not asked for'));
  const api: SubscribersApi = {
    ...{ pointTo: unused, pause: unused, resume: unused, waiting: unused },
    add: async ({ name, url, channel }) => {
      const id = `sub_${name}`;
      const endpoint = { kind: 'https', url } as const;
      await add(aSubscriber({ id, endpoint, filter: { channels: [channel] } }), 'mapping', never);
      return id;
    },
    remove: async (id) => void (await remove(id, never)),
  };
  const others = otherSubscribers({ api, dynamodb, table: tableName }, [
    { name: 'dead', url: 'https://dead.example/hook', count: 2, isDown: true },
    { name: 'slow', url: 'https://slow.example/hook', count: 1, isDown: false },
  ]);

  await others.add();
  const { subscribers: added } = await list(never);
  await others.remove();

  expect(added.flatMap(({ subscriber }) => subscriber.filter.channels).toSorted()).toEqual(
    others.channels.toSorted(),
  );
  const down = added.filter(({ row }) => endpointStateOf(row).downSince !== undefined);
  expect(down.map(({ id }) => id).toSorted()).toEqual(['sub_dead-0', 'sub_dead-1']);
  expect(await list(never)).toEqual({ subscribers: [], unreadable: [] });
});
