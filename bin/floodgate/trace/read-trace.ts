import type { SubscriberAnswer } from '../../../lambda/delivery/subscribers/schemas.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import { webhookIdOf } from '../../../lambda/events/webhook-id.ts';
import type { OutgoingAnswer } from '../../../lambda/reading/schemas.ts';
import { reasonOf } from '../deliveries/draw.ts';
import { type DeliveryTry, readDelivery } from '../deliveries/read-deliveries.ts';
import type { Archive } from '../replay/archived-events.ts';
import { tablePages } from '../replay/table-events.ts';
import type { ApiClient } from '../stack/api-client.ts';
import { ownMessage } from './own-message.ts';
import { type TracedTable, withStored } from './stored-events.ts';

/** Something that happened to an event or message. */
export interface Step {
  /** In ms since 1970; undefined where nobody kept when. */
  readonly at: number | undefined;
  readonly what: string;
  /** Whose doing it was, or where it is. */
  readonly where: string;
  readonly isFault: boolean;
}

export interface TraceTools extends TracedTable {
  readonly api: ApiClient;
  /** Undefined where the stack has none. */
  readonly archive: Archive | undefined;
  readonly subscribers: readonly SubscriberAnswer[];
  readonly onRead: (units: number) => void;
}

/** The events that an id means: one, or all of a message. */
export async function findEvents(
  id: string,
  since: number,
  { dynamodb, tableName, onRead }: TraceTools,
): Promise<readonly RoutedEvent[]> {
  const found = new Map<string, RoutedEvent>();
  const wanted = webhookIdOf(id);
  let units = 0;
  for await (const page of tablePages(dynamodb, tableName, { from: since, to: LATEST })) {
    units += page.units;
    onRead(Math.round(units));
    for (const { event } of page.events) {
      if (event.wamid === id || webhookIdOf(event.id) === wanted) found.set(event.id, event);
    }
  }
  return [...found.values()];
}

const LATEST = Number.MAX_SAFE_INTEGER;

/**
 * What happened to them and their messages, in the order of time; what has no time comes last.
 *
 * @param outgoing what was asked for, where that is known; else it is looked for
 */
export async function stepsOf(
  events: readonly RoutedEvent[],
  outgoing: OutgoingAnswer | undefined,
  tools: TraceTools,
): Promise<readonly Step[]> {
  const ours = outgoing ?? (await ownMessage(events, tools.api));
  const steps = [...(ours === undefined ? [] : stepsOfOurs(ours))];
  for (const event of await withStored(events, ours, tools)) {
    steps.push(...stepsOfEvent(event));
    for (const one of tools.subscribers) steps.push(...(await stepsOfDelivery(event, one, tools)));
    steps.push(...(await stepsOfArchive(event, tools)));
  }
  return steps.toSorted((one, other) => (one.at ?? LATEST) - (other.at ?? LATEST));
}

function stepsOfOurs({ createdAt, sentAt, state, error }: OutgoingAnswer): Step[] {
  const asked = step(Date.parse(createdAt), 'asked to be sent', 'api');
  const sent = sentAt === null ? [] : [step(Date.parse(sentAt), 'taken by the provider', 'sender')];
  const fault = error === null ? [] : [{ ...step(undefined, state, 'sender'), isFault: true }];
  return [asked, ...sent, ...fault];
}

function stepsOfEvent({ kind, type, media, occurredAt, receivedAt }: RoutedEvent): Step[] {
  if (media !== undefined) {
    const isFault = media.state === 'failed';
    return [{ ...step(media.settledAt, `file ${media.state}`, 'media'), isFault }];
  }
  const isFault = type === 'failed' && (kind === 'status' || kind === 'outgoing');
  // That it was asked for and taken is told by the message itself.
  if (kind === 'outgoing') return isFault ? [{ ...step(occurredAt, type, 'sender'), isFault }] : [];
  return [
    { ...step(occurredAt, `${kind} ${type} happened`, "the provider's clock"), isFault },
    step(receivedAt, `${kind} ${type} received, then queued and stored`, 'ingest, processor'),
  ];
}

async function stepsOfDelivery(
  { id }: RoutedEvent,
  { id: subscriberId, name }: SubscriberAnswer,
  { api }: TraceTools,
): Promise<Step[]> {
  const { tries, waiting, droppedAt } = await readDelivery(api, subscriberId, id);
  return [
    ...tries.map((one) => stepOfTry(one, name)),
    ...waiting.map(({ nextTryBy }) =>
      step(Date.parse(nextTryBy), 'tried again at the latest', name),
    ),
    ...(droppedAt === null ? [] : [step(Date.parse(droppedAt), 'dropped by a person', name)]),
  ];
}

function stepOfTry(one: DeliveryTry, name: string): Step {
  const { at, outcome, what, latencyMs } = one;
  const took = `${Math.round(latencyMs)} ms`;
  const why = outcome === 'delivered' ? '' : `: ${reasonOf(one)}`;
  return {
    ...step(Date.parse(at), `${what ?? 'event'} ${outcome} after ${took}${why}`, name),
    isFault: outcome !== 'delivered',
  };
}

async function stepsOfArchive(
  { id, receivedAt }: RoutedEvent,
  { archive }: TraceTools,
): Promise<Step[]> {
  if (archive === undefined) return [];
  for (const object of await archive.objects(receivedAt, receivedAt + 1)) {
    const { events } = await archive.read(object);
    if (events.some((one) => one.id === id)) return [step(undefined, 'archived', object.key)];
  }
  return [];
}

function step(at: number | undefined, what: string, where: string): Step {
  return { at, what, where, isFault: false };
}
