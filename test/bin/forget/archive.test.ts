import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findTraces } from '../../../bin/floodgate/forget/archive-traces.ts';
import { rewriteArchive, withoutEvents } from '../../../bin/floodgate/forget/rewrite-archive.ts';
import { archiveLine } from '../../../lambda/archive/line.ts';
import { contactGroup } from '../../../lambda/events/event.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import type { Forgetting } from '../../../lambda/forgetting/forgetting.ts';
import { FakeObjects } from '../../support/stored-archive.ts';
import {
  aContact,
  aMessage,
  aStatus,
  CHANNEL,
  metaWebhook,
  only,
  splitMeta,
  splitWasender,
  wasenderWebhook,
} from '../../support/webhooks.ts';

const NEVER = new AbortController().signal;
const PHONE = '5215550001111';
const USER_ID = 'MX.10000000000000000001';
const LATER_ID = 'MX.30000000000000000003';
const NEWCOMER = 'MX.20000000000000000002';
const SECOND = 1_795_212_000;
const HOUR = 'events/dt=2026-11-20/hour=06';
const asked: Forgetting = { channel: CHANNEL, contact: PHONE, links: [], until: 2e12 };

/** The only event of a webhook, as the archive keeps it. */
function archived(webhook: string, others: Partial<RoutedEvent> = {}): RoutedEvent {
  // All of it has happened by then.
  const receivedAt = (SECOND + 3600) * 1000;
  const { contact: _, links: __, status: ___, ...event } = only(splitMeta(webhook, receivedAt));
  return Object.assign(event, others);
}

let count = 0;

function message(overrides: object, others: Partial<RoutedEvent> = {}): RoutedEvent {
  count += 1;
  const contact = aContact({ wa_id: undefined, user_id: undefined });
  const body = aMessage({ id: `wamid.${count}`, ...overrides });
  return archived(metaWebhook({ contacts: [contact], messages: [body] }), others);
}

const byPhone = (seconds = 0) =>
  message({ from_user_id: undefined, timestamp: String(SECOND + seconds) });
const byId = (from_user_id: string, seconds = 0) =>
  message({ from: undefined, from_user_id, timestamp: String(SECOND + seconds) });
const byBoth = (from_user_id: string, seconds = 0) =>
  message({ from_user_id, timestamp: String(SECOND + seconds) });
const status = (overrides: object) => archived(metaWebhook({ statuses: [aStatus(overrides)] }));

async function forget(objects: FakeObjects, forgetting: Partial<Forgetting> = {}) {
  const progress: string[] = [];
  const onProgress = (done: number, total: number) => void progress.push(`${done}/${total}`);
  const found = await findTraces([{ ...asked, ...forgetting }], objects.all(), {
    ...{ store: objects, signal: NEVER, onProgress },
  });
  const rewritten = await rewriteArchive(found.doomed, {
    ...{ store: objects, signal: NEVER, onProgress, archiveDays: 400 },
    now: () => Date.parse('2026-11-22T06:00Z'),
  });
  return { ...found, ...rewritten, progress };
}

function anArchive(...objects: readonly (readonly RoutedEvent[])[]): FakeObjects {
  const fake = new FakeObjects();
  for (const [n, events] of objects.entries()) fake.putLines(`${HOUR}/${n}-a.ndjson.gz`, events);
  return fake;
}

describe('forgetting in the archive', () => {
  test('takes out what a person sent, was sent and did with it, and leaves others byte for byte', async () => {
    const others = [
      byId(NEWCOMER),
      status({ id: 'wamid.other', recipient_id: '49', recipient_user_id: NEWCOMER }),
    ];
    const objects = anArchive(
      [byPhone(), others[0] ?? byPhone(), status({ status: 'sent' })],
      [others[1] ?? byPhone(), status({ status: 'read', timestamp: String(SECOND + 86_400) })],
    );
    const { lines, objects: rewritten, doomed } = await forget(objects);

    expect({ lines, rewritten, doomed: doomed.size }).toEqual({
      lines: 3,
      rewritten: 2,
      doomed: 2,
    });
    expect(objects.lines()).toEqual(others.map(archiveLine));
    expect(objects.lines().join()).not.toContain(PHONE);
  });

  test('follows links that are in the archive alone, one after another', async () => {
    const change = archived(
      metaWebhook({
        user_id_update: [
          {
            wa_id: PHONE,
            user_id: { previous: USER_ID, current: LATER_ID },
            timestamp: String(SECOND + 50),
          },
        ],
      }),
    );
    const objects = anArchive([byId(LATER_ID, 100)], [change], [byId(USER_ID)], [byBoth(USER_ID)]);

    await forget(objects);

    expect(objects.lines()).toEqual([]);
  });

  test('knows by the links of the table who had the number when', async () => {
    const theirs = byId(NEWCOMER, 500);
    const before = byPhone(10);
    const links = [
      { relation: 'same', from: PHONE, to: USER_ID, seenAt: SECOND * 1000 },
      { relation: 'same', from: PHONE, to: NEWCOMER, seenAt: (SECOND + 400) * 1000 },
    ] as const;
    const objects = anArchive([theirs, before, byPhone(450)]);

    await forget(objects, { links });

    expect(objects.lines()).toEqual([archiveLine(before)]);
  });

  test('leaves alone who had their number before, which nobody but the archive knows', async () => {
    const former = [byBoth(USER_ID), byPhone(10), byId(USER_ID, 900)];
    const sent = status({ recipient_user_id: undefined, timestamp: String(SECOND + 20) });
    // Sent to the former one, and looked at a long time after.
    const read = status({
      recipient_user_id: undefined,
      status: 'read',
      timestamp: String(SECOND + 600),
    });
    const objects = anArchive([...former, sent], [byBoth(NEWCOMER, 500), byPhone(550), read]);

    const { lines } = await forget(objects);

    expect(lines).toBe(2);
    expect(objects.lines()).toEqual([...former, sent, read].map(archiveLine));
  });

  test('leaves what they wrote after they were to be forgotten', async () => {
    const after = { ...byPhone(), receivedAt: 2e12 + 1 };
    const objects = anArchive([after, byPhone()]);

    await forget(objects);

    expect(objects.lines()).toEqual([archiveLine(after)]);
  });

  test('finds addresses of a session in whatever form, and no other channel', async () => {
    const key = { id: '3EB0', fromMe: true, remoteJid: `${PHONE}@s.whatsapp.net` };
    const body = wasenderWebhook('messages.update', { key, update: { status: 3 } });
    const { contact: _, links: __, status: ___, ...delivered } = only(splitWasender(body));
    const onOther = byPhone();
    const objects = anArchive([delivered, onOther]);

    await forget(objects, { channel: 'shop' });

    expect(objects.lines()).toEqual([archiveLine(onOther)]);
  });

  test('forgets a group chat with what became of what was sent to it', async () => {
    const chat = '120363041234567890@g.us';
    const toChat = { recipient_id: chat, recipient_user_id: undefined, recipient_type: 'group' };
    const objects = anArchive([
      message({ group_id: chat }),
      status({ ...toChat, recipient_participant_id: PHONE }),
    ]);

    expect(await forget(objects, { contact: chat })).toMatchObject({ lines: 2 });
  });

  test('finds nothing the second time', async () => {
    const objects = anArchive([byPhone(), byId(NEWCOMER)]);
    await forget(objects);
    const before = new Map(objects.contents);

    expect(await forget(objects)).toMatchObject({ lines: 0, objects: 0 });
    expect(objects.contents).toEqual(before);
  });

  test('leaves an empty object, which says that its hour was archived', async () => {
    const objects = anArchive([byPhone()]);
    await forget(objects);

    expect(objects.contents.size).toBe(1);
    expect([...objects.tags.values()]).toEqual([{ 'days-left': '400' }]);
  });

  test('reads an object again that was written meanwhile, and takes them out of that too', async () => {
    const objects = anArchive([byPhone()]);
    const late = [byPhone(1), byId(NEWCOMER)];
    let reads = 0;
    objects.onRead = (key) => {
      reads += 1;
      // The archiver gets to the same batch again, which is longer by now.
      if (reads === 2) objects.putLines(key, [byPhoneOf(1), ...late.slice(1)]);
    };
    const first = objects.lines()[0] ?? '';
    const byPhoneOf = (_: number): RoutedEvent => JSON.parse(first);

    await forget(objects);

    expect(objects.lines()).toEqual([archiveLine(late[1] ?? byPhone())]);
  });

  test('gives up on an object that is written again and again', async () => {
    const objects = anArchive([byPhone()]);
    const [line = ''] = objects.lines();
    objects.onRead = (key) => void objects.putLines(key, [JSON.parse(line)]);

    await expect(forget(objects)).rejects.toThrow('is written again and again');
  });

  test('names objects whose lines it cannot read, and leaves those lines', async () => {
    const objects = new FakeObjects();
    const { gzipSync } = await import('node:zlib');
    const line = JSON.stringify({ v: 2, of: PHONE });
    objects.put(`${HOUR}/1-a.ndjson.gz`, gzipSync(`${line}\n${archiveLine(byPhone())}\n`));

    const { undecided } = await forget(objects);

    expect([...undecided].map(({ key }) => key)).toEqual([`${HOUR}/1-a.ndjson.gz`]);
    expect(objects.lines()).toEqual([line]);
  });

  test('reads nothing more once it is stopped, and takes nothing out', async () => {
    const objects = anArchive([byPhone()]);
    const found = await findTraces([asked], objects.all(), {
      ...{ store: objects, signal: AbortSignal.abort(), onProgress: () => undefined },
    });

    expect(found.doomed.size).toBe(0);
  });
});

const NAMES = [PHONE, USER_ID, NEWCOMER, LATER_ID, '4915550002222'];

/** Any conversation, in any hours. */
const anEntry = fc.record({
  name: fc.constantFrom(...NAMES),
  isStatus: fc.boolean(),
  seconds: fc.nat({ max: 1000 }),
  object: fc.nat({ max: 4 }),
});

describe('any archive', () => {
  test('loses what one person has, and nothing of anybody else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anEntry, { maxLength: 40 }),
        fc.constantFrom(...NAMES),
        async (entries, contact) => {
          const events = entries.map(({ name, isStatus, seconds, object }, n) => {
            const timestamp = String(SECOND + seconds);
            const isPhone = /^\d+$/.test(name);
            const to = {
              recipient_id: isPhone ? name : undefined,
              recipient_user_id: isPhone ? undefined : name,
            };
            const from = {
              from: isPhone ? name : undefined,
              from_user_id: isPhone ? undefined : name,
            };
            const event = isStatus
              ? status({ id: `wamid.${n}`, timestamp, ...to })
              : message({ timestamp, ...from });
            return { name, event, object };
          });
          const objects = anArchive(
            ...[0, 1, 2, 3, 4].map((object) =>
              events.filter((one) => one.object === object).map(({ event }) => event),
            ),
          );
          await forget(objects, { contact });

          const kept = events
            .filter(({ name }) => name !== contact)
            .map(({ event }) => archiveLine(event));
          expect(objects.lines().toSorted()).toEqual(kept.toSorted());
        },
      ),
      { numRuns: 50 },
    );
  });

  test('loses two people at once while the archiver repeats what it wrote, and nobody else', async () => {
    const somebody = fc.constantFrom(PHONE, USER_ID, NEWCOMER);
    const anObject = fc.array(somebody, { minLength: 1, maxLength: 6 });
    const pauses = fc.infiniteStream(fc.nat({ max: 3 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(anObject, { maxLength: 4 }),
        pauses,
        fc.nat({ max: 9 }),
        async (people, ticks, when) => {
          const written = people.map((names) =>
            names.map((name) => (name === PHONE ? byPhone() : byId(name))),
          );
          const objects = anArchive(...written);
          objects.pause = async () => {
            for (let left = ticks.next().value ?? 0; left > 0; left -= 1) await Promise.resolve();
          };
          let reads = 0;
          objects.onRead = (key) => {
            reads += 1;
            // As the archiver does from when they are to be forgotten: without them.
            const others = written[Number(key.slice(HOUR.length + 1).split('-')[0])]?.filter(
              ({ group }) => group === contactGroup(CHANNEL, NEWCOMER),
            );
            if (reads === when) objects.putLines(key, others ?? []);
          };
          await Promise.all([forget(objects), forget(objects, { contact: USER_ID })]);

          const kept = written
            .flat()
            .filter(({ group }) => group === contactGroup(CHANNEL, NEWCOMER));
          expect(objects.lines().toSorted()).toEqual(kept.map(archiveLine).toSorted());
        },
      ),
    );
  });

  test('keeps other lines as they are and where they are', () => {
    const aLine = fc.tuple(fc.nat({ max: 9 }), fc.boolean(), fc.string());
    fc.assert(
      fc.property(fc.array(aLine), fc.uniqueArray(fc.nat({ max: 9 })), (lines, doomed) => {
        const written = lines.map(([n, isReadable, payload]) => ({
          n,
          isReadable,
          line: isReadable
            ? archiveLine(Object.assign(byPhone(), { payload, id: `message.${n}` }))
            : JSON.stringify({ v: 9, id: `message.${n}`, payload }),
        }));
        const text = written.map(({ line }) => `${line}\n`).join('');
        const ids = new Set(doomed.map((n) => `message.${n}`));

        const { text: left, removed } = withoutEvents(text, ids);

        const kept = written.filter(({ n, isReadable }) => !isReadable || !doomed.includes(n));
        expect(left).toBe(kept.map(({ line }) => `${line}\n`).join(''));
        expect(removed).toBe(written.length - kept.length);
      }),
    );
  });
});

test('the group of a name is a word of each of its lines', () => {
  expect(archiveLine(byId(USER_ID))).toContain(contactGroup(CHANNEL, USER_ID));
});
