import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDelivery } from '../../../lambda/delivery/delivery.ts';
import { routeRecords } from '../../../lambda/delivery/router/route-records.ts';
import type { ChangeRecord } from '../../../lambda/delivery/router/router-deps.ts';
import type { OutgoingDelivery } from '../../../lambda/delivery/router/send-round.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import { readMediaJob } from '../../../lambda/media/job.ts';
import { mediaEventOf, routed } from '../../support/deliveries.ts';
import { SAID } from '../../support/said.ts';
import { aSubscriber } from '../../support/subscribers.ts';
import { only, splitMeta, splitWasender } from '../../support/webhooks.ts';
import { aRecord, aRoutedEvent, fakeDeps, NOW, unreadableRecord } from './fake-deps.ts';

const NEVER = new AbortController().signal;

const all = aSubscriber({ id: 'sub_all', filter: {} });
const batchOf = (...records: readonly ChangeRecord[]) => ({ records, signal: NEVER });

function deliveryIn({ body }: OutgoingDelivery) {
  const reading = readDelivery(body);
  if (!reading.ok) throw new Error(reading.reason);
  return reading.delivery;
}

const wamidsIn = (messages: readonly OutgoingDelivery[]) =>
  messages.map((message) => deliveryIn(message).event.wamid);

describe('an event', () => {
  test('goes to everybody who wants it', async () => {
    const statuses = aSubscriber({ id: 'sub_statuses', filter: { kinds: ['status'] } });
    const images = aSubscriber({ id: 'sub_images', filter: { types: ['image'] } });
    const { deps, taken } = fakeDeps([all, statuses, images]);
    const event = aRoutedEvent('ana', 'w1');
    const image = aRoutedEvent('ana', 'w2', { type: 'image' });

    expect(await routeRecords(batchOf(aRecord(event), aRecord(image)), deps)).toBeUndefined();

    const sent = taken.map(deliveryIn);
    expect(sent).toHaveLength(3);
    expect(sent.filter(({ subscriberId }) => subscriberId === 'sub_all')).toEqual([
      { subscriberId: 'sub_all', routedAt: NOW, event },
      { subscriberId: 'sub_all', routedAt: NOW, event: image },
    ]);
    expect(sent).toContainEqual({ subscriberId: 'sub_images', routedAt: NOW, event: image });
  });

  test('goes to who wants what it says, wrapped or not, of either provider', async () => {
    const choices = aSubscriber({
      id: 'sub_choices',
      filter: { kinds: ['message', 'account'], types: ['choice'] },
    });
    const { deps, taken } = fakeDeps([choices]);
    const records = SAID.map(({ provider, body }, n) => {
      const event = only(provider === 'meta' ? splitMeta(body) : splitWasender(body));
      return aRecord(routed({ ...event, wamid: `w${n}` }));
    });
    const torn = aRoutedEvent('ana', 'torn', { payload: '{' });
    const { payload: _, ...large } = aRoutedEvent('ana', 'large', { type: 'button' });
    const elsewhere = aRecord({ ...large, payloadKey: 'payloads/large.json' });

    await routeRecords(batchOf(...records, aRecord(torn), elsewhere), deps);

    const wanted = SAID.flatMap(({ content: { kind } }, n) => (kind === 'choice' ? `w${n}` : []));
    expect(wamidsIn(taken).toSorted()).toEqual([...wanted, 'large'].toSorted());
  });

  test('goes to a subscriber who paused, for whom it waits, and to none whose endpoint is gone', async () => {
    const paused = aSubscriber({ id: 'sub_paused', filter: {}, isPaused: true });
    const gone = aSubscriber({ id: 'sub_gone', filter: {}, disabledBecause: 'gone' });
    const { deps, taken } = fakeDeps([paused, gone]);

    await routeRecords(batchOf(aRecord(aRoutedEvent('ana', 'w1'))), deps);

    expect(taken.map((message) => deliveryIn(message).subscriberId)).toEqual(['sub_paused']);
  });

  test('waits in the queue for those before it of its contact, where the subscriber wants order', async () => {
    const parallel = aSubscriber({ id: 'sub_parallel', filter: {}, isOrdered: false });
    const { deps, taken } = fakeDeps([all, parallel]);

    await routeRecords(
      batchOf(aRecord(aRoutedEvent('ana', 'w1')), aRecord(aRoutedEvent('ana', 'w2'))),
      deps,
    );

    const groupsOf = (id: string) =>
      new Set(taken.filter((m) => deliveryIn(m).subscriberId === id).map(({ group }) => group));
    expect(groupsOf('sub_all').size).toBe(1);
    expect(groupsOf('sub_parallel').size).toBe(2);
  });

  test('that nobody wants costs no request', async () => {
    const { deps, batches } = fakeDeps([aSubscriber({ filter: { channels: [] } })]);

    await routeRecords(batchOf(aRecord(aRoutedEvent('ana', 'w1')), aRecord()), deps);

    expect(batches).toEqual([]);
  });

  test('costs a tenth of a request where contacts differ', async () => {
    const { deps, batches } = fakeDeps([all]);
    const records = Array.from({ length: 100 }, (_, n) => aRecord(aRoutedEvent(`c${n}`, `w${n}`)));

    await routeRecords(batchOf(...records), deps);

    expect(batches).toEqual(Array(10).fill(10));
  });

  test('shares a request with others only up to the size that SQS takes', async () => {
    const { deps, batches } = fakeDeps([all]);
    const payload = 'x'.repeat(300_000);
    const records = Array.from({ length: 9 }, (_, n) =>
      aRecord(aRoutedEvent(`c${n}`, `w${n}`, { payload })),
    );

    await routeRecords(batchOf(...records), deps);

    expect(batches).toEqual([3, 3, 3]);
  });
});

describe('a subscriber that this release cannot read', () => {
  const unreadable = { id: 'sub_unreadable', subscriber: undefined, isMapped: true };

  test('gets everything, in order: what it wants is asked at each try', async () => {
    const { deps, taken } = fakeDeps([unreadable, all]);
    const events = ['w1', 'w2'].map((wamid) => aRoutedEvent('ana', wamid, { type: 'image' }));

    await routeRecords(batchOf(...events.map((event) => aRecord(event))), deps);

    const its = taken.filter((one) => deliveryIn(one).subscriberId === unreadable.id);
    expect(wamidsIn(its)).toEqual(['w1', 'w2']);
    expect(new Set(its.map(({ group }) => group)).size).toBe(1);
    expect(taken).toHaveLength(4);
  });
});

describe('a subscriber of an earlier release, which has no queue yet', () => {
  const unmapped = { id: 'sub_former', subscriber: all, isMapped: false };

  test('holds all back: nothing may go past what is still to be moved', async () => {
    const { deps, taken, jobs, lines } = fakeDeps([all, unmapped]);
    const records = [aRecord(), aRecord(aRoutedEvent('ana', 'w1', { type: 'image' }))];

    expect(await routeRecords(batchOf(...records), deps)).toBe(records[0]);

    expect(taken).toEqual([]);
    expect(jobs).toEqual([]);
    expect(lines[0]?.fields).toMatchObject({ faults: 'subscribers-without-queue' });
  });

  test('holds back nothing that it does not want', async () => {
    const subscriber = aSubscriber({ id: 'sub_former', filter: { kinds: ['call'] } });
    const calls = { ...unmapped, subscriber };
    const { deps, taken } = fakeDeps([all, calls]);

    expect(await routeRecords(batchOf(aRecord(aRoutedEvent('ana', 'w1'))), deps)).toBeUndefined();
    expect(taken).toHaveLength(1);
  });

  test('is not asked for by changes that tell no event', async () => {
    const { deps } = fakeDeps([unmapped]);

    expect(await routeRecords(batchOf(aRecord(), aRecord()), deps)).toBeUndefined();
  });
});

describe('what became of a file', () => {
  const photo = aRoutedEvent('ana', 'w1', { type: 'image' });
  const file = mediaEventOf(photo);

  test('goes behind its message to all who want that, in the format that has a word for it', async () => {
    const subscribers = [
      all,
      aSubscriber({ id: 'sub_parallel', isOrdered: false }),
      aSubscriber({ id: 'sub_bot', format: 'provider' }),
      aSubscriber({ id: 'sub_texts', filter: { types: ['text'] } }),
      aSubscriber({ id: 'sub_no_files', filter: { mediaEvents: false } }),
    ];
    const { deps, taken } = fakeDeps(subscribers);

    await routeRecords(batchOf(aRecord(photo), aRecord(file)), deps);

    const sent = taken.map((message) => ({ ...deliveryIn(message), group: message.group }));
    const of = (id: string) => sent.filter(({ subscriberId }) => subscriberId === id);
    for (const id of ['sub_all', 'sub_parallel']) {
      expect(of(id).map(({ event }) => event)).toEqual([photo, file]);
      expect(new Set(of(id).map(({ group }) => group)).size).toBe(1);
    }
    for (const id of ['sub_bot', 'sub_no_files']) {
      expect(of(id).map(({ event }) => event)).toEqual([photo]);
    }
    expect(of('sub_texts')).toEqual([]);
  });

  test('is not sent before its message is confirmed', async () => {
    const isMessage = (message: OutgoingDelivery) => deliveryIn(message).event.id === photo.id;
    const { deps, taken } = fakeDeps([all], { refuses: isMessage });
    const records = [aRecord(photo), aRecord(file)];

    expect(await routeRecords(batchOf(...records), deps)).toBe(records[0]);
    expect(taken).toEqual([]);
  });

  test('gives no rise to another fetching', async () => {
    const { deps, jobs } = fakeDeps([]);

    await routeRecords(batchOf(aRecord(photo), aRecord(file)), deps);

    expect(jobs).toHaveLength(1);
  });
});

/** Records of contacts, some of which tell two events. */
const someRecords = fc.array(fc.array(fc.nat(4), { minLength: 1, maxLength: 2 }), {
  minLength: 1,
  maxLength: 40,
});

function recordsOf(contacts: readonly (readonly number[])[]) {
  let events = 0;
  return contacts.map((told) =>
    aRecord(...told.map((contact) => aRoutedEvent(`c${contact}`, `w${++events}`))),
  );
}

/** What of a list came first, each once. */
const firsts = <T>(list: readonly T[]): T[] => [...new Set(list)];

describe('whatever the queue refuses', () => {
  test('each event is sent in the end, those of a contact first seen in their order', async () => {
    await fc.assert(
      fc.asyncProperty(someRecords, fc.infiniteStream(fc.nat(3)), async (contacts, chance) => {
        const records = recordsOf(contacts);
        const refuses = () => chance.next().value === 0;
        const { deps, taken } = fakeDeps([all], { refuses });
        let left: readonly ChangeRecord[] = records;
        for (let invocation = 0; left.length > 0 && invocation < 200; invocation += 1) {
          const returned = await routeRecords(batchOf(...left), deps);
          left = returned === undefined ? [] : left.slice(left.indexOf(returned));
        }

        const seen = taken.map((message) => deliveryIn(message).event);
        const groupsOf = (events: readonly RoutedEvent[]) =>
          Object.entries(Object.groupBy(events, ({ group }) => group))
            .map(([group, some = []]) => [group, firsts(some.map(({ wamid }) => wamid))])
            .toSorted();
        expect(groupsOf(seen)).toEqual(groupsOf(records.flatMap((record) => record.events())));
      }),
      { numRuns: 100 },
    );
  });

  test('once is sent again at once', async () => {
    const { deps, taken } = fakeDeps([all], { refuses: (_, sentBefore) => sentBefore === 0 });

    expect(await routeRecords(batchOf(aRecord(aRoutedEvent('ana', 'w1'))), deps)).toBeUndefined();
    expect(taken).toHaveLength(1);
  });

  test('twice is returned, and with it all behind it, of which none of its contact was sent', async () => {
    const isFirst = (message: OutgoingDelivery) => deliveryIn(message).event.wamid === 'w2';
    const { deps, taken, counts, lines } = fakeDeps([all], { refuses: isFirst });
    const records = [
      aRecord(aRoutedEvent('ana', 'w1')),
      aRecord(aRoutedEvent('ben', 'w2')),
      aRecord(aRoutedEvent('ben', 'w3')),
      aRecord(aRoutedEvent('eva', 'w4')),
    ];

    expect(await routeRecords(batchOf(...records), deps)).toBe(records[1]);
    expect(wamidsIn(taken)).toEqual(['w1', 'w4']);
    expect(counts).toEqual({ RecordsReturned: 3 });
    expect(lines).toEqual([
      {
        message: 'Records returned to the stream',
        fields: { faults: 'refused', records: 3, sequenceNumber: records[1]?.sequenceNumber },
      },
    ]);
  });
});

describe('when something is away', () => {
  const away = (name: string) => () => Promise.reject(Object.assign(new Error('x'), { name }));

  test.each([
    ['the queue', { sendTo: () => away('TimeoutError') }],
    ['the table with the subscribers', { receivers: away('TimeoutError') }],
  ])('%s, all is returned, and the name of the fault is logged', async (_, overrides) => {
    const { deps, taken, lines } = fakeDeps([all], overrides);
    const records = [aRecord(aRoutedEvent('ana', 'w1')), aRecord(aRoutedEvent('ana', 'w2'))];

    expect(await routeRecords(batchOf(...records), deps)).toBe(records[0]);
    expect(taken).toEqual([]);
    expect(lines[0]?.fields).toMatchObject({ faults: 'TimeoutError', records: 2 });
  });

  test('nothing is sent while an unreadable record cannot be set aside', async () => {
    const { deps, taken, counts } = fakeDeps([all], { setAside: away('SlowDown') });
    const records = [aRecord(aRoutedEvent('ana', 'w1')), unreadableRecord()];

    expect(await routeRecords(batchOf(...records), deps)).toBe(records[0]);
    expect(taken).toEqual([]);
    expect(counts).toEqual({ RecordsReturned: 2 });
  });
});

describe('a record that cannot be read', () => {
  test('is set aside and counted, and those behind it go on', async () => {
    const poison = unreadableRecord();
    const { deps, taken, aside, counts } = fakeDeps([all]);

    const returned = await routeRecords(batchOf(poison, aRecord(aRoutedEvent('ana', 'w1'))), deps);

    expect(returned).toBeUndefined();
    expect(aside).toEqual([poison.sequenceNumber]);
    expect(wamidsIn(taken)).toEqual(['w1']);
    expect(counts).toEqual({ RecordUnrouted: 1 });
  });

  test('is told of by its sequence number and by what kind of fault, without its content', async () => {
    const poison = unreadableRecord();
    const { deps, lines } = fakeDeps([all]);

    await routeRecords(batchOf(poison), deps);

    const { sequenceNumber } = poison;
    expect(lines).toEqual([
      { message: 'Record set aside', fields: { fault: 'SyntaxError', sequenceNumber } },
    ]);
  });
});

test('an empty batch is done', async () => {
  expect(await routeRecords(batchOf(), fakeDeps([all]).deps)).toBeUndefined();
});

describe('a file', () => {
  const image = aRoutedEvent('ana', 'w1', { type: 'image' });
  const text = aRoutedEvent('ana', 'w2');

  test('is to be fetched once, whoever wants its message', async () => {
    const { deps, jobs } = fakeDeps([all, aSubscriber({ id: 'sub_other', filter: {} })]);

    expect(await routeRecords(batchOf(aRecord(text), aRecord(image)), deps)).toBeUndefined();

    expect(jobs.map(({ body }) => readMediaJob(body))).toEqual([
      { ok: true, job: { group: image.group, id: image.id, channel: image.channel } },
    ]);
    const { deps: alone, jobs: jobsAlone } = fakeDeps([]);
    await routeRecords(batchOf(aRecord(image)), alone);
    expect(jobsAlone).toHaveLength(1);
  });

  test('that is not on its queue brings its record again, and delays no delivery', async () => {
    const { deps, taken } = fakeDeps([all], {
      sendMediaJobs: async (batch) => batch.map((message) => ({ message, isSenderFault: false })),
    });
    const [first, second, third] = [aRecord(text), aRecord(image), aRecord(text)];

    expect(await routeRecords(batchOf(first, second, third), deps)).toBe(second);

    expect(taken).toHaveLength(3);
  });
});

describe('news of an account', () => {
  const limit = aRoutedEvent('1', 'wamid.1', {
    ...{ kind: 'account', type: 'business_capability_update', group: 'account.1' },
  });

  test('is told to its channels, and no other event is', async () => {
    const { deps, news } = fakeDeps([]);
    const others = [aRoutedEvent('2', 'wamid.2'), { ...limit, type: 'security' }];
    const records = [aRecord(...others), aRecord(limit)];

    expect(await routeRecords(batchOf(...records), deps)).toBeUndefined();
    expect(news).toEqual([limit]);
  });

  test('comes again from the stream where the table is away, and is delivered meanwhile', async () => {
    const { deps, taken } = fakeDeps([aSubscriber()], {
      tellChannels: () => Promise.reject(new Error('away')),
    });
    const [first, second] = [aRecord(aRoutedEvent('2', 'wamid.2')), aRecord(limit)];

    expect(await routeRecords(batchOf(first, second), deps)).toBe(second);
    expect(taken).toHaveLength(2);
  });
});

describe('what events say of campaigns', () => {
  const inGroup = (contact: string, wamid: string) =>
    aRoutedEvent(contact, wamid, { payload: '{"context":{}}' });

  test('is asked on channels that are sent from alone, and for what may say it', async () => {
    const asked: string[] = [];
    const note = (what: string) => async (event: RoutedEvent) =>
      void asked.push(`${what} ${event.wamid}`);
    const overrides = { noteReply: note('reply'), keepOptOut: note('opt-out') };
    const { deps } = fakeDeps([], { ...overrides, channels: async () => new Set(['1065']) });
    const elsewhere = { ...inGroup('1', 'there'), channel: '2' };
    const echo = { ...inGroup('1', 'echo'), direction: 'outbound' } as const;

    const records = [aRecord(inGroup('1', 'here')), aRecord(elsewhere), aRecord(echo)];
    expect(await routeRecords(batchOf(...records), deps)).toBeUndefined();

    expect(asked.toSorted()).toEqual(['opt-out here', 'opt-out there', 'reply here']);
  });

  test('is kept contact by contact in order, and goes back to the stream where it is not', async () => {
    const asked: (string | undefined)[] = [];
    const { deps } = fakeDeps([], {
      keepOptOut: async ({ wamid, group }) => {
        asked.push(wamid);
        if (group === inGroup('2', '').group) throw new Error('throttled');
      },
    });
    const records = ['1', '2', '1'].map((contact, at) => aRecord(inGroup(contact, String(at))));

    expect(await routeRecords(batchOf(...records), deps)).toBe(records[1]);
    expect(asked.indexOf('0')).toBeLessThan(asked.indexOf('2'));
  });
});
