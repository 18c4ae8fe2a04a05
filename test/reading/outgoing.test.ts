import { describe, expect, test } from 'vitest';
import { markOf } from '../../lambda/events/outgoing-mark.ts';
import { messageAnswer, timelineAnswer } from '../../lambda/reading/schemas.ts';
import { claimTable } from '../../lambda/sending/claim-table.ts';
import { outboxTable } from '../../lambda/sending/outbox-table.ts';
import type { OutgoingMessage } from '../../lambda/table/outgoing-message.ts';
import { anOutgoing } from '../support/outgoing.ts';
import { aConversation } from '../support/stored-conversation.ts';
import { aStatus, CHANNEL, metaWebhook } from '../support/webhooks.ts';

const PHONE = '5215550001111';
const SECOND = 1_795_212_000;
const NOW = SECOND * 1000 + 3_600_000;
const { signal } = new AbortController();

const conversation = await aConversation(NOW);

const WAMID = 'wamid.sent-from-here';
const message = anOutgoing({ channel: CHANNEL, createdAt: SECOND * 1000 });
const mark = markOf(message.id, 1);

function tables() {
  const { dynamodb, tableName } = conversation.emulator;
  const options = { tableName, expiresAt: () => NOW / 1000 + 86_400, now: () => NOW };
  return { ...outboxTable(dynamodb, options), ...claimTable(dynamodb, options) };
}

async function queue(one: OutgoingMessage = message) {
  await tables().putContent(one, 'hash', signal);
}

async function send() {
  await queue();
  await tables().claim(message, 1, signal);
  await tables().record(message, { state: 'sent', wamid: WAMID, sentAt: NOW }, signal);
  await tables().point(message, WAMID, signal);
}

const tell = (status: string, at: number, others: object = { biz_opaque_callback_data: mark }) =>
  conversation.meta(
    metaWebhook({
      statuses: [
        aStatus({
          ...{ id: WAMID, status, timestamp: String(SECOND + at), recipient_id: PHONE },
          ...others,
        }),
      ],
    }),
  );

async function entries(contact = PHONE) {
  return timelineAnswer.parse((await conversation.timeline(contact)).body).entries;
}

describe('a message that was sent from here', () => {
  test('stands in the timeline with what it says, before anybody sends it', async () => {
    await queue();

    expect(await entries()).toMatchObject([
      {
        ...{ id: message.id, kind: 'message', direction: 'outbound', type: 'text', wamid: null },
        ...{ text: 'hello', content: { kind: 'text', text: 'hello' }, status: null },
        contact: { phone: PHONE },
        outgoing: { id: message.id, state: 'queued', body: { type: 'text' } },
      },
    ]);
  });

  test('stands in the timeline of a BSUID and of a group, whatever its type', async () => {
    const userId = 'MX.10000000000000000001';
    const group = 'Y2FwaV9ncm91cDox';
    const body = '{"type":"location","location":{"latitude":1,"longitude":2}}';
    const { channel, createdAt } = message;
    const to = { kind: 'userId', name: userId } as const;
    await queue(anOutgoing({ channel, createdAt, to, body }));
    const toGroup = { kind: 'group', name: group } as const;
    await queue(anOutgoing({ channel, createdAt, to: toGroup, body: '{}' }));

    expect(await entries(userId)).toMatchObject([
      { type: 'location', text: null, contact: { userId }, chat: 'private' },
    ]);
    expect(await entries(group)).toMatchObject([
      { type: null, text: null, contact: { chatId: group }, chat: 'group' },
    ]);
  });

  test('stands there once, with its ticks, whatever tells of it', async () => {
    await send();
    await tell('sent', 1);
    await tell('read', 2);

    expect(await entries()).toMatchObject([
      { id: message.id, wamid: WAMID, status: 'read', outgoing: { state: 'read' } },
    ]);
  });

  test('stands there once where its statuses carry no mark', async () => {
    await send();
    await tell('failed', 1, {});

    expect(await entries()).toMatchObject([
      { id: message.id, status: 'failed', outgoing: { state: 'failed' } },
    ]);
  });

  test('is read by our id, and by its wamid', async () => {
    await send();
    await tell('delivered', 1);
    const own = messageAnswer.parse((await conversation.message(message.id)).body);
    const sent = messageAnswer.parse((await conversation.message(WAMID)).body);

    expect(own).toMatchObject({
      ...{ wamid: WAMID, direction: 'outbound', status: 'delivered' },
      outgoing: { id: message.id, state: 'delivered', sentAt: new Date(NOW).toISOString() },
      entry: { id: message.id },
    });
    expect(sent).toMatchObject({ wamid: WAMID, outgoing: own.outgoing });
  });

  test('has no wamid before the provider took it, and is of its own channel alone', async () => {
    await queue();
    const own = messageAnswer.parse((await conversation.message(message.id)).body);

    expect(own).toMatchObject({ wamid: null, status: null, outgoing: { state: 'queued' } });
    expect((await conversation.message(message.id, 'other')).status).toBe(404);
    expect((await conversation.message(anOutgoing({ channel: 'x' }).id)).status).toBe(404);
  });

  test('is not meant by the mark of another channel', async () => {
    await queue(anOutgoing({ channel: 'other', createdAt: message.createdAt }));
    const { id } = anOutgoing({ channel: 'other' });
    await tell('sent', 1, { biz_opaque_callback_data: markOf(id, 1) });

    expect(await entries()).toMatchObject([{ type: null, status: 'sent', outgoing: null }]);
  });
});
