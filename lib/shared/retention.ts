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

/** The variables by which functions know for how long rows are kept. */
export function retentionVariables({ retentionDays, channelRetentionDays }: Stage) {
  return {
    RETENTION_DAYS: String(retentionDays),
    ...(channelRetentionDays !== undefined && {
      CHANNEL_RETENTION_DAYS: JSON.stringify(channelRetentionDays),
    }),
  };
}
