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

/** When rows that are stored now expire, by their channel, in seconds since 1970: after so many retentions. */
export function expiryOf(
  { retentionDays, channelRetentionDays }: Retention,
  now: () => number,
): (channel: string, times?: number) => number {
  return (channel, times = 1) => {
    const isOwn = Object.hasOwn(channelRetentionDays, channel);
    const days = (isOwn ? channelRetentionDays[channel] : undefined) ?? retentionDays;
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
