import * as z from 'zod/mini';
import {
  type ChannelAnswer,
  channelAnswer,
  channelsAnswer,
} from '../../../lambda/channels/managing/schemas.ts';
import { type ApiClient, type ApiRequest, openApi } from '../stack/api-client.ts';
import { type Answer, answering } from '../terminal/answering.ts';
import type { Surroundings } from '../terminal/command.ts';
import { askProvider } from './ask-provider.ts';
import { drawChannel, drawChannels, drawFindings } from './draw.ts';
import { type Action, type ChannelOptions, readChannelOptions } from './options.ts';
import { readToken } from './read-token.ts';
import { openTokens } from './token-store.ts';

export const channel = answering(readChannelOptions, async (options, surroundings) => {
  const api = await openApi(options.choice, surroundings);
  return await actions[options.action]({ api, options, surroundings });
});

interface Work {
  readonly api: ApiClient;
  readonly options: ChannelOptions;
  readonly surroundings: Surroundings;
}

const ALL = '/v1/channels';

function pathOf({ options: { id } }: Work, action = ''): string {
  return `${ALL}/${encodeURIComponent(id)}${action}`;
}

const actions: Readonly<Record<Action, (work: Work) => Promise<Answer>>> = {
  add: async (work) => {
    const { id, wishes } = work.options;
    const body = { id, ...wishes };
    return await withToken(work, { method: 'POST', path: ALL, body });
  },
  list: async ({ api }) => {
    const json = await api.call({ method: 'GET', path: ALL }, channelsAnswer);
    return { json, text: (stream) => drawChannels(json, stream) };
  },
  show: async (work) => shownOne(await find(work)),
  update: async (work) => {
    const body = work.options.wishes;
    return await withToken(work, { method: 'PATCH', path: pathOf(work), body });
  },
  pause: async (work) => {
    const body = { drain: work.options.drain };
    return await changed(work, { method: 'POST', path: pathOf(work, '/pause'), body });
  },
  resume: async (work) => await changed(work, { method: 'POST', path: pathOf(work, '/resume') }),
  check: async (work) => {
    const findings = await askProvider(await find(work), work.options.choice, work.surroundings);
    const body = { findings };
    const request = { method: 'POST', path: pathOf(work, '/check'), body } as const;
    const one = await work.api.call(request, channelAnswer);
    const isOk = findings.every(({ ok }) => ok);
    const json = { channel: one, findings };
    return { json, isOk, text: (stream) => drawFindings(findings, stream) };
  },
  remove: async (work) => {
    const { options, surroundings } = work;
    const tokens = await openTokens(options.choice, surroundings);
    await work.api.call({ method: 'DELETE', path: pathOf(work) }, z.undefined());
    await tokens.remove(options.id);
    return { json: { removed: options.id }, text: () => `Removed ${options.id}.\n` };
  },
};

/** Whoever cannot give a token changes nothing; a refused change leaves the token that is there. */
async function withToken(work: Work, request: ApiRequest): Promise<Answer> {
  const { options, surroundings } = work;
  const { token: source, choice, id } = options;
  if (source === 'none') return await changed(work, request);
  const tokens = await openTokens(choice, surroundings);
  const token = await readToken(source, surroundings);
  const done = await changed(work, request);
  await tokens.write(id, token);
  return done;
}

async function find(work: Work): Promise<ChannelAnswer> {
  return await work.api.call({ method: 'GET', path: pathOf(work) }, channelAnswer);
}

async function changed({ api }: Work, request: ApiRequest): Promise<Answer> {
  return shownOne(await api.call(request, channelAnswer));
}

function shownOne(one: ChannelAnswer): Answer {
  return { json: one, text: (stream) => drawChannel(one, stream) };
}
