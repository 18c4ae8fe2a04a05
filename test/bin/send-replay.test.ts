import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ArchiveObject } from '../../bin/floodgate/replay/archived-events.ts';
import {
  type PlacedEvent,
  type ReplayPlan,
  type ReplaySources,
  replayedEvents,
} from '../../bin/floodgate/replay/replayed-events.ts';
import { type ReplayProgress, sendReplay } from '../../bin/floodgate/replay/send-replay.ts';
import type { RoutedEvent } from '../../lambda/events/routed-event.ts';
import { aDelivery } from '../support/deliveries.ts';

const HOUR = 3_600_000;
const START: ReplayProgress = { place: '', events: 0, deliveries: 0 };

const { event: someEvent } = aDelivery();

/** The n-th event of a contact, received so many minutes after the beginning. */
function anEvent(contact: string, number: number, minute: number): RoutedEvent {
  const id = `message.${contact}.${number}`;
  return { ...someEvent, group: `contact.${contact}`, id, receivedAt: minute * 60_000 };
}

function anObject(hour: number, sequence: number): ArchiveObject {
  const key = `events/${hour}/${sequence}`;
  const name = new Date(hour * HOUR).toISOString().slice(0, 13);
  const place = `${name}|${String(sequence).padStart(40, '0')}-x`;
  return { key, hour: hour * HOUR, place, bytes: 1, storageClass: 'STANDARD' };
}

interface Store {
  readonly plan: ReplayPlan;
  readonly lines: ReadonlyMap<string, readonly RoutedEvent[]>;
  readonly rows: readonly RoutedEvent[];
}

function sourcesOf({ lines, rows }: Store, signal: AbortSignal): ReplaySources {
  return {
    archived: async ({ key }) => ({ events: lines.get(key) ?? [], unreadable: 0 }),
    tablePages: async function* () {
      const events = rows.map((event) => ({
        event,
        inGroup: String(numberOf(event)).padStart(20, '0'),
      }));
      yield { events, unreadable: 0, units: 1 };
    },
    isMeant: () => true,
    signal,
    onArchived: () => undefined,
    onTablePage: () => undefined,
  };
}

function numberOf({ id }: RoutedEvent): number {
  return Number(id.split('.')[2]);
}

/** Replays what is there, with whatever failures, until one run comes to its end. */
async function replayAll(store: Store, fate: () => 'no' | 'before' | 'after' | 'stop' | 'keep') {
  const sent: RoutedEvent[] = [];
  let kept = START;
  for (let run = 0; run < 1000; run += 1) {
    const stop = new AbortController();
    const isFaulty = run < 20;
    const events = replayedEvents(store.plan, sourcesOf(store, stop.signal), kept.place);
    try {
      await sendReplay(events, kept, {
        target: {
          mostAtOnce: 3,
          recipientsOf: () => [{ id: 'one', name: 'one' }],
          send: async (chunk) => {
            const what = isFaulty ? fate() : 'no';
            if (what === 'before') throw new Error('not taken');
            // Of what is sent together, some may be taken.
            const taken = what === 'after' ? chunk.slice(0, 2) : chunk;
            sent.push(...taken);
            if (what === 'after') throw new Error('answer lost');
            if (what === 'stop') stop.abort();
          },
        },
        pace: async () => undefined,
        keep: async (progress) => {
          if (isFaulty && fate() === 'keep') throw new Error('not kept');
          kept = progress;
        },
        now: () => run * 2000,
        signal: stop.signal,
      });
      if (!stop.signal.aborted) return { sent, kept };
    } catch (error) {
      expect(error).toMatchObject({ message: /not|lost/ });
    }
  }
  throw new Error('no end');
}

/** Three contacts' events over three hours: all in the archive, doubles too, or all in the table. */
const aStore = fc
  .tuple(
    fc.array(fc.constantFrom('A', 'B', 'C'), { minLength: 1, maxLength: 40 }),
    fc.boolean(),
    fc.array(fc.nat(39), { maxLength: 5 }),
    fc.integer({ min: 1, max: 7 }),
  )
  .map(([contacts, isArchived, doubles, objectSize]): Store => {
    const events = contacts.map((contact, number) => anEvent(contact, number, number * 4));
    const lines = new Map<string, RoutedEvent[]>();
    const objects = new Map<string, ArchiveObject>();
    for (const [index, event] of events.entries()) {
      const hour = Math.floor(event.receivedAt / HOUR);
      const object = anObject(hour, Math.floor(index / objectSize));
      objects.set(object.key, object);
      const twice = doubles.includes(index) ? [event, event] : [event];
      lines.set(object.key, [...(lines.get(object.key) ?? []), ...twice]);
    }
    const inOrder = [...objects.values()].toSorted((a, b) => (a.place < b.place ? -1 : 1));
    const plan = { from: 0, to: 24 * HOUR, objects: isArchived ? inOrder : undefined };
    return { plan, lines, rows: events };
  });

function idsOf(events: readonly RoutedEvent[]): string[] {
  return events.map(({ id }) => id);
}

function expectInOrder(events: readonly RoutedEvent[]): void {
  for (const group of Map.groupBy(events, (event) => event.group).values()) {
    const numbers = group.map(numberOf);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  }
}

describe('a replay', () => {
  test('sends each event once and in order, wherever it lies', async () => {
    await fc.assert(
      fc.asyncProperty(aStore, async (store) => {
        const { sent, kept } = await replayAll(store, () => 'no');

        expect(idsOf(sent).toSorted()).toEqual(idsOf(store.rows).toSorted());
        expectInOrder(sent);
        expect(kept).toMatchObject({ events: store.rows.length, deliveries: store.rows.length });
      }),
    );
  });

  test('leaves nothing out and keeps the order, stopped anywhere and resumed, whatever fails', async () => {
    const fates = fc.infiniteStream(
      fc.constantFrom('no', 'no', 'before', 'after', 'stop', 'keep' as const),
    );
    await fc.assert(
      fc.asyncProperty(aStore, fates, async (store, fate) => {
        const { sent } = await replayAll(store, () => fate.next().value ?? 'no');

        expect(new Set(idsOf(sent))).toEqual(new Set(idsOf(store.rows)));
        expectInOrder([...new Map(sent.map((event) => [event.id, event])).values()]);
      }),
    );
  });

  test('sends nothing twice where it was stopped in good order', async () => {
    await fc.assert(
      fc.asyncProperty(
        aStore,
        fc.infiniteStream(fc.constantFrom('no', 'stop' as const)),
        async (store, fate) => {
          const { sent } = await replayAll(store, () => fate.next().value ?? 'no');

          expect(idsOf(sent).toSorted()).toEqual(idsOf(store.rows).toSorted());
        },
      ),
    );
  });

  test('reads no further than to the last of the events that are named', async () => {
    await fc.assert(
      fc.asyncProperty(aStore, fc.nat(39), async (store, place) => {
        const wanted = store.rows[place % store.rows.length];
        const read: string[] = [];
        const sources: ReplaySources = {
          ...sourcesOf(store, new AbortController().signal),
          isMeant: ({ id }) => id === wanted?.id,
          onArchived: (_, { key }) => void read.push(key),
        };
        const plan = { ...store.plan, count: 1 };
        const found = await Array.fromAsync(replayedEvents(plan, sources));

        expect(found.map(({ event }) => event)).toEqual([wanted]);
        const [last = ''] = read.slice(-1);
        if (plan.objects !== undefined) expect(store.lines.get(last)).toContain(wanted);
      }),
    );
  });

  test('waits for its turn before it sends, and sends nothing that it was stopped before', async () => {
    const stop = new AbortController();
    const calls: string[] = [];
    async function* events(): AsyncGenerator<PlacedEvent> {
      yield { event: someEvent, place: 'a' };
    }
    const progress = await sendReplay(events(), START, {
      target: {
        mostAtOnce: 1,
        recipientsOf: () => [],
        send: async () => void calls.push('send'),
      },
      pace: async () => {
        calls.push('pace');
        stop.abort();
      },
      keep: async () => void calls.push('keep'),
      now: () => 0,
      signal: stop.signal,
    });

    expect(calls).toEqual(['pace']);
    expect(progress).toEqual(START);
  });
});
