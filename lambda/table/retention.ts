import { isRecord } from '../shared/json/json-source.ts';

/** Meta delivers again for 7 days; a row must outlive that to tell the duplicate. */
export const MIN_RETENTION_DAYS = 8;

export interface Retention {
  /** How long a row lives after it was stored. */
  readonly retentionDays: number;
  /** What is different on some channels. */
  readonly channelRetentionDays: Readonly<Record<string, number>>;
}

const SECONDS_PER_DAY = 86_400;

/** The most days for which anything of a stage is kept: files and payloads in S3 are kept no longer. */
function longestDays({ retentionDays, channelRetentionDays }: Retention): number {
  return Math.max(retentionDays, ...Object.values(channelRetentionDays));
}

/**
 * When rows that are stored now expire, by their channel, in seconds since 1970: after so many retentions.
 *
 * `own` is what the channel says for itself, and goes before the settings.
 */
export function expiryOf(
  settings: Retention,
  now: () => number,
): (channel: string, times?: number, own?: number) => number {
  const { retentionDays, channelRetentionDays } = settings;
  const longest = longestDays(settings);
  return (channel, times = 1, own) => {
    const isSet = Object.hasOwn(channelRetentionDays, channel);
    const set = (isSet ? channelRetentionDays[channel] : undefined) ?? retentionDays;
    const days = own === undefined ? set : Math.min(own, longest);
    return Math.floor(now() / 1000) + times * days * SECONDS_PER_DAY;
  };
}

/** Throws for what no stack of ours sets: then nobody knows for how long to keep what comes. */
export function readChannelDays(json = '{}'): Readonly<Record<string, number>> {
  const days: unknown = JSON.parse(json);
  if (!isRecord(days)) throw new Error('bad environment: CHANNEL_RETENTION_DAYS is no object');
  return Object.fromEntries(
    Object.entries(days).map(([channel, one]) => {
      if (typeof one === 'number' && one >= MIN_RETENTION_DAYS) return [channel, one];
      throw new Error(`bad environment: CHANNEL_RETENTION_DAYS of ${channel} is too little`);
    }),
  );
}
