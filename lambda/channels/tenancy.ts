import type { HttpRequest } from '../answers/api-gateway.ts';
import { channelParameter } from '../answers/parameters.ts';
import { ALL_TENANTS } from '../answers/tenancy.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { keptValue } from '../shared/kept-value.ts';
import { callerReader } from '../tenants/caller-table.ts';
import { keptCallers, TENANCY_MAX_AGE_MS } from '../tenants/caller-tenant.ts';
import { DEFAULT_TENANT } from './channel.ts';
import { channelReader, type ListedChannels } from './channel-table.ts';

/** Whose a channel is, or a WhatsApp Business Account; undefined where its row cannot be read. */
export type ChannelTenants = (channel: string) => string | undefined;

/** As it is, or was a moment ago. Undefined where all is one tenant, since no caller is of any. */
type ReadChannelTenants = (signal: AbortSignal) => Promise<ChannelTenants | undefined>;

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

export interface ChannelTenantsDeps {
  readonly channelTenants: ReadChannelTenants;
}

/** Whether a request of a caller of a tenant is about a channel of that tenant. */
export async function isOnTheirs(
  tenant: string,
  { path }: HttpRequest,
  { channelTenants }: ChannelTenantsDeps,
  signal: AbortSignal,
): Promise<boolean> {
  const tenants = await channelTenants(signal);
  if (tenants === undefined) return true;
  const parameter = channelParameter(path);
  return parameter.ok && tenants(parameter.channel) === tenant;
}

/** Callers and channels by their tenants, each read again once what is known is ten seconds old. */
export function keptTenancy(dynamodb: CallAws, tableName: string, now: () => number) {
  const { list } = channelReader(dynamodb, tableName);
  const tenantOf = keptCallers(callerReader(dynamodb, tableName), now);
  const channels = keptValue(
    async (signal) => {
      const listed = await list(signal);
      const ids = new Set([...listed.channels.map(({ id }) => id), ...listed.unreadable]);
      return { ids, tenants: tenantsOfChannels(listed) };
    },
    TENANCY_MAX_AGE_MS,
    now,
  );
  return {
    tenantOf,
    channelTenants: (async (signal) => {
      // Whoever is nobody at all sees something only while no caller is of a tenant.
      const isOne = (await tenantOf(undefined, signal)) === ALL_TENANTS;
      return isOne ? undefined : (await channels(signal)).tenants;
    }) satisfies ReadChannelTenants,
    /** Of those that have a row, whoever can read it. */
    channelIds: async (signal: AbortSignal): Promise<ReadonlySet<string>> =>
      (await channels(signal)).ids,
  };
}
