import { describe, expect, test } from 'vitest';
import { WhatsAppAPI } from 'whatsapp-api-js';
import { readDelivery, writeDelivery } from '../../lambda/delivery/delivery.ts';
import { deliveryRequest } from '../../lambda/delivery/request.ts';
import { standardEvent } from '../../lambda/delivery/standard-event-schema.ts';
import { isTestEvent, testDelivery } from '../../lambda/delivery/test-event.ts';
import { aDelivery } from '../support/deliveries.ts';
import { splitMeta } from '../support/webhooks.ts';

const NOW = 1_795_212_000_000;
const tested = testDelivery('sub_1', 'test', NOW);

function requestIn(format: 'standard' | 'provider') {
  const secrets = { current: format === 'standard' ? 'whsec_c2VjcmV0' : 'app-secret' };
  const request = deliveryRequest(tested, tested.event.payload, format, { secrets, atMs: NOW });
  if (request === undefined) throw new Error('no request');
  return request;
}

describe('a test event', () => {
  test('is a delivery as others on the queue, and no other is one', () => {
    expect(readDelivery(writeDelivery(tested))).toEqual({ ok: true, delivery: tested });
    expect(isTestEvent(tested.event)).toBe(true);
    expect(isTestEvent(aDelivery().event)).toBe(false);
    expect(isTestEvent({ ...aDelivery().event, type: 'floodgate.test' })).toBe(false);
  });

  test('waits for no other, and is never the same twice', () => {
    const other = testDelivery('sub_1', 'other', NOW);

    expect(other.event.id).not.toBe(tested.event.id);
    expect(other.event.group).not.toBe(tested.event.group);
  });

  test('says in the format standard that it is one', () => {
    expect(standardEvent.parse(JSON.parse(requestIn('standard').body))).toMatchObject({
      type: 'floodgate.test',
      data: { message: 'A test of this endpoint by Floodgate' },
    });
  });

  test('is in the format provider a text message as Meta’s own test button sends one', () => {
    const { body } = requestIn('provider');

    expect(JSON.parse(body)).toMatchObject({
      object: 'whatsapp_business_account',
      entry: [
        {
          changes: [
            {
              field: 'messages',
              value: {
                messaging_product: 'whatsapp',
                metadata: { display_phone_number: '16505551111', phone_number_id: 'floodgate' },
                contacts: [{ wa_id: '16315551181' }],
                messages: [{ type: 'text', from: '16315551181' }],
              },
            },
          ],
        },
      ],
    });
    expect(splitMeta(body)).toMatchObject([{ kind: 'message', type: 'text' }]);
  });

  test('is taken by a library that bots are built on', async () => {
    const bot = new WhatsAppAPI({ token: 'token', appSecret: 'app-secret', v: 'v24.0' });
    const heard: unknown[] = [];
    bot.on.message = ({ message }) => void heard.push(message.type);
    const { body, headers } = requestIn('provider');

    await bot.post(JSON.parse(body), body, headers['x-hub-signature-256'] ?? '');

    expect(heard).toEqual(['text']);
  });
});
