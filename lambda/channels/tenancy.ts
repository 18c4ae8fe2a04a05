import { ALL_TENANTS } from '../answers/tenancy.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { keptValue } from '../shared/kept-value.ts';
import { callerReader } from '../tenants/caller-table.ts';
import { keptCallers, TENANCY_MAX_AGE_MS } from '../tenants/caller-tenant.ts';
import { type Channel, DEFAULT_TENANT } from './channel.ts';
import { channelReader, type ListedChannels } from './channel-table.ts';

/** Whose a channel is, or a WhatsApp Business Account; undefined where its row cannot be read. */
type ChannelTenants = (channel: string) => string | undefined;

/** Whether it is of a tenant; undefined where nobody can say. */
export type IsTheirs = (tenant: string, channel: string) => boolean | undefined;

export interface OwnershipDeps {
  /** As it is, or was a moment ago. While no caller is of a tenant, all is everybody's. */
  readonly ownership: (signal: AbortSignal) => Promise<IsTheirs>;
}

/**
 * What nobody gave to a tenant is of the default one. An account is its channels' tenant's, where they
 * have one.
 */
export function tenantsOfChannels({ channels, unreadable }: ListedChannels): ChannelTenants {
  const tenants = new Map<string, string | undefined>();
  for (const { channel } of channels) {
    const { accountId, tenant } = channel;
    if (accountId === undefined) continue;
    const isShared = tenants.has(accountId) && tenants.get(accountId) !== tenant;
    tenants.set(accountId, isShared ? DEFAULT_TENANT : tenant);
  }
  for (const { id, channel } of channels) tenants.set(id, channel.tenant);
  for (const id of unreadable) tenants.set(id, undefined);
  return (id) => (tenants.has(id) ? tenants.get(id) : DEFAULT_TENANT);
}

export function ownershipBy(tenants: ChannelTenants): IsTheirs {
  return (tenant, channel) => {
    const owner = tenants(channel);
    return owner === undefined ? undefined : owner === tenant;
  };
}

/** Callers and channels by their tenants, each read again once what is known is ten seconds old. */
export function keptTenancy(dynamodb: CallAws, tableName: string, now: () => number) {
  const { list } = channelReader(dynamodb, tableName);
  const tenantOf = keptCallers(callerReader(dynamodb, tableName), now);
  const channels = keptValue(
    async (signal) => {
      const listed = await list(signal);
      const ids = new Set([...listed.channels.map(({ id }) => id), ...listed.unreadable]);
      const tenants = tenantsOfChannels(listed);
      const readable = listed.channels.map(({ channel }) => channel);
      return { ids, tenants, readable, isTheirs: ownershipBy(tenants) };
    },
    TENANCY_MAX_AGE_MS,
    now,
  );
  return {
    tenantOf,
    ownership: (async (signal) => {
      // Whoever is nobody at all sees something only while no caller is of a tenant.
      const isOne = (await tenantOf(undefined, signal)) === ALL_TENANTS;
      return isOne ? () => true : (await channels(signal)).isTheirs;
    }) satisfies OwnershipDeps['ownership'],
    /** Whose a channel is; undefined where its row cannot be read. */
    channelTenant: async (channel: string, signal: AbortSignal): Promise<string | undefined> =>
      (await channels(signal)).tenants(channel),
    /** Of those that have a row, whoever can read it. */
    channelIds: async (signal: AbortSignal): Promise<ReadonlySet<string>> =>
      (await channels(signal)).ids,
    readableChannels: async (signal: AbortSignal): Promise<readonly Channel[]> =>
      (await channels(signal)).readable,
  };
}
