import type { EventFilter, Subscriber } from '../../../lambda/domain/subscriber.ts';
import { writeSubscriber } from '../../../lambda/domain/subscriber-json.ts';
import { aSubscriber } from '../../support/subscribers.ts';
import type { Row } from '../table-expressions.ts';
import { CHANNELS, type Update } from '../update-parts.ts';
import type { AfterTableSchedule } from './schedule.ts';

/** A filter, and in other words what fits it. */
const WISHES: readonly (readonly [filter: EventFilter, wants: (update: Update) => boolean])[] = [
  [{}, () => true],
  [{ kinds: ['status'] }, ({ status }) => status !== undefined],
  [{ channels: [CHANNELS[0]] }, ({ place }) => place.channel === CHANNELS[0] && place.list !== ''],
];

export interface SimulatedSubscriber {
  readonly subscriber: Subscriber;
  readonly wants: (update: Update) => boolean;
  readonly spec: AfterTableSchedule['subscribers'][number];
}

export function makeSubscriber(
  spec: AfterTableSchedule['subscribers'][number],
  index: number,
): SimulatedSubscriber {
  const [filter, wants] = WISHES[spec.wish % WISHES.length] ?? [{}, () => true];
  const id = `sub_${index}`;
  const { concurrency, ratePerSecond } = spec;
  const subscriber = aSubscriber({
    ...{ id, filter, format: spec.format, isOrdered: spec.isOrdered, updatedAt: 0 },
    endpoint: spec.hasQueue
      ? { kind: 'sqs', queueUrl: `https://sqs.eu-central-1.amazonaws.com/222222222222/${id}.fifo` }
      : { kind: 'https', url: `https://endpoint.example/${id}` },
    ...(concurrency !== undefined && { concurrency }),
    ...(ratePerSecond !== undefined && { ratePerSecond }),
  });
  return { subscriber, wants, spec };
}

export function subscriberRow(subscriber: Subscriber): Row {
  return {
    ...{ pk: { S: 'subscribers' }, sk: { S: subscriber.id }, revision: { N: '1' } },
    config: { S: writeSubscriber(subscriber) },
  };
}
