import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ArchiverDeps,
  archiveChanges,
  type ChangeRecord,
} from '../../../lambda/archive/archiver/archive-changes.ts';
import { contactGroup } from '../../../lambda/events/event.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import type { StoredForgetting } from '../../../lambda/forgetting/forgettings-table.ts';
import type { MetricName } from '../../../lambda/metric-names.ts';
import { aStatus, metaWebhook } from '../../support/webhooks.ts';

const HOUR = 3_600_000;
const MIDNIGHT = Date.parse('2026-11-22T00:00:00Z');
const NEVER = new AbortController().signal;

type LightEvent = Extract<RoutedEvent, { payload: string }>;

function anEvent(number: number, receivedAt = MIDNIGHT): LightEvent {
  return {
    ...{ provider: 'meta', channel: '1001', group: `contact.${number % 3}`, kind: 'message' },
    ...{ id: `message.${number}`, direction: 'inbound', type: 'text', payload: '{}' },
    ...{ occurredAt: receivedAt, receivedAt },
  };
}

function aRecord(number: number, ...events: readonly RoutedEvent[]): ChangeRecord {
  const sequenceNumber = String(number).padStart(21, '0');
  return { sequenceNumber, events: () => events, source: { eventID: `e${number}` } };
}

function anUnreadableRecord(number: number): ChangeRecord {
  const events = () => {
    throw new Error('none of ours');
  };
  return { ...aRecord(number), events };
}

/** S3 and what was counted; each write is decided on by `fails`. */
function anArchive(
  fails: () => boolean = () => false,
  forgettings: () => readonly StoredForgetting[] = () => [],
) {
  const objects = new Map<string, readonly string[]>();
  const counted = new Map<MetricName, number>();
  const warned: unknown[] = [];
  const deps: ArchiverDeps = {
    store: async (key, lines) => {
      if (fails()) throw new Error('S3 is away');
      objects.set(key, lines);
      // The answer may be lost as well.
      if (fails()) throw new Error('the answer is lost');
    },
    forgettings: async () => {
      if (fails()) throw new Error('the table is away');
      return forgettings();
    },
    now: () => MIDNIGHT + 30 * 24 * HOUR,
    count: (metric, value = 1) => counted.set(metric, (counted.get(metric) ?? 0) + value),
    warn: (message, fields) => warned.push([message, fields]),
  };
  const ids = () =>
    [...objects]
      .filter(([key]) => key.startsWith('events/'))
      .flatMap(([, lines]) => lines.map((line): string => JSON.parse(line).id));
  return { deps, objects, counted, warned, ids };
}

/** Whether a batch went through; otherwise it is handed over again. */
function isArchived(batch: Parameters<typeof archiveChanges>[0], deps: ArchiverDeps) {
  return archiveChanges(batch, NEVER, deps).then(
    () => true,
    () => false,
  );
}

describe('archiveChanges', () => {
  test('writes an object for each hour of receipt, named by the first change of the hour', async () => {
    const { deps, objects, counted } = anArchive();
    const records = [
      aRecord(1, anEvent(1)),
      aRecord(2),
      aRecord(3, anEvent(3, MIDNIGHT + HOUR), anEvent(4, MIDNIGHT + HOUR)),
      aRecord(4, anEvent(5)),
    ];
    await archiveChanges(records, NEVER, deps);

    expect([...objects.keys()]).toEqual([
      'events/dt=2026-11-22/hour=00/000000000000000000001-e1.ndjson.gz',
      'events/dt=2026-11-22/hour=01/000000000000000000003-e3.ndjson.gz',
    ]);
    const [first, second] = [...objects.values()];
    expect(first?.map((line) => JSON.parse(line).id)).toEqual(['message.1', 'message.5']);
    expect(second).toHaveLength(2);
    expect(counted.get('EventArchived')).toBe(4);
  });

  test('writes nothing for changes that tell no event', async () => {
    const { deps, objects } = anArchive();
    await archiveChanges([aRecord(1), aRecord(2)], NEVER, deps);

    expect(objects.size).toBe(0);
  });

  test.each([
    ['of another making', anUnreadableRecord(2)],
    ['received at no time that there is', aRecord(2, anEvent(2, 9e15))],
  ])('sets aside a change %s, and archives the others', async (_, unreadable) => {
    const { deps, objects, counted, warned, ids } = anArchive();
    await archiveChanges([aRecord(1, anEvent(1)), unreadable, aRecord(3, anEvent(3))], NEVER, deps);

    expect(ids()).toEqual(['message.1', 'message.3']);
    expect(objects.get('unreadable/000000000000000000002-e2.ndjson.gz')).toEqual([
      '{"eventID":"e2"}',
    ]);
    expect(counted.get('RecordUnarchived')).toBe(1);
    expect(warned).toEqual([['Record set aside', { sequenceNumber: '000000000000000000002' }]]);
  });

  test('fails where an object was not written, once no other is on its way', async () => {
    let writes = 0;
    const { deps, objects } = anArchive(() => {
      writes += 1;
      // Before it the table is asked who is to be forgotten.
      return writes === 2;
    });
    const records = Array.from({ length: 20 }, (_, hour) =>
      aRecord(hour, anEvent(hour, MIDNIGHT + hour * HOUR)),
    );

    await expect(archiveChanges(records, NEVER, deps)).rejects.toThrow('S3 is away');
    const written = objects.size;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(objects.size).toBe(written);
  });

  test('replaces at a repetition what it wrote before', async () => {
    const { deps, objects } = anArchive();
    const records = [aRecord(1, anEvent(1)), aRecord(2, anEvent(2))];
    await archiveChanges(records, NEVER, deps);
    const before = new Map(objects);
    await archiveChanges(records, NEVER, deps);

    expect(objects).toEqual(before);
  });
});

const PHONE = '5215550001111';
const USER_ID = 'MX.10000000000000000001';

/** Somebody who is to be forgotten, with all that was received before an hour. */
function aForgetting(key: string, hour: number): StoredForgetting {
  const links = [{ relation: 'same', from: PHONE, to: USER_ID, seenAt: MIDNIGHT } as const];
  const until = MIDNIGHT + hour * HOUR;
  return { key, forgetting: { channel: '1001', contact: PHONE, links, until }, isPending: true };
}

const theirs = { group: contactGroup('1001', USER_ID) };

describe('whoever is to be forgotten', () => {
  test('does not enter the archive, with what was received up to then, under any of their names', async () => {
    const { deps, ids, counted } = anArchive(undefined, () => [aForgetting('a', 1)]);
    const payload = metaWebhook({ statuses: [aStatus({ recipient_user_id: undefined })] });
    const records = [
      aRecord(1, { ...anEvent(1), ...theirs }),
      aRecord(2, anEvent(2)),
      aRecord(3, { ...anEvent(3), kind: 'status', type: 'read', payload }),
      aRecord(4, { ...anEvent(4, MIDNIGHT + 2 * HOUR), ...theirs }),
      aRecord(5, { ...anEvent(5), ...theirs, channel: '1002' }),
    ];

    await archiveChanges(records, NEVER, deps);

    expect(ids()).toEqual(['message.2', 'message.5', 'message.4']);
    expect(counted.get('EventArchived')).toBe(3);
  });

  test('is counted where they have waited for 20 days, and nobody has taken out the rest', async () => {
    const days = [5, 9, 11, 29].map((day) => aForgetting(String(day), 24 * day));
    const done = { ...aForgetting('done', 0), isPending: false };
    const { deps, counted } = anArchive(undefined, () => [...days, done]);
    await archiveChanges([aRecord(1, anEvent(1))], NEVER, deps);

    expect(counted.get('ForgettingOverdue')).toBe(2);
  });

  test('leaves an empty object where a try before had written them', async () => {
    const { deps, objects } = anArchive(undefined, () => [aForgetting('a', 1)]);
    await archiveChanges([aRecord(1, { ...anEvent(1), ...theirs })], NEVER, deps);

    expect([...objects.values()]).toEqual([[]]);
  });

  test('is archived by nobody who began before they were to be forgotten', async () => {
    const aShard = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.boolean()), {
      minLength: 1,
      maxLength: 20,
    });
    const aTry = fc.record({
      crashesAfter: fc.option(fc.nat({ max: 9 }), { nil: undefined }),
      batchSize: fc.integer({ min: 1, max: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(aShard, fc.array(aTry), fc.nat({ max: 30 }), async (shard, tries, when) => {
        const records = shard.map(([hour, isTheirs], number) =>
          aRecord(number, {
            ...anEvent(number, MIDNIGHT + hour * HOUR),
            ...(isTheirs && theirs),
          }),
        );
        let [calls, left] = [0, Number.POSITIVE_INFINITY];
        const fails = () => {
          calls += 1;
          left -= 1;
          return left < 0;
        };
        const { deps, ids } = anArchive(fails, () => (calls > when ? [aForgetting('a', 9)] : []));
        let [at, doneBefore] = [0, 0];
        const endless = { crashesAfter: undefined, batchSize: 20 };
        for (const { crashesAfter, batchSize } of [...tries, endless]) {
          left = crashesAfter ?? Number.POSITIVE_INFINITY;
          const batch = records.slice(at, at + batchSize);
          const isDone = await isArchived(batch, deps);
          if (isDone) at += batch.length;
          // Whoever forgets them finds these in the archive.
          if (isDone && calls <= when) doneBefore = at;
        }

        const kept = shard.flatMap(([, isTheirs], n) =>
          isTheirs && n >= doneBefore ? [] : [`message.${n}`],
        );
        expect(new Set(ids())).toEqual(new Set(kept));
      }),
    );
  });
});

/** Where the function is when it crashes, and how Lambda cuts the batch that it hands over next. */
const aFate = fc.record({
  /** Writes that come through before one fails, or undefined where none does. */
  crashesAfter: fc.option(fc.nat({ max: 6 }), { nil: undefined }),
  batchSize: fc.integer({ min: 1, max: 12 }),
});

describe('the archive of a shard', () => {
  test('is complete wherever the archiver crashes and however batches are cut', async () => {
    const aShard = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(aShard, fc.array(aFate, { maxLength: 30 }), async (hours, fates) => {
        const records = hours.map((hour, number) =>
          aRecord(number, anEvent(number, MIDNIGHT + hour * HOUR)),
        );
        let left = Number.POSITIVE_INFINITY;
        const { deps, ids } = anArchive(() => {
          left -= 1;
          return left < 0;
        });
        let at = 0;
        for (const { crashesAfter, batchSize } of [
          ...fates,
          { crashesAfter: undefined, batchSize: 60 },
        ]) {
          left = crashesAfter ?? Number.POSITIVE_INFINITY;
          const batch = records.slice(at, at + batchSize);
          const isDone = await isArchived(batch, deps);
          if (isDone) at += batch.length;
        }

        expect(new Set(ids())).toEqual(new Set(records.map((_, number) => `message.${number}`)));
      }),
    );
  });

  test('has no event twice where a batch is handed over again as it was', async () => {
    const aShard = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 40 });
    const fates = fc.array(fc.nat({ max: 12 }), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(aShard, fates, async (hours, crashes) => {
        const records = hours.map((hour, number) =>
          aRecord(number, anEvent(number, MIDNIGHT + hour * HOUR)),
        );
        let left = 0;
        const { deps, ids } = anArchive(() => {
          left -= 1;
          return left < 0;
        });
        for (const writes of [...crashes, Number.POSITIVE_INFINITY]) {
          left = writes;
          await archiveChanges(records, NEVER, deps).catch(() => undefined);
        }

        expect(ids().toSorted()).toEqual(records.map((_, n) => `message.${n}`).toSorted());
      }),
    );
  });
});
