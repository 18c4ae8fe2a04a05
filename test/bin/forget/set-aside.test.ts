import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { wordsOf } from '../../../bin/floodgate/forget/archive-traces.ts';
import { whoseMessage } from '../../../bin/floodgate/forget/forgotten-deliveries.ts';
import { clearSetAside } from '../../../bin/floodgate/forget/set-aside-changes.ts';
import { writeDelivery } from '../../../lambda/delivery/delivery.ts';
import { writeEnvelope } from '../../../lambda/events/envelope.ts';
import { contactGroup, messageGroup } from '../../../lambda/events/event.ts';
import { forgottenPeople } from '../../../lambda/forgetting/known-person.ts';
import { writeMediaJob } from '../../../lambda/media/job.ts';
import type { Item } from '../../../lambda/table/stored-rows.ts';
import { changeRecord } from '../../support/change-records.ts';
import { aDelivery, routed } from '../../support/deliveries.ts';
import { FakeObjects } from '../../support/stored-archive.ts';
import { aMessage, CHANNEL, metaEvent } from '../../support/webhooks.ts';

const PHONE = '5215550001111';
const OTHER = 'MX.20000000000000000002';
const NOW = 1_795_212_060_000;
const KEY = 'aws/lambda/mapping/shard/2026/11/22/a';

const asked = { channel: CHANNEL, contact: PHONE, links: [], until: NOW + 1000 };

function anEventRow(name: string): Item {
  return {
    ...{ pk: { S: contactGroup(CHANNEL, name) }, sk: { S: `message.${name}` } },
    ...{ provider: { S: 'meta' }, channel: { S: CHANNEL }, direction: { S: 'inbound' } },
    ...{ type: { S: 'text' }, at: { S: '1795212000000#1' }, receivedAt: { N: String(NOW) } },
    payload: { S: '{}' },
  };
}

function aMessageRow(recipientPhone: string): Item {
  return {
    ...{ pk: { S: messageGroup(CHANNEL, 'wamid.1') }, sk: { S: 'message' } },
    ...{ provider: { S: 'meta' }, channel: { S: CHANNEL }, wamid: { S: 'wamid.1' } },
    ...{ recipientPhone: { S: recipientPhone }, 'status.sent': { N: String(NOW) } },
  };
}

const emptied: Item = {
  ...{ pk: { S: messageGroup(CHANNEL, 'wamid.1') }, sk: { S: 'message' } },
  forgottenAt: { S: String(NOW) },
};

function givenUp(...records: readonly object[]): Buffer {
  const payload = JSON.stringify({ Records: records });
  return Buffer.from(JSON.stringify({ version: '1.0', requestContext: {}, payload }));
}

async function clear(objects: FakeObjects, isDryRun = false) {
  const people = await forgottenPeople([asked]);
  return await clearSetAside(objects.all(), {
    ...{ store: Object.assign(objects, { [Symbol.dispose]: () => undefined }), people, isDryRun },
    ...{ words: people.names.flatMap(wordsOf), signal: new AbortController().signal },
  });
}

function recordsIn(objects: FakeObjects): readonly string[] {
  return [...objects.contents.values()].flatMap(({ bytes }) => {
    const { payload } = JSON.parse(Buffer.from(bytes).toString());
    return JSON.parse(payload).Records.map(({ eventID }: { eventID: string }) => eventID);
  });
}

describe('changes that were set aside', () => {
  test('lose those of a person, whatever image tells of them', async () => {
    const objects = new FakeObjects();
    objects.put(
      KEY,
      givenUp(
        changeRecord(1, undefined, anEventRow(PHONE), NOW),
        changeRecord(2, undefined, anEventRow(OTHER), NOW),
        changeRecord(3, aMessageRow(PHONE), emptied, NOW),
        changeRecord(4, undefined, aMessageRow('49'), NOW),
      ),
    );

    expect(await clear(objects, true)).toEqual({ changes: 2, undecided: [] });
    expect(recordsIn(objects)).toEqual(['1', '2', '3', '4']);
    expect(await clear(objects)).toEqual({ changes: 2, undecided: [] });
    expect(recordsIn(objects)).toEqual(['2', '4']);
    expect(await clear(objects)).toEqual({ changes: 0, undecided: [] });
  });

  test('are deleted where nothing else is in the object', async () => {
    const objects = new FakeObjects();
    objects.put(KEY, givenUp(changeRecord(1, undefined, anEventRow(PHONE), NOW)));

    expect(await clear(objects)).toMatchObject({ changes: 1 });
    expect(objects.contents.size).toBe(0);
  });

  test('are read again where somebody has written them meanwhile', async () => {
    const objects = new FakeObjects();
    const [theirs, others] = [anEventRow(PHONE), anEventRow(OTHER)].map((row, index) =>
      changeRecord(index, undefined, row, NOW),
    );
    objects.put(KEY, givenUp(theirs ?? {}, others ?? {}));
    let reads = 0;
    objects.onRead = (key) => {
      reads += 1;
      if (reads === 1) objects.put(key, givenUp(others ?? {}, theirs ?? {}));
    };

    expect(await clear(objects)).toMatchObject({ changes: 1 });
    expect(recordsIn(objects)).toEqual(['1']);
  });

  test('are named, and left, where they have a name in them and nobody can read them', async () => {
    const objects = new FakeObjects();
    const { sk: _, ...unreadable } = anEventRow(PHONE);
    objects.put('unreadable/1-a.ndjson.gz', gzipSync(JSON.stringify({ of: PHONE })));
    objects.put('unrouted/1-a.json', Buffer.from(JSON.stringify({ of: OTHER })));
    objects.put(KEY, givenUp({ dynamodb: { NewImage: unreadable } }));

    const { changes, undecided } = await clear(objects);

    expect(changes).toBe(0);
    expect(undecided.map(({ key }) => key)).toEqual(['unreadable/1-a.ndjson.gz', KEY]);
    expect(objects.contents.size).toBe(3);
  });
});

describe('a message of a queue', () => {
  const message = (name: string) =>
    metaEvent({ messages: [aMessage({ from: name, from_user_id: undefined })] });

  test('is of whoever is to be forgotten, or of others', async () => {
    const people = await forgottenPeople([asked]);
    const whose = whoseMessage(people, people.names.flatMap(wordsOf));
    const delivery = (name: string) => writeDelivery(aDelivery({ event: routed(message(name)) }));

    expect(whose(writeEnvelope(message(PHONE)))).toBe('theirs');
    expect(whose(writeEnvelope(message('49')))).toBe('others');
    expect(whose(delivery(PHONE))).toBe('theirs');
    expect(whose(delivery('49'))).toBe('others');
    const job = { group: contactGroup(CHANNEL, PHONE), id: 'message.1', channel: CHANNEL };
    expect(whose(writeMediaJob(job))).toBe('others');
    expect(whose(`no event of ${PHONE}`)).toBe('undecided');
    expect(whose('no event')).toBe('others');
  });
});
