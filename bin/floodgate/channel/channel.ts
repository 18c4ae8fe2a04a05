import * as z from 'zod/mini';
import { ProviderAway } from '../../../lambda/channels/ask.ts';
import { checkChannel } from '../../../lambda/channels/check-channel.ts';
import type { Finding } from '../../../lambda/channels/finding.ts';
import { httpsAsk } from '../../../lambda/channels/https-ask.ts';
import {
  type ChannelAnswer,
  channelAnswer,
  channelsAnswer,
} from '../../../lambda/channels/managing/schemas.ts';
import { type ApiClient, type ApiRequest, openApi } from '../stack/api-client.ts';
import { type Answer, answering } from '../terminal/answering.ts';
import { type Surroundings, UnavailableError } from '../terminal/command.ts';
import { drawChannel, drawChannels, drawFindings } from './draw.ts';
import { type Action, type ChannelOptions, readChannelOptions } from './options.ts';
import { providerUrl } from './provider-url.ts';
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
const CHECK_MS = 30_000;

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
    const findings = await check(await find(work), work);
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

async function check(one: ChannelAnswer, work: Work): Promise<readonly Finding[]> {
  const { options, surroundings } = work;
  const tokens = await openTokens(options.choice, surroundings);
  const token = await tokens.read(one.id);
  const url = providerUrl(one.provider, options.choice, surroundings);
  const ask = httpsAsk(url, token, AbortSignal.timeout(CHECK_MS));
  try {
    const findings = await checkChannel(one, token, ask, Date.now());
    return findings.map(({ check, ok, found, mend }) => ({ check, ok, found, mend }));
  } catch (error) {
    if (!(error instanceof ProviderAway)) throw error;
    throw new UnavailableError(error.message, { cause: error });
  }
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
