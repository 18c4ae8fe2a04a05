import { describe, expect, onTestFinished, test } from 'vitest';
import { LocalClock } from '../../../local/clock.ts';
import type { Target } from '../../../local/traffic/sign.ts';
import { serveWhatsApp } from '../../../local/whatsapp/serve-whatsapp.ts';
import { aWebhookTaker } from './webhook-taker.ts';
import { NUMBER, SOFIA, TOKENS } from './worlds.ts';

async function aWhatsApp(target: Promise<Target>) {
  const clock = new LocalClock();
  const whatsapp = await serveWhatsApp({ tokens: TOKENS, clock, target });
  onTestFinished(() => whatsapp.close());
  const post = (path: string, json: unknown, token = TOKENS.meta) =>
    fetch(whatsapp.url + path, {
      ...{ method: 'POST', body: JSON.stringify(json) },
      headers: { authorization: `Bearer ${token}` },
    });
  const sendTo = (to: string) =>
    post(`/v23.0/${NUMBER}/messages`, {
      ...{ messaging_product: 'whatsapp', to, type: 'template' },
      template: { name: 'hello_world', language: { code: 'en_US' } },
    });
  return { ...whatsapp, clock, post, sendTo };
}

describe('what a person writes', () => {
  test.each(['meta', 'wasender'])(
    'goes to the stack at once, signed as %s signs',
    async (provider) => {
      const stack = await aWebhookTaker();
      const { post } = await aWhatsApp(stack.target);
      const answer = await post(`/stand-in/people/${SOFIA}/messages`, { text: '¿Hola?', provider });
      expect(await answer.json()).toMatchObject({
        webhook: { status: 200 },
        person: { phone: SOFIA },
      });
      expect(stack.received).toMatchObject([{ provider }]);
    },
  );

  test('is told not to have been taken, and tried again', async () => {
    const stack = await aWebhookTaker([503]);
    const { post } = await aWhatsApp(stack.target);
    const answer = await post(`/stand-in/people/${SOFIA}/messages`, { text: 'hola' });
    expect(await answer.json()).toMatchObject({ webhook: { status: 503 } });
    await expect.poll(() => stack.received).toHaveLength(1);
  });
});

describe('statuses', () => {
  test('go out when they are due by the clock of the stack, until they are taken', async () => {
    const stack = await aWebhookTaker([500, 503]);
    const { clock, sendTo, world } = await aWhatsApp(stack.target);
    await sendTo(SOFIA);
    clock.advance(60_000);
    const told = () => stack.received.map(({ body }) => body).join('\n');
    await expect.poll(told).toMatch(/"status":"sent"/);
    await expect.poll(told).toMatch(/"status":"read"/);
    expect((await world()).outbox).toEqual([]);
  });
});

describe('a number with an ending', () => {
  test('…00 and …01 break the connection; only …00 has the message', async () => {
    const stack = await aWebhookTaker();
    const { sendTo, world } = await aWhatsApp(stack.target);
    await expect(sendTo('5215550001200')).rejects.toThrow();
    await expect(sendTo('5215550001201')).rejects.toThrow();
    expect((await world()).ledger.receipts.map(({ recipient }) => recipient)).toEqual([
      '5215550001200',
    ]);
  });

  test('…02 answers 500 with a page, …50 when its time has passed', async () => {
    const stack = await aWebhookTaker();
    const { sendTo, clock } = await aWhatsApp(stack.target);
    const broken = await sendTo('5215550001202');
    expect(broken.status).toBe(500);
    expect(broken.headers.get('content-type')).toBe('text/html');
    let isAnswered = false;
    const slow = sendTo('5215550001250').then((answer) => {
      isAnswered = true;
      return answer;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isAnswered).toBe(false);
    clock.advance(5_000);
    expect((await slow).status).toBe(200);
  });
});
