import { randomUUID } from 'node:crypto';
import { type OutgoingAnswer, outgoingAnswer } from '../../../lambda/reading/schemas.ts';
import { outgoingListAnswer } from '../../../lambda/sending/messages/schemas.ts';
import { present } from '../../../lambda/shared/json/fields.ts';
import { type ApiClient, openApi } from '../stack/api-client.ts';
import { type Surroundings, UnavailableError } from '../terminal/command.ts';
import { drawList, drawOutgoing, drawState } from './draw.ts';
import {
  type Action,
  type MessageOptions,
  type MessageTyped,
  readMessageOptions,
  type SendWish,
} from './options.ts';
import { bodyOf } from './said.ts';
import { messagePath, readMessage, watchMessage } from './watch-message.ts';

export async function message(typed: MessageTyped, surroundings: Surroundings): Promise<number> {
  const options = readMessageOptions(typed);
  const { stdout } = surroundings;
  const api = await openApi(options.choice, surroundings);
  return await actions[options.action]({ api, options, stdout });
}

interface Work extends Pick<Surroundings, 'stdout'> {
  readonly api: ApiClient;
  readonly options: MessageOptions;
}

const actions: Readonly<Record<Action, (work: Work) => Promise<number>>> = {
  send: sendMessage,
  show: async (work) => {
    const { api, options } = work;
    return shown(await readMessage(api, options.channel, options.id), work);
  },
  list: async ({ api, options, stdout }) => {
    const query = options.state === undefined ? '' : `?state=${encodeURIComponent(options.state)}`;
    const path = `/v1/channels/${encodeURIComponent(options.channel)}/outgoing${query}`;
    const json = await api.call({ method: 'GET', path }, outgoingListAnswer);
    stdout.write(options.isJson ? `${JSON.stringify(json)}\n` : drawList(json, stdout));
    return 0;
  },
  cancel: async (work) => {
    const { channel, id } = work.options;
    const request = { method: 'DELETE', path: messagePath(channel, id) } as const;
    return shown(await work.api.call(request, outgoingAnswer), work);
  },
  resolve: async (work) => {
    const { channel, id, as } = work.options;
    const path = `${messagePath(channel, id)}/resolve`;
    const request = { method: 'POST', path, body: { as } } as const;
    return shown(await work.api.call(request, outgoingAnswer), work);
  },
};

async function sendMessage(work: Work): Promise<number> {
  const { api, options, stdout } = work;
  const { wish, channel, isJson } = options;
  const { key = randomUUID() } = wish;
  // Before the request: whoever sees no answer has to know by what to ask again.
  if (wish.key === undefined && !isJson) stdout.write(`key      ${key}\n`);
  const path = `/v1/channels/${encodeURIComponent(channel)}/messages`;
  const headers = { 'idempotency-key': key };
  const request = { method: 'POST', path, headers, body: requestOf(wish) } as const;
  const taken = await api.call(request, outgoingAnswer).catch(sayOption);
  return wish.isWatched ? await watched(taken, work) : shown(taken, work);
}

/** The API names the member of its body, and whoever typed an option wants to read that. */
function sayOption(error: unknown): never {
  if (!(error instanceof UnavailableError)) throw error;
  throw new UnavailableError(error.message.replace('"force": true', '--force'), { cause: error });
}

function requestOf({ said, to, category, waitsMs, isCampaign, isForced }: SendWish): object {
  const notAfter = waitsMs === undefined ? undefined : new Date(Date.now() + waitsMs).toISOString();
  return {
    ...bodyOf(said),
    ...present({ to, category, notAfter }),
    ...(isCampaign && { class: 'campaign' }),
    ...(isForced && { force: true }),
  };
}

async function watched(taken: OutgoingAnswer, { api, options, stdout }: Work): Promise<number> {
  const { isJson } = options;
  if (!isJson) stdout.write(`id       ${taken.id}\n`);
  const last = await watchMessage(api, taken, (one) => {
    const line = `${new Date().toISOString()} ${drawState(one.state, stdout)}`;
    stdout.write(`${isJson ? JSON.stringify(one) : line}\n`);
  });
  if (last.error !== null && !isJson) stdout.write(drawOutgoing(last, stdout));
  return last.state === 'read' ? 0 : 1;
}

function shown(one: OutgoingAnswer, { options, stdout }: Work): number {
  stdout.write(options.isJson ? `${JSON.stringify(one)}\n` : drawOutgoing(one, stdout));
  return 0;
}
