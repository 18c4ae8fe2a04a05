import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ArchiveObject } from '../../bin/floodgate/replay/archived-events.ts';
import { tableFromOf } from '../../bin/floodgate/replay/replay-plan.ts';
import {
  type PlacedEvent,
  type ReplayPlan,
  type ReplaySources,
  replayedEvents,
} from '../../bin/floodgate/replay/replayed-events.ts';
import { type ReplayProgress, sendReplay } from '../../bin/floodgate/replay/send-replay.ts';
import type { RoutedEvent } from '../../lambda/domain/delivery.ts';
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
    tablePages: async function* ({ eventsFrom }) {
      const events = rows
        .filter(({ receivedAt }) => receivedAt >= eventsFrom)
        .map((event) => ({ event, inGroup: String(numberOf(event)).padStart(20, '0') }));
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

/** Three contacts' events over three hours: the archive has some, doubles too; the table has all. */
const aStore = fc
  .tuple(
    fc.array(fc.constantFrom('A', 'B', 'C'), { minLength: 1, maxLength: 40 }),
    fc.nat(40),
    fc.array(fc.nat(39), { maxLength: 5 }),
    fc.integer({ min: 1, max: 7 }),
  )
  .map(([contacts, archivedCount, doubles, objectSize]): Store => {
    const events = contacts.map((contact, number) => anEvent(contact, number, number * 4));
    const archived = events.slice(0, archivedCount);
    const lines = new Map<string, RoutedEvent[]>();
    const objects = new Map<string, ArchiveObject>();
    for (const [index, event] of archived.entries()) {
      const hour = Math.floor(event.receivedAt / HOUR);
      const object = anObject(hour, Math.floor(index / objectSize));
      objects.set(object.key, object);
      const twice = doubles.includes(index) ? [event, event] : [event];
      lines.set(object.key, [...(lines.get(object.key) ?? []), ...twice]);
    }
    const isAll = archived.length === events.length;
    const tableFrom = isAll ? undefined : (archived.at(-1)?.receivedAt ?? 0);
    const inOrder = [...objects.values()].toSorted((a, b) => (a.place < b.place ? -1 : 1));
    return { plan: { from: 0, to: 24 * HOUR, objects: inOrder, tableFrom }, lines, rows: events };
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

describe('where a replay reads', () => {
  const now = 100 * HOUR;
  const order = { from: 90 * HOUR, to: 95 * HOUR, isFromTable: false };
  const hours = (...numbers: number[]) => numbers.map((number) => ({ hour: number * HOUR }));

  test('is the archive alone, where that has the last hour', () => {
    expect(tableFromOf(order, hours(90, 94), now)).toBeUndefined();
  });

  test('is the table too for the last half hour', () => {
    expect(tableFromOf({ ...order, to: now }, hours(90, 99), now)).toBe(99.5 * HOUR);
  });

  test('is the table too from the last hour that is archived, where that is not the last', () => {
    expect(tableFromOf(order, hours(90, 92), now)).toBe(92 * HOUR);
  });

  test('is the table for all of it, where nothing is archived or the order says so', () => {
    expect(tableFromOf(order, [], now)).toBe(order.from);
    expect(tableFromOf({ ...order, isFromTable: true }, hours(94), now)).toBe(order.from);
  });
});
