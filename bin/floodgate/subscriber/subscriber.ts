import * as z from 'zod/mini';
import {
  addedAnswer,
  type SecretAnswer,
  type SubscriberAnswer,
  secretAnswer,
  subscriberAnswer,
} from '../../../lambda/delivery/subscribers/schemas.ts';
import { type ApiClient, type ApiRequest, openApi } from '../stack/api-client.ts';
import { type Answer, answering } from '../terminal/answering.ts';
import { drawNotes, drawSecret, drawSubscriber, drawSubscribers, drawTest } from './draw.ts';
import {
  findRemovable,
  findSubscriber,
  listSubscribers,
  SUBSCRIBERS_PATH,
} from './find-subscriber.ts';
import { type Action, readSubscriberOptions, type SubscriberOptions } from './options.ts';
import { testEndpoint } from './test-endpoint.ts';

export const subscriber = answering(readSubscriberOptions, async (options, surroundings) => {
  const api = await openApi(options.choice, surroundings);
  return await actions[options.action]({ api, options });
});

interface Work {
  readonly api: ApiClient;
  readonly options: SubscriberOptions;
}

const actions: Readonly<Record<Action, (work: Work) => Promise<Answer>>> = {
  add: async ({ api, options }) => {
    const body = options.wishes;
    const json = await api.call({ method: 'POST', path: SUBSCRIBERS_PATH, body }, addedAnswer);
    const { subscriber: one, secret, notes } = json;
    const shown = (stream: NodeJS.WritableStream) =>
      `${drawSubscriber(one, stream)}${drawNotes(notes, stream)}\n${drawSecret({ secret, previous: null }, one, stream)}`;
    return { json, text: shown };
  },
  list: async ({ api }) => {
    const json = await listSubscribers(api);
    return { json, text: (stream) => drawSubscribers(json, stream) };
  },
  show: async (work) => shownOne(await findSubscriber(work.api, work.options.who)),
  update: async (work) => {
    const { id } = await findSubscriber(work.api, work.options.who);
    const body = work.options.wishes;
    return await changed(work, { method: 'PATCH', path: `${SUBSCRIBERS_PATH}/${id}`, body });
  },
  test: async (work) => {
    const one = await findSubscriber(work.api, work.options.who);
    const json = await testEndpoint(work.api, one);
    const isOk = json.outcome?.outcome === 'delivered';
    return { json, isOk, text: (stream) => drawTest(one, json, stream) };
  },
  pause: async (work) => changed(work, { method: 'POST', path: await pathOf(work, 'pause') }),
  resume: async (work) => changed(work, { method: 'POST', path: await pathOf(work, 'resume') }),
  secret: async (work) => {
    const one = await findSubscriber(work.api, work.options.who);
    const path = `${SUBSCRIBERS_PATH}/${one.id}/secret`;
    return shownSecret(one, await work.api.call({ method: 'GET', path }, secretAnswer));
  },
  rotate: async (work) => {
    const one = await findSubscriber(work.api, work.options.who);
    const path = `${SUBSCRIBERS_PATH}/${one.id}/rotate-secret`;
    return shownSecret(one, await work.api.call({ method: 'POST', path }, secretAnswer));
  },
  remove: async (work) => {
    const { id, name } = await findRemovable(work.api, work.options.who);
    await work.api.call({ method: 'DELETE', path: `${SUBSCRIBERS_PATH}/${id}` }, z.undefined());
    return { json: { removed: id }, text: () => `Removed ${name} (${id}).\n` };
  },
};

async function changed({ api }: Work, request: ApiRequest): Promise<Answer> {
  return shownOne(await api.call(request, subscriberAnswer));
}

async function pathOf(work: Work, action: string): Promise<string> {
  return `${SUBSCRIBERS_PATH}/${(await findSubscriber(work.api, work.options.who)).id}/${action}`;
}

function shownOne(one: SubscriberAnswer): Answer {
  return { json: one, text: (stream) => drawSubscriber(one, stream) };
}

function shownSecret(one: SubscriberAnswer, secret: SecretAnswer): Answer {
  return { json: secret, text: (stream) => drawSecret(secret, one, stream) };
}
