import type { CallAws } from '../lambda/adapters/aws-json.ts';
import { backlogWriter } from '../lambda/adapters/backlog-table.ts';
import { deliveryStateWriter } from '../lambda/adapters/delivery-state.ts';
import { subscriberWriter } from '../lambda/adapters/subscriber-table.ts';
import { deliveryGroup, type RoutedEvent } from '../lambda/domain/delivery.ts';
import { memberOf } from '../lambda/domain/json-source.ts';
import { sideBySide } from '../lambda/domain/side-by-side.ts';
import type { Subscriber } from '../lambda/domain/subscriber.ts';
import { routed } from '../test/support/deliveries.ts';
import { aSubscriber } from '../test/support/subscribers.ts';
import type { OtherSubscribers } from './other-subscribers.ts';
import { chunks } from './queue-messages.ts';
import { messagesTo } from './stored-events.ts';

const never = new AbortController().signal;
/** What DynamoDB takes at once, and how many of these are under way. */
const WRITES = 25;
const REQUESTS = 4;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Of what nobody else makes up. */
const FIRST_SEED = 1_000_000;

/**
 * Subscribers, each to a channel of its own, whose endpoint has not answered for long: what comes for
 * them goes to their backlogs, which a drainer looks at.
 */
export function deadSubscribers(
  dynamodb: CallAws,
  tableName: string,
  { count, url }: { readonly count: number; readonly url: string },
): OtherSubscribers {
  const all = Array.from({ length: count }, (_, n) => deadSubscriber(n, url));
  const subscribers = subscriberWriter(dynamodb, tableName);
  const state = deliveryStateWriter(dynamodb, tableName, Date.now);
  return {
    channels: all.map(({ filter }) => filter.channels?.[0] ?? ''),
    add: async () => {
      for (const subscriber of all) {
        await subscribers.add(subscriber, never);
        await state.open(subscriber.id, 'failing', 'closed', never);
      }
    },
    remove: async () => {
      for (const { id } of all) await subscribers.remove(id, never);
    },
  };
}

function deadSubscriber(n: number, url: string): Subscriber {
  return aSubscriber({
    id: idOf(n),
    endpoint: { kind: 'https', url },
    filter: { channels: [`dead-${n}`] },
  });
}

/** Ends in a letter of its own, as ids do: it decides in which minute of the hour the backlog is read. */
function idOf(n: number): string {
  return `sub_dead${String(n).padStart(17, '0')}${LETTERS[n % LETTERS.length]}`;
}

/** How many deliveries are made up at a time, so that not all are in memory. */
const PORTION = 3000;

/** Puts so many deliveries aside, as the deliverer would have done one by one. */
export async function fillBacklogs(
  dynamodb: CallAws,
  tableName: string,
  { channels }: OtherSubscribers,
  count: number,
  onProgress: (done: number) => void,
): Promise<void> {
  for (let done = 0; done < count; done += PORTION) {
    const events = messagesTo(channels, FIRST_SEED + done, Math.min(PORTION, count - done));
    const items = await backlogItems(events.map(routed), done, channels.length);
    await sideBySide(chunks(items, WRITES), REQUESTS, async (batch) => {
      const RequestItems = { [tableName]: batch.map((Item) => ({ PutRequest: { Item } })) };
      await dynamodb('BatchWriteItem', { RequestItems }, never);
    });
    onProgress(done);
  }
}

/** The rows that the deliverer's own adapter makes of them. */
async function backlogItems(events: readonly RoutedEvent[], first: number, subscribers: number) {
  const items: unknown[] = [];
  const take: CallAws = async (_, input) => void items.push(memberOf(input, 'Item'));
  const putAside = backlogWriter(take, '', Date.now);
  for (const [n, event] of events.entries()) {
    const delivery = { subscriberId: idOf(n % subscribers), routedAt: Date.now(), event };
    await putAside(delivery, deliveryGroup(delivery, true), String(first + n), never);
  }
  return items;
}
