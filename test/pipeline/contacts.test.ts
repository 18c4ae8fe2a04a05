import { describe, expect, test } from 'vitest';
import { aMessage, aStatus, sentAt } from '../support/just-sent.ts';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';
import { aContact, CHANNEL, metaChange, metaWebhook } from '../support/webhooks.ts';

const contactPath = (name: string) =>
  `/v1/channels/${CHANNEL}/contacts/${encodeURIComponent(name)}`;

async function timelineOf({ read }: Pipeline, name: string): Promise<string[]> {
  const answer = JSON.parse(await (await read(`${contactPath(name)}/timeline`)).text());
  return answer.entries.map(
    (entry: { wamid: string | null; type: string }) => entry.wamid ?? entry.type,
  );
}

async function jsonOf(answer: Promise<Response>): Promise<Record<string, unknown>> {
  return JSON.parse(await (await answer).text());
}

describe('contacts on the whole path', { timeout: 60_000 }, () => {
  test('a contact without a phone is found by its BSUID', async () => {
    const pipeline = await aPipeline();
    const messages = [aMessage({ id: 'wamid.A', from: undefined })];
    const contacts = [aContact({ wa_id: undefined })];
    await pipeline.post(metaWebhook({ messages, contacts }));
    await pipeline.settle();

    expect(await timelineOf(pipeline, 'MX.10000000000000000001')).toEqual(['wamid.A']);
    expect(await jsonOf(pipeline.read(contactPath('MX.10000000000000000001')))).toMatchObject({
      profile: { name: 'Lucía' },
    });
    expect((await pipeline.read(contactPath('5215550001111'))).status).toBe(404);
  });

  test('a change of number keeps one history, found from the old and the new name', async () => {
    const pipeline = await aPipeline();
    const before = aMessage({ id: 'wamid.before', from_user_id: 'MX.1', timestamp: sentAt(0) });
    const change = aMessage({
      id: 'wamid.change',
      from_user_id: undefined,
      timestamp: sentAt(10),
      type: 'system',
      system: { type: 'user_changed_number', wa_id: '5215550002222', user_id: 'MX.2' },
    });
    const update = {
      wa_id: '5215550002222',
      user_id: { previous: 'MX.1', current: 'MX.2' },
      timestamp: sentAt(11),
    };
    const after = aMessage({
      id: 'wamid.after',
      from: '5215550002222',
      from_user_id: 'MX.2',
      timestamp: sentAt(20),
    });
    // As providers do: in no order.
    await pipeline.post(metaWebhook({ messages: [after] }));
    await pipeline.post(metaChange('user_id_update', { user_id_update: [update] }));
    await pipeline.post(metaWebhook({ messages: [change] }));
    await pipeline.post(metaWebhook({ messages: [before] }));
    await pipeline.settle();

    const whole = ['wamid.after', 'user_id_update', 'wamid.change', 'wamid.before'];
    for (const name of ['5215550001111', 'MX.1', 'MX.2', '5215550002222']) {
      expect(await timelineOf(pipeline, name)).toEqual(whole);
    }
  });

  test('a group chat shows what became of a message with each participant', async () => {
    const pipeline = await aPipeline();
    const wamid = 'wamid.HBgL/+MTY1==';
    const of = (participant: string, status: string) =>
      aStatus({
        id: wamid,
        status,
        recipient_type: 'group',
        recipient_id: 'Y2FwaQ',
        recipient_user_id: undefined,
        recipient_participant_user_id: participant,
      });
    const statuses = [
      aStatus({
        id: wamid,
        status: 'sent',
        recipient_type: 'group',
        recipient_id: 'Y2FwaQ',
        recipient_user_id: undefined,
      }),
      of('MX.1', 'delivered'),
      of('MX.2', 'delivered'),
      of('MX.1', 'read'),
    ];
    await pipeline.post(metaWebhook({ statuses }));
    await pipeline.settle();

    const message = await jsonOf(
      pipeline.read(`/v1/channels/${CHANNEL}/messages/${encodeURIComponent(wamid)}`),
    );
    expect(message).toMatchObject({
      wamid,
      status: 'sent',
      participants: [
        { name: 'MX.1', status: 'read' },
        { name: 'MX.2', status: 'delivered' },
      ],
    });
    expect(await timelineOf(pipeline, 'Y2FwaQ')).toEqual([wamid]);
  });

  test('statuses before, beside and after what they are about make one entry', async () => {
    const pipeline = await aPipeline();
    const echo = {
      id: 'wamid.E',
      to: '5215550001111',
      timestamp: sentAt(5),
      type: 'text',
      text: { body: 'sí' },
    };
    const status = (name: string, seconds: number) =>
      aStatus({ id: 'wamid.E', status: name, timestamp: sentAt(seconds) });
    await pipeline.post(metaWebhook({ statuses: [status('read', 30)] }));
    await pipeline.post(metaChange('smb_message_echoes', { message_echoes: [echo] }));
    await pipeline.post(
      metaWebhook({ statuses: [status('sent', 6)], messages: [aMessage({ id: 'wamid.I' })] }),
    );
    await pipeline.settle();

    const answer = await jsonOf(pipeline.read(`${contactPath('5215550001111')}/timeline`));
    expect(answer['entries']).toMatchObject([
      { kind: 'echo', wamid: 'wamid.E', text: 'sí', status: 'read' },
      { kind: 'message', wamid: 'wamid.I', direction: 'inbound' },
    ]);
  });
});
