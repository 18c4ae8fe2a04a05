import { describe, expect, test } from 'vitest';
import { channelWriter } from '../../lambda/channels/channel-table.ts';
import { isOnTheirs } from '../../lambda/channels/on-theirs.ts';
import { keptTenancy, ownershipBy, tenantsOfChannels } from '../../lambda/channels/tenancy.ts';
import { callerWriter } from '../../lambda/tenants/caller-table.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { aChannel } from '../support/channels.ts';
import { aRequest } from '../support/fake-ingest.ts';

const { signal } = new AbortController();

function tenantsOf(...channels: readonly Parameters<typeof aChannel>[0][]) {
  const stored = channels
    .map(aChannel)
    .map((channel) => ({ id: channel.id, channel, revision: 1 }));
  return tenantsOfChannels({ channels: stored, unreadable: ['newer'] });
}

describe('a channel', () => {
  const tenants = tenantsOf(
    { id: '1', tenant: 'acme', accountId: '100' },
    { id: '2', tenant: 'acme', accountId: '100' },
    { id: '3', tenant: 'acme', accountId: '200' },
    { id: '4', tenant: 'brand', accountId: '200' },
    { id: '5', tenant: 'acme', accountId: '200' },
  );

  test.each([
    ['1', 'acme'],
    ['4', 'brand'],
    ['without a row', 'default'],
    // Of an account that the channels of one tenant, or of two, have.
    ['100', 'acme'],
    ['200', 'default'],
    ['300', 'default'],
    ['newer', undefined],
  ])('%s is of the tenant %s', (id, tenant) => {
    expect(tenants(id)).toBe(tenant);
  });

  test('that bears the number of an account is of its own tenant', () => {
    const both = tenantsOf(
      { id: '1', tenant: 'acme', accountId: '2' },
      { id: '2', tenant: 'brand' },
    );
    expect(both('2')).toBe('brand');
  });
});

describe('a request of a caller of a tenant', () => {
  const own = ownershipBy(tenantsOf({ id: '1', tenant: 'acme' }, { id: '2', tenant: 'brand' }));
  const isTheirs = (channel: string) => {
    const request = aRequest({ path: { channel } });
    return isOnTheirs('acme', request, { ownership: async () => own }, signal);
  };

  test.each([
    ['1', true],
    ['2', false],
    // Of the default tenant, of nobody knows whom, and of nobody at all.
    ['3', false],
    ['newer', false],
    ['', false],
  ])('about the channel %j is on its own: %j', async (channel, expected) => {
    expect(await isTheirs(channel)).toBe(expected);
  });

  test('is on its own, whatever it is about, while all is one tenant', async () => {
    const ownership = async () => () => true;
    const request = aRequest({ path: { channel: '2' } });
    expect(await isOnTheirs('acme', request, { ownership }, signal)).toBe(true);
  });
});

describe('what is known of tenants', () => {
  const table = anEventTable();

  test('is one for all until a caller is of one, and ten seconds old at most', async () => {
    const { dynamodb, tableName } = await table;
    const clock = { now: 1_795_212_000_000 };
    const { tenantOf, ownership } = keptTenancy(dynamodb, tableName, () => clock.now);
    await channelWriter(dynamodb, tableName).add(aChannel({ id: '1', tenant: 'acme' }), signal);
    expect(await tenantOf('role/acme', signal)).toBe('*');
    expect(await tenantOf(undefined, signal)).toBe('*');
    expect((await ownership(signal))('brand', '1')).toBe(true);

    const callers = callerWriter(dynamodb, tableName);
    await callers.put({ principal: 'role/acme', tenant: 'acme' }, signal);
    clock.now += 9_999;
    expect(await tenantOf('role/other', signal)).toBe('*');
    clock.now += 1;
    expect(await tenantOf('role/acme', signal)).toBe('acme');
    expect(await tenantOf('role/other', signal)).toBeUndefined();
    expect(await tenantOf(undefined, signal)).toBeUndefined();
    const isTheirs = await ownership(signal);
    expect([isTheirs('acme', '1'), isTheirs('brand', '1')]).toEqual([true, false]);

    expect(await callers.remove('role/acme', signal)).toBe(true);
    expect(await callers.remove('role/acme', signal)).toBe(false);
    clock.now += 10_000;
    expect(await tenantOf('role/other', signal)).toBe('*');
  });

  test('costs one read every ten seconds where nobody is of a tenant, else two', async () => {
    const { dynamodb, tableName } = await table;
    const asked: unknown[] = [];
    const counting: typeof dynamodb = (operation, input, until) => {
      asked.push(input);
      return dynamodb(operation, input, until);
    };
    const ask = async () => {
      asked.length = 0;
      const { tenantOf, ownership } = keptTenancy(counting, tableName, () => 1);
      for (const _ of [1, 2, 3]) {
        await tenantOf('role/acme', signal);
        await ownership(signal);
      }
      return asked.length;
    };
    expect(await ask()).toBe(1);
    const callers = callerWriter(dynamodb, tableName);
    await callers.put({ principal: 'role/acme', tenant: 'acme' }, signal);
    expect(await ask()).toBe(2);
  });

  test('has the ids of all channels that have a row, by the same read that says whose they are', async () => {
    const { dynamodb, tableName } = await table;
    const asked: unknown[] = [];
    const counting: typeof dynamodb = (operation, input, until) => {
      asked.push(input);
      return dynamodb(operation, input, until);
    };
    await channelWriter(dynamodb, tableName).add(aChannel({ id: '1' }), signal);
    const Item = { pk: { S: 'channels' }, sk: { S: 'newer' }, config: { S: '{"v":99}' } };
    await dynamodb('PutItem', { TableName: tableName, Item }, signal);
    const caller = { principal: 'role/acme', tenant: 'acme' };
    await callerWriter(dynamodb, tableName).put(caller, signal);
    const { channelIds, ownership } = keptTenancy(counting, tableName, () => 1);
    await ownership(signal);

    expect([...(await channelIds(signal))]).toEqual(['1', 'newer']);
    expect(asked).toHaveLength(2);
  });
});
