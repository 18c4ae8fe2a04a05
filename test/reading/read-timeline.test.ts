import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contactGroup } from '../../lambda/events/event.ts';
import { timelineAnswer } from '../../lambda/reading/schemas.ts';
import { type Answer, aConversation } from '../support/stored-conversation.ts';
import {
  aMessage,
  aStatus,
  CHANNEL,
  metaChange,
  metaWebhook,
  only,
  splitMeta,
  wasenderWebhook,
} from '../support/webhooks.ts';

const PHONE = '5215550001111';
const USER_ID = 'MX.10000000000000000001';
const SECOND = 1_795_212_000;
const NOW = SECOND * 1000 + 3_600_000;
const DAY_MS = 86_400_000;

const conversation = await aConversation(NOW);

const page = ({ body }: Answer) => timelineAnswer.parse(body);

async function entries(contact: string, query = {}, channel = CHANNEL) {
  const answer = await conversation.timeline(contact, query, channel);
  expect(answer.status).toBe(200);
  return page(answer).entries;
}

/** Follows the cursors to the end. */
async function pages(contact: string, limit: number, between = async () => {}) {
  const read = [page(await conversation.timeline(contact, { limit: String(limit) }))];
  for (let cursor = read[0]?.nextCursor; cursor; cursor = read.at(-1)?.nextCursor) {
    await between();
    read.push(page(await conversation.timeline(contact, { limit: String(limit), cursor })));
    expect(read.length).toBeLessThan(100);
  }
  return read;
}

function message(id: string, at: number, overrides: object = {}): string {
  return metaWebhook({
    messages: [aMessage({ id, timestamp: String(SECOND + at), ...overrides })],
  });
}

function byPhone(id: string, at: number, overrides: object = {}): string {
  return message(id, at, { from_user_id: undefined, ...overrides });
}

function status(id: string, name: string, at: number, overrides: object = {}): string {
  const told = { id, status: name, timestamp: String(SECOND + at), ...overrides };
  return metaWebhook({ statuses: [aStatus(told)] });
}

function echo(id: string, at: number, overrides: object = {}): string {
  const told = {
    id,
    to: PHONE,
    to_user_id: USER_ID,
    timestamp: String(SECOND + at),
    type: 'text',
    text: { body: `echo ${id}` },
    ...overrides,
  };
  return metaChange('smb_message_echoes', { message_echoes: [told] });
}

function rotation(previous: string, current: string, at: number): string {
  const update = { user_id: { previous, current }, timestamp: String(SECOND + at) };
  return metaChange('user_id_update', { user_id_update: [update] });
}

describe('a timeline', () => {
  test('of whom nothing is known is not found', async () => {
    expect(await conversation.timeline('521')).toMatchObject({
      status: 404,
      body: {
        error: {
          code: 'not_found',
          message: 'nothing is known of this contact on this channel',
        },
      },
    });
  });

  test('is empty where only names of the contact are known', async () => {
    await conversation.meta(message('wamid.1', 0));
    conversation.clock.now += 31 * DAY_MS;

    expect(page(await conversation.timeline(PHONE))).toEqual({ entries: [], nextCursor: null });
  });

  test('has what the contact sent', async () => {
    await conversation.meta(message('wamid.1', 0));

    expect(await entries(USER_ID)).toEqual([
      {
        id: only(splitMeta(message('wamid.1', 0))).id,
        kind: 'message',
        direction: 'inbound',
        type: 'text',
        wamid: 'wamid.1',
        occurredAt: new Date(SECOND * 1000).toISOString(),
        receivedAt: '2026-11-20T22:01:00.000Z',
        contact: { phone: PHONE, userId: USER_ID, lid: null, chatId: null },
        chat: 'private',
        text: '¿Sigue disponible?',
        content: { kind: 'text', text: '¿Sigue disponible?', previewUrl: null, options: [] },
        ...{ replyTo: null, forwarded: false, frequentlyForwarded: false, mentions: [] },
        ...{ referral: null, username: null },
        status: null,
        statuses: [],
        media: null,
        outgoing: null,
        payload: JSON.parse(message('wamid.1', 0)),
      },
    ]);
  });

  test('tells what each message answers, whoever wrote it, as far as it is stored', async () => {
    const answer = (id: string, to: string, at: number) =>
      message(id, at, { context: { from: PHONE, id: to } });
    const long = `${'🙏'.repeat(80)} y más`;
    const asked = message('wamid.1', 0, { text: { body: long } });
    await conversation.meta(asked);
    await conversation.meta(echo('wamid.2', 1));
    await conversation.meta(status('wamid.3', 'sent', 2));
    await conversation.meta(answer('wamid.4', 'wamid.1', 3));
    await conversation.meta(answer('wamid.5', 'wamid.2', 4));
    await conversation.meta(answer('wamid.6', 'wamid.3', 5));
    await conversation.meta(answer('wamid.7', 'wamid.gone', 6));
    const unknown = { id: null, direction: null, kind: null, text: null };

    const answers = (await entries(PHONE)).slice(0, 4).map(({ replyTo }) => replyTo);

    expect(answers).toEqual([
      { wamid: 'wamid.gone', ...unknown },
      { wamid: 'wamid.3', ...unknown, direction: 'outbound' },
      {
        ...{ wamid: 'wamid.2', id: only(splitMeta(echo('wamid.2', 1))).id },
        ...{ direction: 'outbound', kind: 'text', text: 'echo wamid.2' },
      },
      {
        ...{ wamid: 'wamid.1', id: only(splitMeta(asked)).id },
        ...{ direction: 'inbound', kind: 'text', text: '🙏'.repeat(80) },
      },
    ]);
  });

  test('has what was sent to the contact, with its statuses in their order', async () => {
    await conversation.meta(status('wamid.1', 'read', 9));
    await conversation.meta(
      status('wamid.1', 'sent', 1, { pricing: { category: 'utility' }, conversation: { id: 'c' } }),
    );
    await conversation.meta(
      status('wamid.1', 'failed', 2, { errors: [{ code: 131026 }], pricing: 'free' }),
    );

    expect(await entries(PHONE)).toMatchObject([
      {
        kind: 'message',
        direction: 'outbound',
        type: null,
        wamid: 'wamid.1',
        occurredAt: new Date((SECOND + 1) * 1000).toISOString(),
        receivedAt: null,
        contact: { phone: PHONE, userId: USER_ID },
        status: 'read',
        statuses: [
          {
            status: 'sent',
            pricing: { category: 'utility' },
            errors: [],
            detail: { conversation: { id: 'c' } },
          },
          { status: 'failed', errors: [{ code: 131026 }], pricing: null },
          { status: 'read', detail: null },
        ],
        payload: null,
      },
    ]);
  });

  test('is newest first, both directions together, an answer after what it answers', async () => {
    await conversation.meta(message('wamid.1', 0));
    await conversation.meta(status('wamid.2', 'sent', 5));
    await conversation.meta(message('wamid.3', 5));
    await conversation.meta(message('wamid.4', 9));

    expect((await entries(USER_ID)).map(({ wamid }) => wamid)).toEqual([
      'wamid.4',
      'wamid.2',
      'wamid.3',
      'wamid.1',
    ]);
  });

  test('keeps the order of arrival within a second', async () => {
    for (const id of ['c', 'a', 'b']) await conversation.meta(message(`wamid.${id}`, 0));

    expect((await entries(USER_ID)).map(({ wamid }) => wamid)).toEqual([
      'wamid.b',
      'wamid.a',
      'wamid.c',
    ]);
  });

  test('is the same under each name, a group chat apart', async () => {
    await conversation.meta(byPhone('wamid.1', 0));
    await conversation.meta(message('wamid.2', 1));
    await conversation.meta(message('wamid.3', 2, { group_id: 'Y2FwaQ==' }));
    const both = ['wamid.2', 'wamid.1'];

    expect((await entries(PHONE)).map(({ wamid }) => wamid)).toEqual(both);
    expect((await entries(`+${PHONE}`)).map(({ wamid }) => wamid)).toEqual(both);
    expect((await entries(USER_ID)).map(({ wamid }) => wamid)).toEqual(both);
    expect(await entries('Y2FwaQ==')).toMatchObject([
      { wamid: 'wamid.3', contact: { chatId: 'Y2FwaQ==', userId: USER_ID } },
    ]);
  });

  test('follows a BSUID that was replaced, both ways', async () => {
    await conversation.meta(message('wamid.1', 0, { from: undefined, from_user_id: 'MX.1' }));
    await conversation.meta(rotation('MX.1', 'MX.2', 5));
    await conversation.meta(message('wamid.2', 9, { from: undefined, from_user_id: 'MX.2' }));

    for (const contact of ['MX.1', 'MX.2']) {
      expect((await entries(contact)).map(({ type }) => type)).toEqual([
        'text',
        'user_id_update',
        'text',
      ]);
    }
  });

  test('leaves out what a recycled number said for its owner before', async () => {
    await conversation.meta(byPhone('wamid.1', 0));
    await conversation.meta(message('wamid.2', 1, { from_user_id: 'MX.1' }));
    await conversation.meta(message('wamid.3', 50, { from_user_id: 'MX.2' }));
    await conversation.meta(byPhone('wamid.4', 60));

    expect((await entries(PHONE)).map(({ wamid }) => wamid)).toEqual(['wamid.4', 'wamid.3']);
    expect((await entries('MX.2')).map(({ wamid }) => wamid)).toEqual(['wamid.4', 'wamid.3']);
    expect((await entries('MX.1')).map(({ wamid }) => wamid)).toEqual(['wamid.2', 'wamid.1']);
  });

  test('follows a contact to a new number', async () => {
    await conversation.meta(byPhone('wamid.1', 0));
    const system = { type: 'user_changed_number', wa_id: '5215550002222', user_id: 'MX.2' };
    await conversation.meta(byPhone('wamid.2', 5, { type: 'system', system, text: undefined }));
    await conversation.meta(message('wamid.3', 9, { from: '5215550002222', from_user_id: 'MX.2' }));

    for (const contact of [PHONE, '5215550002222', 'MX.2']) {
      expect((await entries(contact)).map(({ wamid }) => wamid)).toEqual([
        'wamid.3',
        'wamid.2',
        'wamid.1',
      ]);
    }
  });

  test('joins phone and LID of a WasenderApi session, and finds a LID by its digits', async () => {
    const received = (id: string, key: object, at: number) =>
      wasenderWebhook('messages.received', {
        messages: {
          key: { id, fromMe: false, ...key },
          messageBody: `body ${id}`,
          message: { conversation: `body ${id}` },
          messageTimestamp: SECOND + at,
        },
      });
    await conversation.wasender(received('A', { remoteJid: '5215550001111@s.whatsapp.net' }, 0));
    await conversation.wasender(
      received('B', { remoteJid: '20000000000001@lid', cleanedSenderPn: '5215550001111' }, 1),
    );
    await conversation.wasender(received('C', { remoteJid: '20000000000009@lid' }, 2));

    for (const contact of ['5215550001111', '20000000000001@lid', '20000000000001']) {
      const found = await entries(contact, {}, 'shop');
      expect(found.map(({ text }) => text)).toEqual(['body B', 'body A']);
    }
    expect(await entries('20000000000009', {}, 'shop')).toMatchObject([{ text: 'body C' }]);
  });

  test('has neither another channel nor another contact in it', async () => {
    await conversation.meta(message('wamid.1', 0));

    expect(await conversation.timeline(USER_ID, {}, 'other')).toMatchObject({ status: 404 });
    expect(await conversation.timeline('MX.9')).toMatchObject({ status: 404 });
  });

  test('hides what has expired, although the row is still there', async () => {
    await conversation.meta(message('wamid.1', 0));
    await conversation.meta(status('wamid.2', 'sent', 1));
    conversation.clock.now += 20 * DAY_MS;
    await conversation.meta(message('wamid.3', 2));
    await conversation.meta(status('wamid.2', 'read', 9));
    conversation.clock.now += 15 * DAY_MS;

    expect((await entries(USER_ID)).map(({ wamid }) => wamid)).toEqual(['wamid.3', 'wamid.2']);
  });
});

describe('an echo', () => {
  test('and the statuses of its message are one entry', async () => {
    await conversation.meta(status('wamid.1', 'sent', 0));
    await conversation.meta(status('wamid.1', 'delivered', 3));
    await conversation.meta(echo('wamid.1', 0));

    expect(await entries(USER_ID)).toMatchObject([
      {
        kind: 'echo',
        direction: 'outbound',
        text: 'echo wamid.1',
        status: 'delivered',
        statuses: [{ status: 'sent' }, { status: 'delivered' }],
      },
    ]);
  });

  test('is found under whichever name of the contact it was stored', async () => {
    await conversation.meta(message('wamid.0', 0));
    await conversation.meta(status('wamid.1', 'sent', 1));
    await conversation.meta(echo('wamid.1', 1, { to_user_id: undefined }));

    expect(await entries(PHONE)).toMatchObject([
      { kind: 'echo', status: 'sent' },
      { kind: 'message' },
    ]);
  });

  test('without statuses stands alone, and so do statuses without an echo', async () => {
    await conversation.meta(echo('wamid.1', 0));
    await conversation.meta(status('wamid.2', 'sent', 1));

    expect(await entries(USER_ID)).toMatchObject([
      { wamid: 'wamid.2', kind: 'message', status: 'sent' },
      { wamid: 'wamid.1', kind: 'echo', status: null, statuses: [] },
    ]);
  });

  test('of WasenderApi has its statuses too', async () => {
    const key = { id: '3EB0', fromMe: true, remoteJid: '5215550001111@s.whatsapp.net' };
    await conversation.wasender(
      wasenderWebhook('messages.upsert', { messages: [{ key, message: { conversation: 'Sí' } }] }),
    );
    await conversation.wasender(
      wasenderWebhook('messages.update', { update: { status: 3 }, key }, { timestamp: SECOND + 9 }),
    );

    expect(await entries(PHONE, {}, 'shop')).toMatchObject([
      { kind: 'echo', text: 'Sí', status: 'delivered' },
    ]);
  });

  test('gives way to the statuses when it has expired', async () => {
    await conversation.meta(echo('wamid.1', 0));
    conversation.clock.now += 20 * DAY_MS;
    await conversation.meta(status('wamid.1', 'read', 9));
    conversation.clock.now += 15 * DAY_MS;

    expect(await entries(USER_ID)).toMatchObject([{ kind: 'message', status: 'read' }]);
  });
});

describe('a payload', () => {
  test('is handed on as it came: big numbers, equal keys, deep nesting', async () => {
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    const extra = `"n":12345678901234567890,"n":1.0,"deep":${deep},"esc":"\\u00e9\\/"`;
    const webhook = message('wamid.1', 0).replace('"type":"text"', `"type":"text",${extra}`);
    await conversation.meta(webhook);

    const { text } = await conversation.timeline(USER_ID);

    expect(text).toContain(`"payload":${only(splitMeta(webhook)).payload}`);
    expect(text).toContain(extra);
  });

  test('is fetched from the overflow bucket', async () => {
    const { payload, ...event } = only(splitMeta(message('wamid.1', 0)));
    await conversation.store({ ...event, payloadKey: 'payloads/1.json' });
    conversation.overflow.set('payloads/1.json', payload);

    expect(await entries(USER_ID)).toMatchObject([
      { text: '¿Sigue disponible?', payload: JSON.parse(payload) },
    ]);
  });

  test('that is no longer kept is null, and the rest is still told', async () => {
    const { payload: _, ...event } = only(splitMeta(message('wamid.1', 0)));
    await conversation.store({ ...event, payloadKey: 'payloads/1.json' });

    expect(await entries(USER_ID)).toMatchObject([
      { wamid: 'wamid.1', type: 'text', text: null, payload: null },
    ]);
  });

  test('that is more than Lambda can answer is null', async () => {
    const body = 'x'.repeat(5_100_000);
    const { payload, ...event } = only(splitMeta(message('wamid.1', 0, { text: { body } })));
    await conversation.store({ ...event, type: 'image', payloadKey: 'payloads/1.json' });
    conversation.overflow.set('payloads/1.json', payload);

    expect(await entries(USER_ID)).toMatchObject([{ wamid: 'wamid.1', payload: null }]);
  });

  test('of a status that overflowed gives its errors all the same', async () => {
    const failed = status('wamid.1', 'failed', 1, { errors: [{ code: 131026 }] });
    const { payload, ...event } = only(splitMeta(failed));
    await conversation.store({ ...event, payloadKey: 'payloads/1.json' });

    expect(await entries(USER_ID)).toMatchObject([{ statuses: [{ errors: [], detail: null }] }]);
    conversation.overflow.set('payloads/1.json', payload);
    expect(await entries(USER_ID)).toMatchObject([{ statuses: [{ errors: [{ code: 131026 }] }] }]);
  });
});

describe('pages', () => {
  test('hold 50 entries by default, and say where to go on', async () => {
    for (let at = 0; at < 51; at += 1) await conversation.meta(message(`wamid.${at}`, at));

    const first = page(await conversation.timeline(USER_ID));
    expect(first.entries).toHaveLength(50);
    const second = page(await conversation.timeline(USER_ID, { cursor: first.nextCursor ?? '' }));
    expect(second.entries.map(({ wamid }) => wamid)).toEqual(['wamid.0']);
    expect(second.nextCursor).toBeNull();
  });

  test('end before they are more than Lambda can answer, and skip nothing', async () => {
    const body = 'á"'.repeat(100_000);
    for (let at = 0; at < 12; at += 1) {
      const { payload, ...event } = only(splitMeta(message(`wamid.${at}`, at, { text: { body } })));
      await conversation.store({ ...event, payloadKey: event.id });
      conversation.overflow.set(event.id, payload);
    }
    const read = await pages(USER_ID, 100);

    expect(read.length).toBeGreaterThan(1);
    expect(read.flatMap((part) => part.entries.map(({ wamid }) => wamid))).toEqual(
      Array.from({ length: 12 }, (_, index) => `wamid.${11 - index}`),
    );
    const { text } = await conversation.timeline(USER_ID, { limit: '100' });
    expect(Buffer.byteLength(JSON.stringify({ body: text }))).toBeLessThan(6 * 1024 * 1024);
  });

  test('pass over what has expired, however much it is', async () => {
    await conversation.meta(message('wamid.old', 0));
    for (let at = 1; at < 30; at += 1) await conversation.meta(message(`wamid.${at}`, at));
    for (const { pk, sk, wamid } of await conversation.emulator.rows()) {
      if (pk === undefined || sk === undefined || wamid === undefined) continue;
      if (wamid.S === 'wamid.old') continue;
      await conversation.emulator.client.send(
        new UpdateItemCommand({
          TableName: conversation.emulator.tableName,
          Key: { pk, sk },
          UpdateExpression: 'SET expiresAt = :past',
          ExpressionAttributeValues: { ':past': { N: '1' } },
        }),
      );
    }

    expect(page(await conversation.timeline(USER_ID, { limit: '1' }))).toMatchObject({
      entries: [{ wamid: 'wamid.old' }],
      nextCursor: null,
    });
  });

  const second = fc.nat(6);
  const said = fc.oneof(
    fc.tuple(
      fc.constantFrom(message, (id: string, at: number) => byPhone(`${id}.phone`, at), echo),
      second,
    ),
    fc.tuple(
      fc.constantFrom(
        (id: string, at: number) => status(id, 'sent', at),
        (id: string, at: number) => status(id, 'failed', at, { recipient_user_id: undefined }),
      ),
      second,
    ),
  );
  const someSaid = fc.array(fc.tuple(said, fc.nat(9)), { minLength: 1, maxLength: 18 });

  test('have every entry once and in order, whatever their size', async () => {
    await fc.assert(
      fc.asyncProperty(someSaid, fc.integer({ min: 1, max: 9 }), async (sent, limit) => {
        await conversation.clear();
        for (const [[say, at], id] of sent) await conversation.meta(say(`wamid.${id}`, at));

        const read = (await pages(PHONE, limit)).flatMap((part) => part.entries);

        expect(read.map(({ id }) => id).sort()).toEqual(await expectedIds());
        const times = read.map(({ occurredAt }) => occurredAt);
        expect(times).toEqual(times.toSorted().reverse());
      }),
      { numRuns: 8 },
    );
  }, 60_000);

  test('neither lose nor repeat an entry while others are written', async () => {
    await fc.assert(
      fc.asyncProperty(someSaid, fc.integer({ min: 1, max: 5 }), async (sent, limit) => {
        await conversation.clear();
        const [before, later] = [sent.slice(0, sent.length / 2), sent.slice(sent.length / 2)];
        await conversation.meta(message('wamid.first', 3));
        for (const [[say, at], id] of before) await conversation.meta(say(`wamid.${id}`, at));
        const present = await expectedIds();
        // Another message each: one whose earliest status comes late moves.
        const written = later.map(([[say, at]], index) => say(`wamid.later.${index}`, at));

        const read = await pages(PHONE, limit, async () => {
          const next = written.pop();
          if (next !== undefined) await conversation.meta(next);
        });

        const ids = read.flatMap((part) => part.entries.map(({ id }) => id));
        expect(new Set(ids).size).toBe(ids.length);
        expect(present.filter((id) => !ids.includes(id))).toEqual([]);
      }),
      { numRuns: 8 },
    );
  }, 60_000);

  /** From the whole table: the events, and the messages that no echo shows. */
  async function expectedIds(): Promise<string[]> {
    const linked = (await entries(PHONE, { limit: '1' })).length > 0;
    const names = (await isLinked()) && linked ? [PHONE, USER_ID] : [PHONE];
    const groups = names.map((name) => contactGroup(CHANNEL, name));
    const rows = await conversation.emulator.rows();
    const events = rows.filter(({ pk }) => groups.includes(pk?.S ?? ''));
    const echoed = events
      .filter(({ sk }) => sk?.S?.startsWith('echo.'))
      .map(({ wamid }) => wamid?.S);
    const messages = rows.filter(
      ({ timelinePk, wamid }) => groups.includes(timelinePk?.S ?? '') && !echoed.includes(wamid?.S),
    );
    return [
      ...events.map(({ sk }) => sk?.S ?? ''),
      ...messages.map(({ pk }) => pk?.S?.replace('message.', 'sent.') ?? ''),
    ].sort();
  }

  async function isLinked(): Promise<boolean> {
    return (await conversation.emulator.rows()).some(({ from }) => from?.S === PHONE);
  }
});

describe('the reads of a page', () => {
  test('are few, and as documented', async () => {
    const phone = '15550001111';
    await conversation.meta(message('wamid.1', 0, { from: phone }));
    await conversation.meta(status('wamid.2', 'sent', 1, { recipient_id: phone }));
    conversation.emulator.operations.length = 0;

    await conversation.timeline(phone);

    const counts = Map.groupBy(conversation.emulator.operations, (operation) => operation);
    expect([...counts].map(([operation, all]) => [operation, all.length]).sort()).toEqual([
      // The links of two names on either side, and events and messages under both.
      ['BatchGetItem', 3],
      ['Query', 8],
    ]);
  });
});
