import { expect } from 'vitest';
import {
  campaignCreated,
  campaignShown,
  exportAnswer,
  recipientAnswer,
} from '../../lambda/sending/campaigns/schemas.ts';
import { BUSINESS } from '../../local/whatsapp/business.ts';
import type { Pipeline } from '../support/pipeline.ts';

/** A number of the stand-in's, with one lane. */
const CHANNEL = '900000000000102';
const soon = { timeout: 90_000, interval: 300 };
const FIRST = '5215550041015';
const SECOND = '5215550041025';
const THIRD = '5215550041035';

/** What each right is for of who puts people into a campaign: one with all that can become of them. */
export async function runTriggered({ stack }: Pipeline) {
  const send = async (url: string, method: string, body?: object) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(url, { method, ...sent });
    const text = await answer.text();
    return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
  };
  const ask = (method: string, path: string, body?: object) =>
    send(`${stack.url}${path}`, method, body);
  const channel = { id: CHANNEL, provider: 'meta', accountId: BUSINESS.account };
  await ask('POST', '/v1/channels', { ...channel, messagesPerSecond: 20 });
  const offer = { template: 'plain_offer', language: 'en_US' };
  const made = await ask('POST', '/v1/campaigns', {
    ...{ channel: CHANNEL, triggered: true, variants: [offer] },
    steps: [{ ...offer, template: 'paced_offer', afterHours: 0.01 }],
  });
  const { campaign, upload } = campaignCreated.parse(made.json);
  expect(upload).toBeNull();
  const path = `/v1/campaigns/${campaign.id}`;
  const shown = async () => campaignShown.parse((await ask('GET', path)).json);
  const putIn = (key: string, to: string, others = {}) =>
    ask('POST', `${path}/recipients`, { key, to: `+${to}`, parameters: { 1: key }, ...others });
  const of = async (key: string) =>
    recipientAnswer.parse((await ask('GET', `${path}/recipients/${key}`)).json);
  expect((await putIn('early', FIRST)).status).toBe(409);
  expect((await ask('POST', `${path}/check`)).status).toBe(202);
  await expect.poll(async () => (await shown()).campaign.state, soon).toBe('ready');
  expect((await ask('POST', `${path}/start`)).status).toBe(200);

  // The first try is refused: it is said once more, by the person's row.
  const rules = `${stack.whatsapp.url}/stand-in/rules`;
  const failNext = { failNext: { code: 131_016, times: 1 } };
  expect((await send(rules, 'PATCH', failNext)).status).toBe(200);
  expect((await putIn('first', FIRST)).status).toBe(202);
  expect((await putIn('first', FIRST)).status).toBe(202);
  expect((await putIn('first', SECOND)).status).toBe(409);
  await expect.poll(async () => (await of('first')).step, soon).toBe(1);
  const { messages } = await of('first');
  const message = async () => {
    const { json } = await ask('GET', `/v1/channels/${CHANNEL}/messages/${messages[0]}`);
    return Object(json).wamid;
  };
  const isOut = async () => {
    stack.clock.advance(5000);
    return await message();
  };
  await expect.poll(isOut, soon).toMatch(/^wamid/);

  expect((await putIn('second', SECOND)).status).toBe(202);
  await expect.poll(async () => (await of('second')).step, soon).toBe(1);
  const removed = await ask('DELETE', `${path}/recipients/second`);
  expect(removed).toMatchObject({ status: 200, json: { state: 'ended', because: 'removed' } });
  const isThrough = async () => {
    stack.clock.advance(30_000);
    return (await of('first')).because;
  };
  await expect.poll(isThrough, soon).toBe('through');
  const { json: asked } = await ask('POST', `${path}/export`, { format: 'ndjson' });
  const at = `${path}/exports/${exportAnswer.parse(asked).id}`;
  const link = async () => exportAnswer.parse((await ask('GET', at)).json).url;
  await expect.poll(link, soon).not.toBeNull();
  const exported = (await (await fetch((await link()) ?? '')).text()).trimEnd().split('\n');
  // Nobody is due: the ticker looks whether that is so.
  stack.clock.advance(61_000);
  const later = new Date(stack.clock.now() + 3_600_000).toISOString();
  expect((await putIn('third', THIRD, { at: later })).status).toBe(202);
  expect((await ask('DELETE', `/v1/channels/${CHANNEL}/contacts/${THIRD}`)).status).toBe(200);
  expect((await ask('GET', `${path}/recipients/third`)).status).toBe(404);
  const figures = async () => (await shown()).figures;
  await expect.poll(figures, soon).toMatchObject({
    ...{ recipients: 3, waiting: 0, passed: { forgotten: 1 } },
    steps: [{ step: 1, recipients: 2, waiting: 0, passed: { removed: 1 } }],
  });
  expect((await ask('POST', `${path}/cancel`)).status).toBe(200);
  const ledger = await send(`${stack.whatsapp.url}/stand-in/ledger?recipient=${FIRST}`, 'GET');
  return { ledger: ledger.json, exported: exported.map((line) => JSON.parse(line)) };
}
