import { describe, expect, test } from 'vitest';
import type { ChannelReader } from '../../lambda/channels/channel-table.ts';
import { channelsOfTenant } from '../../lambda/channels/channels-of-tenant.ts';
import { UnreadableRow } from '../../lambda/shared/unreadable-row.ts';
import { aChannel } from '../support/channels.ts';

const { signal } = new AbortController();
const ours = { id: '1', channel: aChannel({ id: '1', tenant: 'acme' }), revision: 1 };
const theirs = { id: '2', channel: aChannel({ id: '2', tenant: 'brand' }), revision: 1 };
const newer = new UnreadableRow('channel', '3', { cause: new Error('channel of version 2') });
const away = new Error('no table');

const all: ChannelReader = {
  list: async () => ({ channels: [ours, theirs], unreadable: ['3'] }),
  get: async (id) => {
    if (id === '3') throw newer;
    if (id === '4') throw away;
    return [ours, theirs].find((one) => one.id === id);
  },
};

describe('a caller of a tenant', () => {
  const { get, list } = channelsOfTenant('acme', all);

  test('is listed its own channels, and no id of one that cannot be read', async () => {
    expect(await list(signal)).toEqual({ channels: [ours], unreadable: [] });
  });

  test('gets its own channel', async () => {
    expect(await get('1', signal)).toBe(ours);
  });

  test.each([
    ['of another tenant', '2'],
    ['that cannot be read, and may be of anybody', '3'],
    ['that nobody has', '5'],
  ])('learns nothing of a channel %s', async (_, id) => {
    expect(await get(id, signal)).toBeUndefined();
  });

  test('does not take a table that is away for a channel that is not there', async () => {
    await expect(get('4', signal)).rejects.toBe(away);
  });
});
