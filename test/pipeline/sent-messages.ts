import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import * as z from 'zod/mini';
import { channelsAnswer } from '../../lambda/channels/managing/schemas.ts';
import { outgoingListAnswer } from '../../lambda/sending/messages/schemas.ts';
import type { Pipeline } from '../support/pipeline.ts';
import { ACCOUNT, metaChanges } from '../support/webhooks.ts';

/** A number of the stand-in's. */
const CHANNEL = '900000000000100';
const DAY_MS = 86_400_000;

/** So many, and some, must have statuses before what is uncertain is sent again. */
const NEIGHBOURS = 24;

const soon = { timeout: 20_000, interval: 200 };
const taken = z.object({ id: z.string() });
const shown = z.object({ outgoing: z.object({ state: z.string() }) });

const notice = {
  ...{ type: 'template', category: 'utility' },
  template: { name: 'hello_world', language: { code: 'en_US' } },
};
const parameters = [{ type: 'text', text: 'Ana' }];
const offer = {
  ...{ type: 'template', category: 'marketing', class: 'campaign' },
  template: {
    ...{ name: 'plain_offer', language: { code: 'en_US' } },
    components: [{ type: 'body', parameters }],
  },
};

async function ask(url: string, status: number, method = 'GET', body?: object): Promise<unknown> {
  const answer = await fetch(url, {
    ...{ method, headers: { 'idempotency-key': randomUUID() } },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  expect([answer.status, text]).toEqual([status, expect.anything()]);
  return JSON.parse(text);
}

/** The channel's messages over `/v1`, and what the provider says to the next one. */
const messagesOf = ({ stack }: Pipeline, channel = CHANNEL) => {
  const url = `${stack.url}/v1/channels/${channel}`;
  return {
    send: async (phone: string, message: object) =>
      taken.parse(await ask(`${url}/messages`, 202, 'POST', { to: `+${phone}`, ...message })).id,
    cancel: (id: string) => ask(`${url}/messages/${id}`, 200, 'DELETE'),
    sendAgain: (id: string) => ask(`${url}/messages/${id}/resolve`, 200, 'POST', { as: 'resend' }),
    /** The attempt that a message waits for; undefined where it does not wait. */
    attemptOf: async (id: string) => {
      const { messages } = outgoingListAnswer.parse(await ask(`${url}/outgoing`, 200));
      return messages.find((one) => one.id === id && one.state === 'queued')?.attempt;
    },
    stateOf: async (id: string) =>
      shown.parse(await ask(`${url}/messages/${id}`, 200)).outgoing.state,
    failNext: (code: number) =>
      ask(`${stack.whatsapp.url}/stand-in/rules`, 200, 'PATCH', { failNext: { code, times: 1 } }),
  };
};

/** Somebody writes under a phone number and a BSUID, and gets an answer, and an offer. */
async function answerSomebody(pipeline: Pipeline): Promise<void> {
  const { stack, settle } = pipeline;
  const { send, stateOf } = messagesOf(pipeline);
  const phone = '5215550003333';
  const person = `${stack.whatsapp.url}/stand-in/people/${phone}/messages`;
  await ask(person, 200, 'POST', { provider: 'meta', channel: CHANNEL, text: 'Hello' });
  await settle();
  for (const message of [{ type: 'text', text: { body: 'Hello' } }, offer]) {
    const id = await send(phone, message);
    await expect.poll(() => stateOf(id), soon).toMatch(/^(delivered|read)$/);
  }
}

/** One that gets lost among others that arrive: an hour later it is sent again. */
async function loseOne(pipeline: Pipeline): Promise<void> {
  const { send, stateOf, attemptOf, failNext } = messagesOf(pipeline);
  // The lane rests for a minute, so that all of them go out at once.
  await failNext(131_057);
  const first = await send('5215550005555', notice);
  await expect.poll(() => attemptOf(first), soon).toBe(2);
  const neighbours = (area: number) => {
    const phones = Array.from({ length: NEIGHBOURS }, (_, index) => `52155500${area}${index + 20}`);
    return Promise.all(phones.map((phone) => send(phone, notice)));
  };
  const before = await neighbours(61);
  const notAfter = new Date(pipeline.stack.clock.now() + 2 * DAY_MS).toISOString();
  const lost = await send('5215550007001', { ...notice, notAfter });
  // Enough on either side: of all that go out, some may be of another minute.
  const after = await neighbours(62);
  pipeline.stack.clock.advance(61_000);
  await expect.poll(() => stateOf(lost), soon).toBe('uncertain');
  for (const id of [...before, ...after]) {
    await expect.poll(() => stateOf(id), soon).toMatch(/^(delivered|read)$/);
  }
}

/** A person has one sent again that got lost. */
async function decideOnLost(pipeline: Pipeline): Promise<void> {
  const { send, sendAgain, stateOf } = messagesOf(pipeline);
  const id = await send('5215550008001', notice);
  await expect.poll(() => stateOf(id), soon).toBe('uncertain');
  await sendAgain(id);
  // It gets lost once more: what the stand-in refuses next is another one.
  await expect.poll(() => stateOf(id), soon).toBe('uncertain');
}

/** What fails without our mark: one whose answer came, and one whose answer was lost. */
async function failUnmarked(pipeline: Pipeline): Promise<void> {
  const { send, stateOf } = messagesOf(pipeline);
  const [known, lost] = [await send('5215550008013', notice), await send('5215550008003', notice)];
  await expect.poll(() => stateOf(known), soon).toBe('failed');
  await expect.poll(() => stateOf(lost), soon).toBe('uncertain');
  await pipeline.settle();
  const after = (ms: number) => {
    pipeline.stack.clock.advance(ms);
    return stateOf(lost);
  };
  await expect.poll(() => after(61_000), soon).toBe('failed');
}

/** The answer of WasenderApi is lost: what it tells of the same words ends that. */
async function loseAnswerOfSession(pipeline: Pipeline): Promise<void> {
  const { url, whatsapp, clock } = pipeline.stack;
  await ask(`${url}/v1/channels`, 201, 'POST', { id: 'local', provider: 'wasender' });
  const phone = '5215550008100';
  const person = `${whatsapp.url}/stand-in/people/${phone}/messages`;
  await ask(person, 200, 'POST', { provider: 'wasender', channel: 'local', text: 'Hello' });
  await pipeline.settle();
  const { send, stateOf } = messagesOf(pipeline, 'local');
  const id = await send(phone, { type: 'text', text: { body: 'Hello' } });
  await expect.poll(() => stateOf(id), soon).toBe('uncertain');
  await pipeline.settle();
  const after = (ms: number) => {
    clock.advance(ms);
    return stateOf(id);
  };
  await expect.poll(() => after(61_000), soon).toMatch(/^(sent|delivered|read)$/);
}

/** Somebody is forgotten to whom a message is uncertain. */
async function forgetOneOfThem({ stack: { url } }: Pipeline): Promise<void> {
  const contact = `${url}/v1/channels/${CHANNEL}/contacts/5215550008001`;
  expect(await ask(contact, 200, 'DELETE')).toMatchObject({ messages: 1, isComplete: true });
}

/** One is cancelled that waits for minutes: its lane finds that out. */
async function cancelWhatWaits(pipeline: Pipeline): Promise<void> {
  const { send, cancel, attemptOf, failNext } = messagesOf(pipeline);
  await failNext(133_015);
  const id = await send('5215550009009', notice);
  await expect.poll(() => attemptOf(id), soon).toBe(2);
  await cancel(id);
  expect(await attemptOf(id)).toBe(2);
  pipeline.stack.clock.advance(301_000);
  await expect.poll(() => attemptOf(id), soon).toBe(undefined);
}

/** The provider refuses the token: the channel is paused, and what waits will be too late. */
async function loseToken(pipeline: Pipeline): Promise<void> {
  const { send, failNext } = messagesOf(pipeline);
  await failNext(190);
  await send('5215550009010', notice);
  const state = async () => {
    const answer = await ask(`${pipeline.stack.url}/v1/channels`, 200);
    return channelsAnswer.parse(answer).channels.find(({ id }) => id === CHANNEL)?.state;
  };
  await expect.poll(state, soon).toBe('paused');
}

/** Meta tells of the account what the channel then keeps. */
async function hearOfAccount({ post, stack }: Pipeline): Promise<void> {
  // Whoever adds a channel waits that long until what is told of its account is told to it.
  stack.clock.advance(11_000);
  const limit = { max_daily_conversations_per_business: 'TIER_10K' };
  expect(
    (await post(metaChanges({ field: 'business_capability_update', value: limit }))).status,
  ).toBe(200);
  const said = async () => {
    const answer = await ask(`${stack.url}/v1/channels`, 200);
    return channelsAnswer.parse(answer).channels.find(({ id }) => id === CHANNEL)?.said;
  };
  await expect.poll(said, soon).toMatchObject([{ check: 'limit', found: 'TIER_10K' }]);
}

/**
 * What each right of the functions that send is for; some of it once a day has passed.
 *
 * It ends with a paused channel on which one message waits, and some are uncertain.
 */
export async function sendMessages(pipeline: Pipeline): Promise<void> {
  const channel = { id: CHANNEL, provider: 'meta', uncertain: 'resend', accountId: ACCOUNT };
  await ask(`${pipeline.stack.url}/v1/channels`, 201, 'POST', channel);
  await hearOfAccount(pipeline);
  await answerSomebody(pipeline);
  await loseOne(pipeline);
  await decideOnLost(pipeline);
  await cancelWhatWaits(pipeline);
  await failUnmarked(pipeline);
  await loseAnswerOfSession(pipeline);
  await forgetOneOfThem(pipeline);
  await loseToken(pipeline);
}
