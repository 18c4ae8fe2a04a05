import type { SqsQueue } from '../../shared/aws/sqs-queue.ts';
import type { SendBatch } from '../../shared/queue/outgoing-message.ts';
import { type QueuedMessage, unqueuedMessage } from '../../shared/queue/queued-message.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';
import { deadLetterUnreadable, type SettleDeps } from '../deliverer/settle-delivery.ts';
import { type Delivery, deliveryGroup, readDelivery } from '../delivery.ts';
import { mappingSettings } from '../endpoint-state.ts';
import { type EndpointStateWriter, endpointStateOf } from '../endpoint-table.ts';
import type { Mappings } from '../lambda-mappings.ts';
import { sendInRounds } from '../router/send-deliveries.ts';
import type { OutgoingDelivery, PlannedDelivery } from '../router/send-round.ts';
import type { SubscriberQueues } from '../sqs-queues.ts';
import type { FoundSubscriber } from '../subscriber-table.ts';
import type { Backlog, BacklogRow } from './backlog-table.ts';
import { eachAlone } from './each-alone.ts';

/**
 * What a release before this one left: one queue for all subscribers, and rows of deliveries that were put
 * aside. Both go into the subscribers' own queues, what was put aside first. Until then the router hands
 * nothing on, so that nothing overtakes.
 */
export interface MoveDeps extends Pick<SettleDeps, 'deadLetter' | 'count' | 'warn'> {
  readonly queues: SubscriberQueues;
  readonly mappings: Mappings;
  readonly state: EndpointStateWriter;
  readonly queueArn: (id: string) => string;
  /** `MaximumConcurrency` where a subscriber says nothing. */
  readonly functions: number;
  /** Sends to the queue of a subscriber. */
  readonly sendTo: (subscriberId: string) => SendBatch<OutgoingDelivery>;
  readonly backlog: Backlog;
  readonly former: SqsQueue;
  readonly hasTime: () => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** SQS counts about; and a router of the release before may still be sending. */
const QUIET_MS = 120_000;

/**
 * What is still hidden then waits for its next try, which may be hours away, and would hold up everybody.
 * It is moved when it comes, and may come behind what followed it.
 */
const PATIENCE_MS = 15 * 60_000;

const HIDDEN_SECONDS = 60;

const ROWS_AT_A_TIME = 200;
const ROWS_AT_ONCE = 25;

export async function moveFormer(
  found: readonly FoundSubscriber[],
  signal: AbortSignal,
  deps: MoveDeps,
): Promise<void> {
  const unmapped = found.filter(({ row }) => endpointStateOf(row).mappingId === undefined);
  const empty: FoundSubscriber[] = [];
  await eachAlone(unmapped, deps, async (one) => {
    await deps.queues.create(one.id, signal);
    if (await isBacklogMoved(one, signal, deps)) empty.push(one);
  });
  const left = await deps.former.waiting(signal);
  if (left > 0) await forward(found, signal, deps);
  await eachAlone(empty, deps, (one) => map(one, left, signal, deps));
}

/** A page after another, as far as there is time. Whether there is no more of it. */
async function isBacklogMoved(
  { id, subscriber }: FoundSubscriber,
  signal: AbortSignal,
  deps: MoveDeps,
): Promise<boolean> {
  let key = '';
  while (deps.hasTime()) {
    const rows = await deps.backlog.after(id, key, ROWS_AT_A_TIME, signal);
    const last = rows.at(-1);
    if (last === undefined) return true;
    const isOrdered = subscriber?.isOrdered ?? true;
    const planned = rows.flatMap(({ reading }) =>
      reading.ok ? [plan(reading.delivery, isOrdered)] : [],
    );
    const { unsent, faults } = await sendInRounds(planned, signal, deps.sendTo(id));
    if (unsent.length > 0) throw faults[0] ?? new Error('the queue refuses some deliveries');
    await sideBySide(rows, ROWS_AT_ONCE, (row) => settleRow(row, signal, deps));
    key = last.key;
  }
  return false;
}

function plan(delivery: Delivery, isOrdered: boolean): PlannedDelivery {
  return { delivery, group: deliveryGroup(delivery, isOrdered), index: 0 };
}

/** Removes what is moved, and what nobody can read once that is a dead letter. */
async function settleRow(row: BacklogRow, signal: AbortSignal, deps: MoveDeps): Promise<void> {
  const { key, body, reading } = row;
  if (!reading.ok) {
    await deadLetterUnreadable(unqueuedMessage(key, body), reading, signal, deps);
  }
  await deps.backlog.remove(row, signal);
}

async function forward(
  found: readonly FoundSubscriber[],
  signal: AbortSignal,
  deps: MoveDeps,
): Promise<void> {
  const { former } = deps;
  const byId = new Map(found.map((one) => [one.id, one]));
  while (deps.hasTime()) {
    const messages = await deps.former.receive(HIDDEN_SECONDS, signal);
    if (messages.length === 0) return;
    for (const message of messages) {
      if (await isMoved(message, byId, signal, deps)) await former.done(message, signal);
    }
  }
}

/** Those of a subscriber that is no more are dropped; one of a newer version waits for who can read it. */
async function isMoved(
  message: QueuedMessage,
  byId: ReadonlyMap<string, FoundSubscriber>,
  signal: AbortSignal,
  deps: MoveDeps,
): Promise<boolean> {
  const reading = readDelivery(message.body);
  if (reading.ok) {
    const { delivery } = reading;
    const to = byId.get(delivery.subscriberId);
    if (to !== undefined)
      await deps.queues.send(delivery, to.subscriber?.isOrdered ?? true, signal);
    return true;
  }
  if (reading.reason === 'newer') return false;
  await deadLetterUnreadable(message, reading, signal, deps);
  return true;
}

/** From now on the router hands on, and the queue is read: also that of one that cannot be read. */
async function map(
  { id, subscriber }: FoundSubscriber,
  left: number,
  signal: AbortSignal,
  { queues, mappings, state, queueArn, functions, now }: MoveDeps,
): Promise<void> {
  const ageMs = now() - ((await queues.madeAt(id, signal)) ?? now());
  if (ageMs < (left === 0 ? QUIET_MS : PATIENCE_MS)) return;
  const settings = mappingSettings(
    subscriber ?? { isPaused: false },
    { downSince: undefined },
    functions,
  );
  await state.mapped(id, await mappings.create(queueArn(id), settings, signal), signal);
}
