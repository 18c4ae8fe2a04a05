import type { SubscriberInput } from '../../../lambda/delivery/subscribers/schemas.ts';
import { present } from '../../../lambda/shared/json/fields.ts';
import { CHANNELS, type Update } from '../update-parts.ts';
import type { AfterTableSchedule } from './schedule.ts';

type Filter = NonNullable<SubscriberInput['filter']>;

/** A filter, and in other words what fits it. */
const WISHES: readonly (readonly [filter: Filter, wants: (update: Update) => boolean])[] = [
  [{}, () => true],
  [{ kinds: ['status'] }, ({ status }) => status !== undefined],
  [{ channels: [CHANNELS[0]] }, ({ place }) => place.channel === CHANNELS[0] && place.list !== ''],
];

export interface SimulatedSubscriber {
  readonly id: string;
  readonly index: number;
  readonly spec: AfterTableSchedule['subscribers'][number];
}

export function makeSubscriber(
  spec: AfterTableSchedule['subscribers'][number],
  index: number,
): SimulatedSubscriber {
  return { id: `sub_${index}`, index, spec };
}

/** What is asked of the API for one. */
export function inputOf({ id, index, spec }: SimulatedSubscriber): SubscriberInput {
  const { wish, format, isOrdered, hasQueue } = spec;
  const { concurrency, ratePerSecond, retryHours, refusalIsFinal } = spec;
  return {
    ...{ name: id, filter: filterOf(wish), format, isOrdered, refusalIsFinal },
    ...present({ concurrency, ratePerSecond, retryHours }),
    endpoint: hasQueue
      ? { kind: 'sqs', queueUrl: `https://sqs.eu-central-1.amazonaws.com/2/own_${index}.fifo` }
      : { kind: 'https', url: `https://endpoint.example/${id}` },
  };
}

export function filterOf(wish: number): Filter {
  return WISHES[wish % WISHES.length]?.[0] ?? {};
}

/** Whether an update fits a filter, by the filter's own words. */
export function wants(filter: unknown, update: Update): boolean {
  const text = JSON.stringify(filter);
  return WISHES.find(([one]) => JSON.stringify(one) === text)?.[1](update) ?? false;
}
