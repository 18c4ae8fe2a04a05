import * as z from 'zod/mini';
import {
  addedAnswer,
  type SecretAnswer,
  type SubscriberAnswer,
  secretAnswer,
  subscriberAnswer,
  subscribersAnswer,
} from '../../../lambda/subscribers/schemas.ts';
import { type ApiClient, type ApiRequest, openApi } from '../api-client.ts';
import { type Command, UnavailableError, UsageError } from '../command.ts';
import { SUBSCRIBER_HELP } from './subscriber-help.ts';
import {
  type Action,
  readSubscriberOptions,
  type SubscriberOptions,
} from './subscriber-options.ts';
import { drawSecret, drawSubscriber, drawSubscribers } from './subscriber-table.ts';

export const subscriber: Command = {
  summary: 'say who receives events, and how',
  help: SUBSCRIBER_HELP,
  run: async (args, surroundings) => {
    const options = readSubscriberOptions(args);
    const { stdout } = surroundings;
    const api = await openApi(options.choice, surroundings);
    const { json, text } = await actions[options.action]({ api, options });
    stdout.write(options.isJson ? `${JSON.stringify(json)}\n` : text(stdout));
    return 0;
  },
};

interface Work {
  readonly api: ApiClient;
  readonly options: SubscriberOptions;
}

interface Done {
  readonly json: unknown;
  readonly text: (stream: NodeJS.WritableStream) => string;
}

const ALL = '/v1/subscribers';

const actions: Readonly<Record<Action, (work: Work) => Promise<Done>>> = {
  add: async ({ api, options }) => {
    const body = options.wishes;
    const json = await api.call({ method: 'POST', path: ALL, body }, addedAnswer);
    const { subscriber: one, secret } = json;
    const shown = (stream: NodeJS.WritableStream) =>
      `${drawSubscriber(one, stream)}\n${drawSecret({ secret, previous: null }, one, stream)}`;
    return { json, text: shown };
  },
  list: async ({ api }) => {
    const subscribers = await listAll(api);
    return { json: { subscribers }, text: (stream) => drawSubscribers(subscribers, stream) };
  },
  show: async (work) => shownOne(await find(work)),
  update: async (work) => {
    const { id } = await find(work);
    const body = work.options.wishes;
    return await changed(work, { method: 'PATCH', path: `${ALL}/${id}`, body });
  },
  pause: async (work) => changed(work, { method: 'POST', path: await pathOf(work, 'pause') }),
  resume: async (work) => changed(work, { method: 'POST', path: await pathOf(work, 'resume') }),
  secret: async (work) => {
    const one = await find(work);
    const path = `${ALL}/${one.id}/secret`;
    return shownSecret(one, await work.api.call({ method: 'GET', path }, secretAnswer));
  },
  rotate: async (work) => {
    const one = await find(work);
    const path = `${ALL}/${one.id}/rotate-secret`;
    return shownSecret(one, await work.api.call({ method: 'POST', path }, secretAnswer));
  },
  remove: async (work) => {
    const { id, name } = await find(work);
    await work.api.call({ method: 'DELETE', path: `${ALL}/${id}` }, z.undefined());
    return { json: { removed: id }, text: () => `Removed ${name} (${id}).\n` };
  },
};

async function changed({ api }: Work, request: ApiRequest): Promise<Done> {
  return shownOne(await api.call(request, subscriberAnswer));
}

async function pathOf(work: Work, action: string): Promise<string> {
  return `${ALL}/${(await find(work)).id}/${action}`;
}

function shownOne(one: SubscriberAnswer): Done {
  return { json: one, text: (stream) => drawSubscriber(one, stream) };
}

function shownSecret(one: SubscriberAnswer, secret: SecretAnswer): Done {
  return { json: secret, text: (stream) => drawSecret(secret, one, stream) };
}

async function listAll(api: ApiClient): Promise<readonly SubscriberAnswer[]> {
  return (await api.call({ method: 'GET', path: ALL }, subscribersAnswer)).subscribers;
}

/** By id, or by a name that only one has. */
async function find({ api, options: { who } }: Work): Promise<SubscriberAnswer> {
  const subscribers = await listAll(api);
  const found = subscribers.filter(({ id, name }) => id === who || name === who);
  const [one, ...others] = found;
  if (others.length > 0) {
    const ids = found.map(({ id }) => id).join(', ');
    throw new UsageError(`${found.length} subscribers are called "${who}": say which of ${ids}`);
  }
  if (one !== undefined) return one;
  const names = subscribers.map(({ name }) => `"${name}"`).join(', ');
  const known = names === '' ? 'there are none' : `there are ${names}`;
  throw new UnavailableError(`there is no subscriber "${who}": ${known}`);
}
