import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import {
  campaignCreated,
  campaignShown,
  exportAnswer,
  uploadForm,
} from '../../lambda/sending/campaigns/schemas.ts';
import { outgoingListAnswer } from '../../lambda/sending/messages/schemas.ts';
import { BUSINESS } from '../../local/whatsapp/business.ts';
import { aMessage } from '../support/just-sent.ts';
import type { Pipeline } from '../support/pipeline.ts';
import { metaChange } from '../support/webhooks.ts';

/** A number of the stand-in's, with one lane. */
const CHANNEL = '900000000000102';
const soon = { timeout: 90_000, interval: 300 };
const OPTED_OUT = '5215550031005';
/** The stand-in takes nothing of it, and does not say so. */
const LOST = '5215550030001';
const WELL = '5215550031015';

/** What each right is for of who sends campaigns: one that runs to its end, with all that can become of a person. */
export async function runCampaign(pipeline: Pipeline): Promise<void> {
  const { stack, post } = pipeline;
  const ask = async (method: string, path: string, body?: object) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${stack.url}${path}`, { method, ...sent });
    const text = await answer.text();
    return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
  };
  const says = async (text: string) => {
    const person = `${stack.whatsapp.url}/stand-in/people/${OPTED_OUT}/messages`;
    const body = JSON.stringify({ provider: 'meta', channel: CHANNEL, text });
    expect((await fetch(person, { method: 'POST', body })).status).toBe(200);
  };
  const channel = { id: CHANNEL, provider: 'meta', accountId: BUSINESS.account };
  await ask('POST', '/v1/channels', { ...channel, messagesPerSecond: 20 });

  const people = [LOST, WELL, OPTED_OUT, '5215550031025'];
  const { campaign, ...made } = campaignCreated.parse(
    (
      await ask('POST', '/v1/campaigns', {
        ...{
          channel: CHANNEL,
          maxPerSecond: 1,
          budget: { amount: 100, currency: 'USD' },
          map: { 1: 'name' },
        },
        variants: [{ template: 'plain_offer', language: 'en_US' }],
        steps: [{ template: 'plain_offer', language: 'en_US', afterHours: 0.01 }],
      })
    ).json,
  );
  expect((await ask('GET', '/v1/campaigns')).status).toBe(200);
  // There is no file yet.
  expect((await ask('POST', `/v1/campaigns/${campaign.id}/check`)).status).toBe(409);
  const form = new FormData();
  const upload = uploadForm.parse(made.upload);
  for (const [name, value] of Object.entries(upload.fields)) form.append(name, value);
  const file = ['phone,name', ...people.map((phone) => `+${phone},Ana`)].join('\n');
  form.append('file', new Blob([file]), 'people.csv');
  expect((await fetch(upload.url, { method: 'POST', body: form })).status).toBe(204);

  const path = `/v1/campaigns/${campaign.id}`;
  const shown = async () => campaignShown.parse((await ask('GET', path)).json);
  const state = async () => (await shown()).campaign.state;
  expect((await ask('POST', `${path}/check`)).status).toBe(202);
  await expect.poll(state, soon).toBe('ready');
  await says('Hello');
  const choice = { category: 'marketing_messages', value: 'resume', detail: 'User resumed' };
  const chosen = { wa_id: OPTED_OUT, ...choice, timestamp: Math.floor(stack.clock.now() / 1000) };
  const metadata = { display_phone_number: '1', phone_number_id: CHANNEL };
  const chooses = metaChange('user_preferences', { user_preferences: [chosen], metadata });
  expect((await post(chooses)).status).toBe(200);
  await pipeline.settle();
  expect((await ask('POST', `${path}/test`, { to: `+${OPTED_OUT}` })).status).toBe(202);
  await says('STOP');
  const refused = async () => (await ask('POST', `${path}/test`, { to: `+${OPTED_OUT}` })).status;
  await expect.poll(refused, soon).toBe(422);
  expect((await ask('POST', `${path}/start`)).status).toBe(200);
  // Its template is paused while it runs.
  const news = { event: 'PAUSED', message_template_name: 'plain_offer' };
  const language = { message_template_language: 'en_US', message_template_id: 1 };
  const paused = { field: 'message_template_status_update', value: { ...news, ...language } };
  const entry = [
    { id: BUSINESS.account, time: Math.floor(stack.clock.now() / 1000), changes: [paused] },
  ];
  const told = JSON.stringify({ object: 'whatsapp_business_account', entry });
  expect((await post(told)).status).toBe(200);
  await expect.poll(state, soon).toBe('paused');
  expect((await ask('POST', `${path}/resume`)).status).toBe(200);
  // The ticker looks whether it goes on.
  stack.clock.advance(61_000);
  await expect.poll(async () => (await shown()).campaign.stepsBegun, soon).toBe(1);
  stack.clock.advance(61_000);
  await expect.poll(state, soon).toBe('finished');
  await says('Hello again');

  // A reply that names the message.
  const exported = await ask('POST', `${path}/export`, { format: 'ndjson' });
  const at = `${path}/exports/${exportAnswer.parse(exported.json).id}`;
  await expect
    .poll(async () => exportAnswer.parse((await ask('GET', at)).json).url, soon)
    .not.toBeNull();
  const well = `${campaign.id}.0.3.0`;
  const { json } = await ask('GET', `/v1/channels/${CHANNEL}/messages/${well}`);
  const { wamid } = Object(json);
  const reply = aMessage({
    id: 'wamid.reply',
    from: WELL,
    context: { from: '1', id: String(wamid) },
  });
  const replied = metaChange('messages', { messages: [reply], metadata });
  expect((await post(replied)).status).toBe(200);
  // A person decides on who may have got it.
  const outgoing = `/v1/channels/${CHANNEL}/outgoing`;
  const doubts = async () => outgoingListAnswer.parse((await ask('GET', outgoing)).json).messages;
  await expect.poll(async () => (await doubts()).length, soon).toBeGreaterThan(0);
  stack.clock.advance(61_000);
  await sleep(2000);
  const [doubt] = await doubts();
  const resolve = `/v1/channels/${CHANNEL}/messages/${doubt?.id}/resolve`;
  expect((await ask('POST', resolve, { as: 'failed' })).status).toBe(200);
  // Who has it offered again, since it did not go out.
  expect((await ask('POST', `${path}/retry-failed`)).status).toBe(202);
  const found = async () => (await shown()).campaign.retry?.found;
  await expect.poll(found, soon).toEqual({ now: 1, later: 0 });
  await expect.poll(state, soon).toBe('finished');
  expect((await ask('DELETE', `/v1/channels/${CHANNEL}/contacts/${WELL}`)).status).toBe(200);
}
