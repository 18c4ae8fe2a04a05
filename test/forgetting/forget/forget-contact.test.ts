import { describe, expect, test } from 'vitest';
import { countsOfRow } from '../../../lambda/campaigns/figures.ts';
import { optOutReader, optOutWriter } from '../../../lambda/campaigns/opt-outs-table.ts';
import { contactGroup } from '../../../lambda/events/event.ts';
import { forgetContact } from '../../../lambda/forgetting/forget/forget-contact.ts';
import type { Forgetting } from '../../../lambda/forgetting/forgetting.ts';
import { forgettingTable, forgettingWriter } from '../../../lambda/forgetting/forgettings-table.ts';
import { forgottenRows } from '../../../lambda/forgetting/forgotten-table.ts';
import { waitingMessages } from '../../../lambda/forgetting/waiting-messages-table.ts';
import { timeKey } from '../../../lambda/table/keys.ts';
import { textOf, toItem } from '../../../lambda/table/stored-rows.ts';
import { campaignRow, pricing, stateOfRow, statusOf } from '../../support/campaign-rows.ts';
import { aChannel } from '../../support/channels.ts';
import { FULL, refusing } from '../../support/refusing-table.ts';
import { aConversation } from '../../support/stored-conversation.ts';
import {
  aContact,
  aMessage,
  aStatus,
  CHANNEL,
  metaWebhook,
  splitMeta,
} from '../../support/webhooks.ts';

const PHONE = '5215550001111';
const USER_ID = 'MX.10000000000000000001';
const NEWCOMER = 'MX.20000000000000000002';
/** Stays until the provider's retries end. */
const TENANT = 'shop';
const LINK_KEY = `same#${USER_ID}`;
const SECOND = 1_795_212_000;
const NOW = SECOND * 1000 + 3_600_000;

const hello = metaWebhook({ contacts: [aContact()], messages: [aMessage()] });
const read = metaWebhook({ statuses: [aStatus({ status: 'read', errors: [{ title: 'x' }] })] });
const byUserId = metaWebhook({
  contacts: [aContact({ wa_id: undefined })],
  messages: [aMessage({ id: 'wamid.second', from: undefined })],
});

const conversation = await aConversation(NOW);

function rowsOf(fails: () => boolean = () => false) {
  const { emulator, overflow, clock } = conversation;
  return forgottenRows(
    async (operation, input, signal) => {
      if (fails()) throw new Error('lost');
      return emulator.dynamodb(operation, input, signal);
    },
    {
      tableName: emulator.tableName,
      deletePayload: async (key) => void overflow.delete(key),
      deleteFile: async (key) => void overflow.delete(key),
      now: () => clock.now,
    },
  );
}

function waitingDeps() {
  const { emulator, clock } = conversation;
  const now = () => clock.now;
  const waiting = waitingMessages(emulator.dynamodb, emulator.tableName, now);
  const leaveOut = optOutWriter(emulator.dynamodb, emulator.tableName, now).forget;
  const stored = { ...aChannel({ id: CHANNEL }), tenant: TENANT };
  const forgetInCampaigns = async () => 0;
  return {
    forgetInCampaigns,
    channel: async () => stored,
    waiting,
    sleep: async () => {},
    leaveOut,
    now,
  };
}

const NEVER = new AbortController().signal;
const DAYS = 400;

describe('in partitions that are full', () => {
  /** As DynamoDB does: it takes what makes a row smaller. */
  const full = () =>
    refusing(FULL, { table: conversation.emulator.dynamodb, only: /^(?!.*REMOVE)UpdateItem/ });

  test('a person is forgotten all the same, with what their rows point at', async () => {
    await conversation.meta(hello);
    await conversation.meta(read);
    const { emulator, overflow, clock } = conversation;
    const rows = forgottenRows(full(), {
      tableName: emulator.tableName,
      deletePayload: async (key) => void overflow.delete(key),
      deleteFile: async () => {},
      now: () => clock.now,
    });

    expect(await forget(PHONE, NEVER, rows)).toMatchObject({ isComplete: true, events: 1 });
    expect(JSON.stringify(await emulator.rows())).not.toMatch(/Hello|"payload"/);
  });
});

test('nobody is told to be forgotten where that cannot be put on record', async () => {
  await conversation.meta(hello);
  const { emulator, clock, deps } = conversation;
  const before = await emulator.rows();
  const remember = forgettingWriter(refusing(FULL), emulator.tableName, DAYS, () => clock.now);
  const request = { channel: CHANNEL, contact: PHONE, signal: NEVER, endsAt: NOW };

  await expect(
    forgetContact(request, { ...waitingDeps(), remember, table: deps.table, rows: rowsOf() }),
  ).rejects.toThrow(FULL);
  expect(await emulator.rows()).toEqual(before);
});

function forget(contact = PHONE, signal = NEVER, rows = rowsOf()) {
  const { table } = conversation.deps;
  const { emulator, clock } = conversation;
  const remember = forgettingWriter(emulator.dynamodb, emulator.tableName, DAYS, () => clock.now);
  const request = { channel: CHANNEL, contact, signal, endsAt: clock.now + 29_000 };
  return forgetContact(request, { ...waitingDeps(), table, rows, remember });
}

/** Whom the table knows to be forgotten, which is told by a row of its own. */
async function forgettings(): Promise<readonly Forgetting[]> {
  const { emulator, clock } = conversation;
  const table = forgettingTable(emulator.dynamodb, emulator.tableName, () => clock.now);
  return (await table.list(NEVER)).map(({ forgetting }) => forgetting);
}

async function stored(): Promise<string> {
  const rows = await conversation.emulator.rows();
  return JSON.stringify(rows.filter(({ pk }) => pk?.S !== 'forgettings'));
}

describe('forgetting a contact', () => {
  test('leaves no name, number, text or wamid of theirs, under any of their names', async () => {
    await conversation.meta(hello);
    await conversation.meta(byUserId);
    await conversation.meta(read);

    expect(await forget()).toEqual({
      ...{ events: 2, messages: 1, payloads: 0, files: 0, links: 1, isComplete: true },
    });

    const left = await stored();
    for (const word of [PHONE, 'Luc', 'disponible', 'wamid.', 'errors']) {
      expect(left).not.toContain(word);
    }
    expect(left.replace(LINK_KEY, '')).not.toContain(USER_ID);
    expect((await conversation.timeline(PHONE)).status).toBe(404);
    expect((await conversation.timeline(USER_ID)).status).toBe(404);
    expect((await conversation.contact(PHONE)).status).toBe(404);
  });

  test('empties their message of a campaign alone, which counts as before', async () => {
    const { emulator } = conversation;
    const { dynamodb, tableName } = emulator;
    const place = (name: string) => ({
      timelinePk: { S: contactGroup(CHANNEL, name) },
      timelineAt: { S: timeKey(NOW) },
    });
    const told = { ...statusOf('read', pricing()), ...place(PHONE), wamid: { S: 'wamid.1' } };
    const others = place('5215559999999');
    const theirs = campaignRow({ row: 1 }, stateOfRow('sent', told));
    const another = campaignRow({ row: 2 }, stateOfRow('sent', others));
    for (const Item of [theirs, another]) {
      await dynamodb('PutItem', { TableName: tableName, Item }, NEVER);
    }

    expect(await forget()).toMatchObject({ messages: 1, isComplete: true });

    const rows = (await emulator.rows()).filter(({ sk }) => sk?.S?.startsWith('message#'));
    const left = rows
      .map((row) => toItem(row))
      .toSorted((a, b) => (textOf(a, 'sk') < textOf(b, 'sk') ? -1 : 1));
    expect(left[1]).toEqual(another);
    expect(Object.keys(left[0] ?? {}).toSorted()).toEqual([
      ...['counted', 'expiresAt', 'forgottenAt', 'pk', 'sk'],
    ]);
    expect(countsOfRow(left[0] ?? {})).toEqual(countsOfRow(theirs));
    await forget();
    expect(countsOfRow(left[0] ?? {})).toEqual(countsOfRow(theirs));
  });

  test('has campaigns leave them out, under all of their names', async () => {
    await conversation.meta(hello);
    await forget();

    const { dynamodb, tableName } = conversation.emulator;
    const names = [PHONE, USER_ID, '5215559999999'];
    const found = await optOutReader(dynamodb, tableName).leftOut(TENANT, names, NEVER);
    const leftOut = { forgottenAt: NOW };
    expect([...found]).toEqual([
      [PHONE, leftOut],
      [USER_ID, leftOut],
    ]);
  });

  test('says before that by which names they are known, for whoever empties the rest', async () => {
    await conversation.meta(hello);
    await forget();
    await forget();

    const known = {
      ...{ channel: CHANNEL, contact: PHONE, until: NOW + 29_000 },
      links: [{ relation: 'same', from: PHONE, to: USER_ID, seenAt: SECOND * 1000 }],
    };
    const [first, again] = (await forgettings()).toSorted(
      (a, b) => b.links.length - a.links.length,
    );
    expect(first).toEqual(known);
    expect(again).toEqual({ ...known, links: [] });
  });

  test('says so also where nothing can be emptied', async () => {
    await conversation.meta(hello);
    const broken = rowsOf(() => true);
    await expect(forget(PHONE, undefined, broken)).rejects.toThrow('lost');

    expect(await forgettings()).toMatchObject([{ contact: PHONE, links: [{ to: USER_ID }] }]);
  });

  test('finds them by any name', async () => {
    await conversation.meta(hello);

    expect(await forget(USER_ID)).toMatchObject({ events: 1, links: 1, isComplete: true });
    expect(await stored()).not.toContain(PHONE);
  });

  test('does not bring them back when the provider delivers again', async () => {
    await conversation.meta(hello);
    await conversation.meta(read);
    await forget();
    const before = await stored();

    await conversation.meta(read);
    await conversation.meta(
      metaWebhook({ statuses: [aStatus({ timestamp: '1', status: 'sent' })] }),
    );
    await conversation.meta(hello);

    expect(await stored()).toBe(before);
    expect((await conversation.timeline(PHONE)).status).toBe(404);
  });

  test('keeps what they write from then on, under names that are theirs again', async () => {
    await conversation.meta(hello);
    await forget();
    const later = String(NOW / 1000 + 60);

    await conversation.meta(
      metaWebhook({ messages: [aMessage({ id: 'wamid.new', timestamp: later })] }),
      NOW + 60_000,
    );

    expect((await conversation.contact(PHONE)).body).toMatchObject({
      names: [{ name: PHONE }, { name: USER_ID }],
    });
    await conversation.meta(hello);
    expect((await conversation.timeline(PHONE)).body).toMatchObject({
      entries: [{ wamid: 'wamid.new' }],
    });
  });

  test('leaves alone who had their number before', async () => {
    await conversation.meta(hello);
    await conversation.meta(
      metaWebhook({
        contacts: [aContact({ user_id: NEWCOMER })],
        messages: [
          aMessage({ id: 'wamid.new', from_user_id: NEWCOMER, timestamp: String(SECOND + 60) }),
        ],
      }),
    );

    expect(await forget(PHONE)).toMatchObject({ events: 1, links: 1 });

    expect((await conversation.timeline(USER_ID)).body).toMatchObject({
      entries: [{ text: '¿Sigue disponible?' }],
    });
    expect(await stored()).not.toContain(`:"${NEWCOMER}`);
  });

  test('deletes files that came with messages, before the row forgets where they are', async () => {
    const key = 'media/default/message.1';
    const [event] = splitMeta(hello);
    if (event === undefined) throw new Error('no event');
    await conversation.store(event);
    const media = {
      state: 'stored',
      key,
      sizeBytes: 1,
      sha256: '',
      mimeType: 'image/jpeg',
    } as const;
    await conversation.media.settle(event, media, new AbortController().signal);
    conversation.overflow.set(key, 'a photo');

    expect(await forget()).toMatchObject({ events: 1, files: 1 });

    expect(conversation.overflow.size).toBe(0);
    expect(await stored()).not.toContain(key);
  });

  test('deletes payloads that were too big for a row, before the row forgets where they are', async () => {
    const [event] = conversation.split(hello);
    if (event === undefined) throw new Error('no event');
    const { payload, ...facts } = event;
    conversation.overflow.set('payloads/one', payload);
    await conversation.store({ ...facts, payloadKey: 'payloads/one' });

    expect(await forget()).toMatchObject({ events: 1, payloads: 1 });

    expect(conversation.overflow.size).toBe(0);
    expect(await stored()).not.toContain('payloads/one');
  });

  test('goes on where a call before it ended, whichever step was lost', async () => {
    for (let steps = 0; ; steps += 1) {
      await conversation.clear();
      await conversation.meta(hello);
      await conversation.meta(byUserId);
      await conversation.meta(read);
      let left = steps;
      const broken = rowsOf(() => {
        left -= 1;
        return left < 0;
      });
      const isOver = await forget(PHONE, undefined, broken).then(
        () => true,
        () => false,
      );

      const { isComplete } = await forget(PHONE);

      expect(isComplete).toBe(true);
      const rest = await stored();
      expect(rest).not.toContain(PHONE);
      expect(rest.replace(LINK_KEY, '')).not.toContain(USER_ID);
      if (isOver) break;
    }
  });

  test('says that there is more when its time is up', async () => {
    await conversation.meta(hello);

    expect(await forget(PHONE, AbortSignal.abort())).toMatchObject({ isComplete: false });
    expect(await forget(PHONE)).toMatchObject({ events: 1, isComplete: true });
  });

  test('finds nothing the second time', async () => {
    await conversation.meta(hello);
    await forget();

    expect(await forget()).toEqual({
      ...{ events: 0, messages: 0, payloads: 0, files: 0, links: 0, isComplete: true },
    });
  });
});
