import type { Subscriber } from '../../../lambda/delivery/subscriber.ts';
import { subscriberReader } from '../../../lambda/delivery/subscriber-table.ts';
import { webhookIdOf } from '../../../lambda/events/webhook-id.ts';
import { type StackAddress, unavailable } from '../stack/deployed-stack.ts';
import { openRecords } from '../stack/operation-record.ts';
import { type Surroundings, UnavailableError, UsageError } from '../terminal/command.ts';
import { eventsOfContact, type IsOfContact } from './contact-events.ts';
import type { ReplayOptions, ReplayOrder } from './options.ts';
import { chooseSubscribers, isServed } from './recipients.ts';
import { type ReplayRecord, replayRecords } from './record.ts';
import type { ReplayRun, ReplayTools } from './run-replay.ts';

/** What was typed, and what it is done with. */
export interface ReplayWork extends ReplayTools {
  readonly options: ReplayOptions;
  readonly stack: StackAddress;
  readonly surroundings: Surroundings;
}

/** A replay on record, and who of its subscribers gets it. */
export interface Begun {
  readonly record: ReplayRecord;
  readonly subscribers: readonly Subscriber[];
}

/** Puts a new replay on record. */
export async function begin(work: ReplayWork): Promise<Begun> {
  const { stack, dynamodb, options } = work;
  const { order, subscribers } = await newOrder(work);
  const by = await stack.user();
  const record = await replayRecords(dynamodb, stack.table).begin(order, { by, why: options.why });
  return { record, subscribers };
}

/** Finds a replay that is not done. Those of its subscribers that are still there get the rest. */
export async function resumed(work: ReplayWork, id: string): Promise<Begun> {
  const { stack, dynamodb, options } = work;
  const record = await replayRecords(dynamodb, stack.table).find(id);
  checkResumed(record, options);
  const { order } = record;
  const all = order.toHost === undefined ? await allSubscribers(work) : [];
  using operations = await openRecords(stack);
  await operations.record({
    ...{ action: 'replay-resumed', why: options.why, details: { replayId: id } },
  });
  return {
    record,
    subscribers: all.filter((one) => order.subscribers.includes(one.id) && isServed(one)),
  };
}

function checkResumed({ id, order, state }: ReplayRecord, { contact, toUrl }: ReplayOptions): void {
  if (state === 'done') throw new UsageError(`the replay ${id} is done`);
  if (order.isOfContact !== (contact !== undefined)) {
    const advice = order.isOfContact ? 'say the same --contact again' : 'it was not of a --contact';
    throw new UsageError(`the replay ${id}: ${advice}`);
  }
  const toHost = toUrl === undefined ? undefined : new URL(toUrl).host;
  if (order.toHost === toHost) return;
  const advice =
    order.toHost === undefined ? 'it goes to subscribers' : `say --to-url of ${order.toHost} again`;
  throw new UsageError(`the replay ${id}: ${advice}`);
}

/** What was typed, for the subscribers as they are. */
export async function newOrder(
  work: ReplayWork,
): Promise<{ order: ReplayOrder; subscribers: readonly Subscriber[] }> {
  const order = orderOf(work.options);
  const subscribers =
    order.toHost === undefined
      ? chooseSubscribers(await allSubscribers(work), order.subscribers)
      : [];
  return { subscribers, order: { ...order, subscribers: subscribers.map(({ id }) => id) } };
}

function orderOf({ order }: ReplayOptions): ReplayOrder {
  if ('resume' in order) throw new UsageError('--resume sends: it takes no --dry-run');
  return order;
}

/** Of the archive; undefined where the table is read. */
async function objectsOf({ archive, stack }: ReplayWork, { isFromTable, from, to }: ReplayOrder) {
  if (isFromTable) return undefined;
  if (stack.outputs.has('ArchiveBucket')) return await archive.objects(from, to);
  throw new UnavailableError(`${stack.name} has no archive: say --from-table`);
}

/** What an order has a run read. */
export async function runOf(
  work: ReplayWork,
  order: ReplayOrder,
): Promise<Pick<ReplayRun, 'order' | 'plan' | 'isNamed' | 'isOfContact'>> {
  const { from, to, eventIds } = order;
  const objects = await objectsOf(work, order);
  const ids = eventIds && new Set(eventIds.map(webhookIdOf));
  return {
    order,
    plan: { from, to, objects, count: ids?.size },
    isNamed: ({ id }) => ids === undefined || ids.has(webhookIdOf(id)),
    isOfContact: await contactOf(work, order),
  };
}

async function contactOf(
  work: ReplayWork,
  { filter }: ReplayOrder,
): Promise<IsOfContact | undefined> {
  const { options, dynamodb, archive, tableName } = work;
  const [channel] = filter.channels ?? [];
  if (options.contact === undefined || channel === undefined) return undefined;
  return await eventsOfContact(channel, options.contact, {
    readTable: (operation, input) => dynamodb(operation, input, AbortSignal.timeout(30_000)),
    ...{ tableName, readPayload: archive.payload },
  });
}

async function allSubscribers({ dynamodb, tableName }: ReplayWork): Promise<readonly Subscriber[]> {
  const { subscribers } = await subscriberReader(dynamodb, tableName)
    .list(AbortSignal.timeout(30_000))
    .catch(unavailable('the subscribers cannot be read'));
  return subscribers.map(({ subscriber }) => subscriber);
}
