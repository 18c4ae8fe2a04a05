import type { KeptDays } from '../../lambda/channels/managing/kept-days.ts';
import type { Stage } from '../stage.ts';

/** The most days for which rows of any channel are kept. */
export function longestRetention({ retentionDays, channelRetentionDays = {} }: Stage): number {
  return Math.max(retentionDays, ...Object.values(channelRetentionDays));
}

/** For how many days each tenant's rows are kept: as long as those of its channel that keeps them longest. */
export function tenantRetention(stage: Stage): ReadonlyMap<string, number> {
  const { media, retentionDays, channelRetentionDays = {} } = stage;
  const named = new Set([...Object.keys(media.channels), ...Object.keys(channelRetentionDays)]);
  const days = new Map([[media.tenant, retentionDays]]);
  for (const channel of named) {
    const tenant = media.channels[channel]?.tenant ?? media.tenant;
    days.set(
      tenant,
      Math.max(days.get(tenant) ?? 0, channelRetentionDays[channel] ?? retentionDays),
    );
  }
  return days;
}

/** For how long rows and files are kept, for who manages channels: it lets no row outlive its files. */
export function keptDays(stage: Stage): KeptDays {
  const { media, retentionDays, channelRetentionDays = {} } = stage;
  const longest = longestRetention(stage);
  const shorter = [...tenantRetention(stage)].filter(([, days]) => days !== longest);
  const named = new Set([...Object.keys(media.channels), ...Object.keys(channelRetentionDays)]);
  const channels = [...named].map((id) => {
    const set = { rows: channelRetentionDays[id], tenant: media.channels[id]?.tenant };
    return [id, set] as const;
  });
  return {
    ...{ rows: retentionDays, longest, tenant: media.tenant },
    tenants: Object.fromEntries(shorter),
    channels: Object.fromEntries(channels),
  };
}

/** The variables by which functions know for how long rows are kept. */
export function retentionVariables({ retentionDays, channelRetentionDays }: Stage) {
  return {
    RETENTION_DAYS: String(retentionDays),
    ...(channelRetentionDays !== undefined && {
      CHANNEL_RETENTION_DAYS: JSON.stringify(channelRetentionDays),
    }),
  };
}
