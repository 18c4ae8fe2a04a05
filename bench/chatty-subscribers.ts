import type { CallAws } from '../lambda/adapters/aws-json.ts';
import { subscriberWriter } from '../lambda/adapters/subscriber-table.ts';
import { aSubscriber } from '../test/support/subscribers.ts';
import type { OtherSubscribers } from './other-subscribers.ts';

const never = new AbortController().signal;

/** Subscribers, each to a channel of its own, whose endpoint takes everything and talks at length. */
export function chattySubscribers(
  dynamodb: CallAws,
  tableName: string,
  { count, url }: { readonly count: number; readonly url: string },
): OtherSubscribers {
  const all = Array.from({ length: count }, (_, n) =>
    aSubscriber({
      id: `sub_chatty${String(n).padStart(16, '0')}`,
      endpoint: { kind: 'https', url },
      filter: { channels: [`chatty-${n}`] },
    }),
  );
  const subscribers = subscriberWriter(dynamodb, tableName);
  return {
    channels: all.map(({ filter }) => filter.channels?.[0] ?? ''),
    add: async () => {
      for (const subscriber of all) await subscribers.add(subscriber, never);
    },
    remove: async () => {
      for (const { id } of all) await subscribers.remove(id, never);
    },
  };
}
