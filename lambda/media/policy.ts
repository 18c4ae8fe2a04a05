import type { MediaFile } from '../providers/media-file.ts';
import { isMediaKind, type MediaKind } from '../providers/media-kind.ts';
import { isRecord, memberOf } from '../shared/json/json-source.ts';

/** What is kept of the files that come to a channel, and for whom. */
export interface MediaPolicy {
  readonly keep: 'all' | 'none' | readonly MediaKind[];
  readonly maxMegabytes: number;
  /** How long a URL that is handed out can be used. */
  readonly urlExpiryMinutes: number;
  /** Whose files they are: the beginning of their keys. */
  readonly tenant: string;
}

/** The policy of every channel, and what is different on some. */
export interface MediaPolicies extends MediaPolicy {
  readonly channels: Readonly<Record<string, Partial<MediaPolicy>>>;
}

const MEGABYTE = 1_000_000;

export function policyOf({ channels, ...policy }: MediaPolicies, channel: string): MediaPolicy {
  return Object.hasOwn(channels, channel) ? { ...policy, ...channels[channel] } : policy;
}

/** Why a file is not kept; undefined where it is. Its size may not be known yet. */
export function skipReason(
  { keep, maxMegabytes }: MediaPolicy,
  { kind, sizeBytes = 0 }: Pick<MediaFile, 'kind' | 'sizeBytes'>,
): 'policy' | 'too-big' | undefined {
  const isKept = keep === 'all' || (keep !== 'none' && keep.includes(kind));
  if (!isKept) return 'policy';
  return sizeBytes > maxMegabytes * MEGABYTE ? 'too-big' : undefined;
}

export function maxBytes({ maxMegabytes }: MediaPolicy): number {
  return maxMegabytes * MEGABYTE;
}

/** Where a file is stored. An event's id says neither who wrote nor what. */
export function mediaKey({ tenant }: MediaPolicy, eventId: string): string {
  return `media/${tenant}/${eventId}`;
}

/** Reads what the stack put into the environment. Throws for anything else. */
export function parseMediaPolicies(text: string): MediaPolicies {
  const json: unknown = JSON.parse(text);
  const channels = memberOf(json, 'channels');
  const policy = { ...readPolicy(json), channels: {} };
  if (!isWhole(policy) || !isRecord(channels))
    throw new Error('bad media policy: a member is missing');
  const different = Object.entries(channels).map(([channel, one]) => [channel, readPolicy(one)]);
  return { ...policy, channels: Object.fromEntries(different) };
}

function isWhole(policy: Partial<MediaPolicy>): policy is MediaPolicy {
  return ['keep', 'maxMegabytes', 'urlExpiryMinutes', 'tenant'].every((member) => member in policy);
}

function readPolicy(json: unknown): Partial<MediaPolicy> {
  const { keep, maxMegabytes, urlExpiryMinutes, tenant } = isRecord(json) ? json : {};
  return {
    ...(keep !== undefined && { keep: readKeep(keep) }),
    ...(typeof maxMegabytes === 'number' && { maxMegabytes }),
    ...(typeof urlExpiryMinutes === 'number' && { urlExpiryMinutes }),
    ...(typeof tenant === 'string' && { tenant }),
  };
}

function readKeep(keep: unknown): MediaPolicy['keep'] {
  if (keep === 'all' || keep === 'none') return keep;
  const kinds: readonly unknown[] = Array.isArray(keep) ? keep : [];
  return kinds.filter((kind) => typeof kind === 'string').filter(isMediaKind);
}
