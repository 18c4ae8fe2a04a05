import { isNews, type MediaState } from '../events/media-state.ts';
import { fits, holds, isPartitionFull } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { ATTRIBUTES as A, MEDIA_ATTRIBUTES as M, MEDIA_PACE_PARTITION } from '../table/keys.ts';
import {
  isHidden,
  numberOf,
  type StoredEvent,
  toItem,
  toStoredEvent,
} from '../table/stored-rows.ts';
import { numberValue, setAlways, setExpression, textValue } from '../table/update-expression.ts';
import { rowKey } from '../table/writes.ts';
import type { MediaJob } from './job.ts';
import { type ChannelPace, UNTROUBLED } from './pauses.ts';

/** Where an event's row is. */
type Place = Pick<MediaJob, 'group' | 'id'>;

export interface MediaTable {
  /** The event of a job as it is now; undefined where it expired or was forgotten. */
  readonly event: (job: Place, signal: AbortSignal) => Promise<StoredEvent | undefined>;
  /** Says what became of its file, unless that is said already. */
  readonly settle: (job: Place, media: MediaState, signal: AbortSignal) => Promise<Settled>;
  readonly pace: (channel: string, signal: AbortSignal) => Promise<ChannelPace>;
  /** The last one to write wins: a count that is off by a few harms nobody. False where nothing was written. */
  readonly setPace: (channel: string, pace: ChannelPace, signal: AbortSignal) => Promise<boolean>;
}

/** `gone`: there is no such event any more. `full`: its partition takes no word more. */
type Settled = 'said' | 'gone' | 'full';

const PACE = { errors: 'errors', since: 'since', pausedUntil: 'pausedUntil' } as const;

/** Longer than any pause and any hour that is counted. */
const PACE_LIFE_SECONDS = 86_400;

export function mediaTable(dynamodb: CallAws, TableName: string, now: () => number): MediaTable {
  const get = async (Key: object, signal: AbortSignal) => {
    const answer = await dynamodb('GetItem', { TableName, Key, ConsistentRead: true }, signal);
    const found = memberOf(answer, 'Item');
    if (found === undefined) return undefined;
    const item = toItem(found);
    return isHidden(item, now()) ? undefined : item;
  };

  const event: MediaTable['event'] = async ({ group, id }, signal) => {
    const item = await get(rowKey(group, id), signal);
    return item && toStoredEvent(item);
  };

  return {
    event,
    settle: async (job, media, signal) => {
      const input = { TableName, Key: rowKey(job.group, job.id), ...mediaUpdate(media, now()) };
      try {
        if (await holds(dynamodb('UpdateItem', input, signal))) return 'said';
      } catch (error) {
        if (isPartitionFull(error)) return 'full';
        throw error;
      }
      return (await event(job, signal)) === undefined ? 'gone' : 'said';
    },
    pace: async (channel, signal) => {
      const item = await get(rowKey(MEDIA_PACE_PARTITION, channel), signal);
      if (item === undefined) return UNTROUBLED;
      return {
        errors: numberOf(item, PACE.errors),
        since: numberOf(item, PACE.since),
        pausedUntil: numberOf(item, PACE.pausedUntil),
      };
    },
    setPace: async (channel, { errors, since, pausedUntil }, signal) => {
      const Item = {
        ...rowKey(MEDIA_PACE_PARTITION, channel),
        [PACE.errors]: numberValue(errors),
        [PACE.since]: numberValue(since),
        [PACE.pausedUntil]: numberValue(pausedUntil),
        [A.expiresAt]: numberValue(Math.floor(now() / 1000) + PACE_LIFE_SECONDS),
      };
      return fits(dynamodb('PutItem', { TableName, Item }, signal));
    },
  };
}

/** Of the event's own row, which it never makes anew. */
function mediaUpdate(media: MediaState, now: number) {
  const { state } = media;
  const facts = {
    ...('reason' in media && { [M.reason]: textValue(media.reason) }),
    ...(media.state === 'stored' && {
      [M.key]: textValue(media.key),
      [M.sizeBytes]: numberValue(media.sizeBytes),
      [M.sha256]: textValue(media.sha256),
      [M.mimeType]: textValue(media.mimeType),
    }),
    ...(isNews(media) && { [M.newsAt]: numberValue(now) }),
  };
  const assignments = Object.entries({ [M.state]: textValue(state), ...facts });
  return {
    ...setExpression(assignments.map(([attribute, value]) => setAlways(attribute, value))),
    ConditionExpression: `attribute_exists(${A.partitionKey}) AND attribute_not_exists(#0) AND attribute_not_exists(${A.forgottenAt})`,
  };
}
