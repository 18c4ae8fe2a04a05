import * as z from 'zod/mini';
import { pathOf as campaignPath } from '../../bin/floodgate/campaign/work.ts';
import { reasonOf } from '../../bin/floodgate/deliveries/draw.ts';
import { SUBSCRIBERS_PATH } from '../../bin/floodgate/subscriber/find-subscriber.ts';
import { testEndpoint } from '../../bin/floodgate/subscriber/test-endpoint.ts';
import { UsageError } from '../../bin/floodgate/terminal/command.ts';
import { channelAnswer } from '../../lambda/channels/managing/schemas.ts';
import { subscriberAnswer } from '../../lambda/delivery/subscribers/schemas.ts';
import { outgoingAnswer } from '../../lambda/reading/schemas.ts';
import { campaignAnswer } from '../../lambda/sending/campaigns/schemas.ts';
import { readAnswer, writeAnswer } from '../whatsapp/stand-in-schemas.ts';
import type { Acts } from './answers.ts';
import type { Desk } from './desk.ts';
import { dropLetters, sendBack } from './letters.ts';
import { localOnly } from './local-only.ts';
import { CHANNELS_PATH } from './reads.ts';

/** What one request may do: what it takes, and how it is done. */
interface Act<Input, Output> {
  readonly input: z.ZodMiniType<Input>;
  readonly run: (desk: Desk, input: Input) => Promise<Output>;
}

/** The same, for whoever does not know what it takes. */
export type AnyAct<Output> = (desk: Desk, json: unknown) => Promise<Output>;

/** Throws `UsageError` for what it does not take. */
function act<Input, Output>({ input, run }: Act<Input, Output>): AnyAct<Output> {
  return async (desk, json) => {
    const { success, data, error } = input.safeParse(json);
    if (!success) throw new UsageError(z.prettifyError(error));
    return await run(desk, data);
  };
}

const word = z.string().check(z.minLength(1), z.maxLength(512));
const ids = z.array(word).check(z.minLength(1), z.maxLength(1000));

/** What the page may do. */
export const ACTS: { readonly [Name in keyof Acts]: AnyAct<Acts[Name]> } = {
  send: act({
    /** `key`: made by the page when it is typed, so that what is sent twice goes out once. */
    input: z.strictObject({ channel: word, to: word, text: z.string(), key: word }),
    run: ({ api }, { channel, to, text, key }) =>
      api.call(
        {
          method: 'POST',
          path: `/v1/channels/${encodeURIComponent(channel)}/messages`,
          headers: { 'idempotency-key': key },
          body: { to, type: 'text', text: { body: text } },
        },
        outgoingAnswer,
      ),
  }),
  'use-channel': act({
    input: z.strictObject({ id: word, provider: z.enum(['meta', 'wasender']) }),
    run: async (desk, body) => {
      // Of a stack in AWS a channel needs a token too, which goes through no browser.
      localOnly(desk);
      return await desk.api.call({ method: 'POST', path: CHANNELS_PATH, body }, channelAnswer);
    },
  }),
  'move-channel': act({
    input: z.strictObject({ id: word, to: z.enum(['pause', 'resume']) }),
    run: ({ api }, { id, to }) => {
      const path = `${CHANNELS_PATH}/${encodeURIComponent(id)}/${to}`;
      const body = to === 'pause' ? { body: { drain: false } } : {};
      return api.call({ method: 'POST', path, ...body }, channelAnswer);
    },
  }),
  'move-campaign': act({
    input: z.strictObject({ id: word, to: z.enum(['start', 'pause', 'resume']) }),
    run: ({ api }, { id, to }) =>
      api.call({ method: 'POST', path: campaignPath(id, `/${to}`) }, campaignAnswer),
  }),
  'move-subscriber': act({
    input: z.strictObject({ id: word, to: z.enum(['pause', 'resume']) }),
    run: ({ api }, { id, to }) => {
      const path = `${SUBSCRIBERS_PATH}/${encodeURIComponent(id)}/${to}`;
      return api.call({ method: 'POST', path }, subscriberAnswer);
    },
  }),
  'test-subscriber': act({
    input: z.strictObject({ id: word }),
    run: async ({ api }, { id }) => {
      const path = `${SUBSCRIBERS_PATH}/${encodeURIComponent(id)}`;
      const one = await api.call({ method: 'GET', path }, subscriberAnswer);
      const { outcome } = await testEndpoint(api, one);
      if (outcome === undefined) {
        return { isDelivered: false, says: 'It is on its way; nothing is known of it yet.' };
      }
      const took = `${Math.round(outcome.latencyMs)} ms`;
      return outcome.outcome === 'delivered'
        ? { isDelivered: true, says: `Delivered in ${took}.` }
        : { isDelivered: false, says: `Not delivered: ${reasonOf(outcome)} after ${took}.` };
    },
  }),
  listen: act({
    input: z.strictObject({}),
    run: async ({ listen }) => {
      await listen();
      return { isListening: true };
    },
  }),
  redrive: act({
    input: z.strictObject({ ids }),
    run: ({ stack }, input) => sendBack(stack, input.ids),
  }),
  drop: act({
    input: z.strictObject({ ids, why: word }),
    run: ({ stack }, input) => dropLetters(stack, input.ids, input.why),
  }),
  'write-as': act({
    input: z.strictObject({ who: word, text: word, channel: z.optional(word) }),
    run: async (desk, { who, ...writing }) => {
      const path = `people/${encodeURIComponent(who)}/messages`;
      const { webhook } = await localOnly(desk).standIn.call(path, writeAnswer, writing);
      return webhook;
    },
  }),
  'read-as': act({
    input: z.strictObject({ who: word }),
    run: async (desk, { who }) => {
      const path = `people/${encodeURIComponent(who)}/read`;
      const { read } = await localOnly(desk).standIn.call(path, readAnswer, {});
      return { read };
    },
  }),
};
