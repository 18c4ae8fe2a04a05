import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { WhatsAppAPI } from 'whatsapp-api-js';
import { deliveryRequest } from '../../lambda/delivery/request.ts';
import type { SigningSecrets } from '../../lambda/delivery/signing-secrets.ts';
import { eventOfPayload } from '../../lambda/table/stored-event.ts';
import { aDelivery, routed } from '../support/deliveries.ts';
import { aMessage, metaWebhook, only, splitMeta, splitWasender } from '../support/webhooks.ts';

const secret = (seed: string) => `whsec_${Buffer.from(seed.repeat(32)).toString('base64')}`;
const CURRENT = secret('a');
const PREVIOUS = secret('b');

const delivery = aDelivery();
const { payload = '' } = delivery.event;

function standard(secrets: SigningSecrets, atMs = Date.now()) {
  const request = deliveryRequest(delivery, payload, 'standard', { secrets, atMs });
  if (request === undefined) throw new Error('no request');
  return { ...request, headers: { ...request.headers } };
}

function asProvider(given = delivery, secrets: SigningSecrets = { current: 'app-secret' }) {
  const request = deliveryRequest(given, given.event.payload, 'provider', { secrets, atMs: 0 });
  if (request === undefined) throw new Error('no request');
  return request;
}

describe('a delivery in the format standard', () => {
  test('is verified by the reference library of Standard Webhooks', () => {
    const { body, headers } = standard({ current: CURRENT });

    expect(new Webhook(CURRENT).verify(body, headers)).toMatchObject({ type: 'message.received' });
    expect(() => new Webhook(CURRENT).verify(`${body} `, headers)).toThrow('No matching signature');
    expect(() => new Webhook(PREVIOUS).verify(body, headers)).toThrow('No matching signature');
  });

  test('is verified by the new secret and by the one before, while both are valid', () => {
    const { body, headers } = standard({ current: CURRENT, previous: PREVIOUS });

    for (const one of [CURRENT, PREVIOUS]) new Webhook(one).verify(body, headers);
  });

  test('is signed anew for each try, so that a late one is not taken for a replayed one', () => {
    const { body, headers } = standard({ current: CURRENT }, Date.now() - 600_000);

    expect(() => new Webhook(CURRENT).verify(body, headers)).toThrow('Message timestamp too old');
  });

  test('has one id, in header and body', () => {
    const { body, headers } = standard({ current: CURRENT });

    expect(JSON.parse(body)).toMatchObject({ id: headers['webhook-id'] });
    expect(headers['webhook-id']).not.toContain('.');
  });

  test('says which replay sends it again', () => {
    const signing = { secrets: { current: CURRENT }, atMs: 0 } as const;
    const replayed = deliveryRequest({ ...delivery, replayId: 'r1' }, payload, 'standard', signing);

    expect(replayed?.headers['floodgate-replay']).toBe('r1');
    expect(replayed?.headers['webhook-id']).toBe(
      standard({ current: CURRENT }).headers['webhook-id'],
    );
  });
});

describe('a delivery in the format provider', () => {
  const bot = new WhatsAppAPI({ token: 'token', appSecret: 'app-secret', v: 'v24.0' });

  test('is accepted by a library that bots are built on, which knows nothing of Floodgate', async () => {
    const { body, headers } = asProvider();
    const heard: unknown[] = [];
    bot.on.message = ({ message }) => void heard.push(message.type);

    await bot.post(JSON.parse(body), body, headers['x-hub-signature-256'] ?? '');

    expect(heard).toEqual(['text']);
    await expect(
      bot.post(
        JSON.parse(body),
        body,
        asProvider(delivery, { current: 'other' }).headers['x-hub-signature-256'] ?? '',
      ),
    ).rejects.toThrow();
  });

  test('of Meta is written in ASCII, as Meta writes, and says the same', () => {
    const webhook = metaWebhook({ messages: [aMessage({ text: { body: '¿Sí? 👍' } })] });
    const { body } = asProvider(aDelivery({ event: routed(only(splitMeta(webhook))) }));

    expect(body).toMatch(/^[ -~]*$/);
    expect(JSON.parse(body)).toEqual(JSON.parse(webhook));
  });

  test('of WasenderApi carries the shared secret, and the webhook to the letter', () => {
    const webhook = '{"event":"session.status","timestamp":1795212000,"data":{"status":"ñ"}}';
    const given = aDelivery({ event: routed(only(splitWasender(webhook))) });

    const { body, headers } = asProvider(given, { current: 'shared-secret' });

    expect(body).toBe(webhook);
    expect(headers['x-webhook-signature']).toBe('shared-secret');
  });

  test('splits into the same event, whoever receives it', () => {
    const { event } = delivery;

    expect(eventOfPayload(event, asProvider().body)?.id).toBe(event.id);
  });

  test('is none without its payload', () => {
    const signing = { secrets: { current: 'app-secret' }, atMs: 0 } as const;

    expect(deliveryRequest(delivery, undefined, 'provider', signing)).toBeUndefined();
  });
});
