import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import { eventOfPayload } from '../../../lambda/table/stored-event.ts';
import { EventFeed } from '../../../local/console/event-feed.ts';
import { forwardEvents } from '../listen/forward-events.ts';
import { type ListenQueue, type ListenQueues, openListenQueues } from '../listen/listen-queue.ts';
import { openListener, removeListeners, sayListening } from '../listen/listener.ts';
import { ownName } from '../listen/options.ts';
import { queueNameOf } from '../listen/queue-settings.ts';
import type { WaitingEvent } from '../listen/waiting-event.ts';
import type { ApiClient } from '../stack/api-client.ts';
import type { StackAddress } from '../stack/deployed-stack.ts';

/** Brings the events of a stack in AWS to the console, as `floodgate listen` brings them to a server. */
export interface Listening {
  /** Undefined before it is started. */
  readonly feed: () => EventFeed | undefined;
  /** Resolves once events flow. The stack has a subscriber for it from then on. */
  readonly start: () => Promise<void>;
  /** Removes the subscriber and its queue. */
  readonly end: () => Promise<void>;
}

const MOST_CHARACTERS = 24;
const SAY_EVERY_MS = 10 * 60_000;

/** What became of files, and of what is sent from here, follows messages that are shown anyway. */
const WISHES = { format: 'standard', filter: { mediaEvents: false } };

/** @param onFault hears why no events come, each time it is tried */
export function listeningTo(
  stack: StackAddress,
  api: () => Promise<ApiClient>,
  onFault: (error: unknown) => void,
): Listening {
  const name = `console-${ownName()}`.slice(0, MOST_CHARACTERS);
  const queueName = queueNameOf(stack, name);
  const ended = new AbortController();
  let started: Promise<Started> | undefined;
  let feed: EventFeed | undefined;

  async function open(): Promise<Started> {
    const queues = await openListenQueues(stack);
    const client = await api();
    const queue = await queues.open(queueName);
    const { subscriber } = await openListener(client, {
      name,
      queueUrl: queue.url,
      wishes: WISHES,
    });
    const timer = setInterval(() => {
      sayListening(client, subscriber.id).catch(onFault);
    }, SAY_EVERY_MS);
    timer.unref();
    feed = new EventFeed();
    return { queues, timer, ended: bring(queue, feed, ended.signal, onFault) };
  }

  return {
    feed: () => feed,
    start: async () => {
      started ??= open().catch((error) => {
        started = undefined;
        throw error;
      });
      await started;
    },
    end: async () => {
      ended.abort();
      const running = await started?.catch(() => undefined);
      if (running === undefined) return;
      clearInterval(running.timer);
      await running.ended;
      await removeListeners(await api(), queueName);
      await running.queues.remove(queueName);
      running.queues[Symbol.dispose]();
    },
  };
}

interface Started {
  readonly queues: ListenQueues;
  readonly timer: NodeJS.Timeout;
  readonly ended: Promise<void>;
}

/** As `floodgate listen` forwards them. What cannot be read is left out, and no fault: the table has it. */
async function bring(
  queue: ListenQueue,
  feed: EventFeed,
  signal: AbortSignal,
  onFault: (error: unknown) => void,
): Promise<void> {
  await forwardEvents(signal, {
    ...queue,
    post: async (event) => {
      feed.add([eventIn(event)].filter((one) => one !== undefined));
      return { kind: 'taken', status: 200, ms: 0 };
    },
    show: () => undefined,
    notice: onFault,
    sleep: (ms, ending) => delay(ms, undefined, { signal: ending }).catch(() => undefined),
    now: Date.now,
  }).catch(onFault);
}

const schema = z.object({
  data: z.object({
    provider: z.enum(['meta', 'wasender']),
    channel: z.string(),
    group: z.string(),
    receivedAt: z.iso.datetime(),
    payload: z.record(z.string(), z.unknown()),
  }),
});

/** The event that a body of the format `standard` was made of. */
function eventIn({ body }: Pick<WaitingEvent, 'body'>): RoutedEvent | undefined {
  const told = schema.safeParse(parse(body)).data?.data;
  if (told === undefined) return undefined;
  const payload = JSON.stringify(told.payload);
  const receivedAt = Date.parse(told.receivedAt);
  const event = eventOfPayload({ ...told, receivedAt }, payload);
  if (event === undefined) return undefined;
  const { provider, channel, group, id, kind, type, direction, wamid, occurredAt } = event;
  const facts = { provider, channel, group, id, kind, type, direction, occurredAt, receivedAt };
  return { ...facts, payload, ...(wamid !== undefined && { wamid }) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
