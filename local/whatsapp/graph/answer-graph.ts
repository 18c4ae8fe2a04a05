import { receivedFile } from '../../media/received-file.ts';
import { BUSINESS, type BusinessNumber } from '../business.ts';
import { type ApiRequest, ok, type Reaction, readJson } from '../exchange.ts';
import type { World } from '../world.ts';
import { graphError, type Refusal, unknownObject } from './errors.ts';
import { deleteFile, describeFile, uploadFile } from './media.ts';
import { createTemplate, listTemplates, reviewTemplates } from './message-templates.ts';
import { listNumbers, readAccount, readNumber, readPortfolio } from './nodes.ts';
import { sendMessage } from './send-message.ts';
import {
  debugToken,
  listSubscribedApps,
  listSubscriptions,
  setSubscribed,
} from './subscription.ts';

/** What an answer may depend on. */
interface Asked {
  readonly world: World;
  readonly request: ApiRequest;
  readonly now: number;
  /** Where the webhooks go. */
  readonly callbackUrl: string;
  /** Of the object that the path begins with. */
  readonly id: string;
}

type Answering = Reaction | Promise<Reaction>;
type Answer = (asked: Asked) => Answering;

/** Those that Meta had in November 2026. */
const VERSIONS: readonly string[] = ['v21.0', 'v22.0', 'v23.0', 'v24.0', 'v25.0', 'v26.0'];
const PATH = /^\/(?:(v\d+\.\d+)\/)?([^/]+)(?:\/([^/]+))?$/;

/** Answers a request to Graph, as Meta would of one business. */
export function answerGraph(
  world: World,
  request: ApiRequest,
  now: number,
  callbackUrl = '',
): Answering {
  const { method, path, query } = request;
  const [, version, id = '', edge = ''] = PATH.exec(path) ?? [];
  const refusal = checkVersion(version, path) ?? checkToken(world, request);
  if (refusal !== undefined) return graphError(refusal);
  reviewTemplates(world, now);
  const asked = { world, request, now, callbackUrl, id };
  const number = world.numbers.get(id);
  if (number !== undefined) return answerOfNumber(number, asked, `${method} ${edge}`);
  if (id === 'debug_token') return debugToken(world, query.get('input_token') ?? '');
  const answer = NODES[id]?.[`${method} ${edge}`] ?? FILES[`${method} ${edge}`];
  return answer?.(asked) ?? graphError(unknownObject(method, id));
}

function checkVersion(version: string | undefined, path: string): Refusal | undefined {
  if (version !== undefined && VERSIONS.includes(version)) return undefined;
  return { code: 2500, details: `Unknown path components: ${path}` };
}

/** A token that is none, or that has expired. */
export function checkToken(
  { tokens, rules }: World,
  { authorization, query }: ApiRequest,
): Refusal | undefined {
  const given = authorization?.replace(/^(Bearer|OAuth) /, '') ?? query.get('access_token');
  if (given !== tokens.meta) {
    return { code: 190, details: 'Invalid OAuth access token - Cannot parse access token' };
  }
  if (rules.token === 'valid') return undefined;
  const details = 'Error validating access token: Session has expired.';
  return { code: 190, subcode: 463, details };
}

function answerOfNumber(number: BusinessNumber, asked: Asked, what: string): Answering {
  const { world, request, now, callbackUrl, id } = asked;
  switch (what) {
    case 'POST messages':
      return sendMessage(world, number, 'messages', readJson(request), now);
    case 'POST marketing_messages':
      return sendMessage(world, number, 'marketing_messages', readJson(request), now);
    case 'POST media':
      return uploadFile(world, number, request, now);
    case 'GET ':
      return readNumber(world, number, callbackUrl, request.query);
    default:
      return graphError(unknownObject(request.method, id));
  }
}

const NODES: Readonly<Record<string, Readonly<Record<string, Answer>>>> = {
  [BUSINESS.account]: {
    'GET ': ({ world, request }) => readAccount(world, request.query),
    'GET phone_numbers': ({ world, callbackUrl, request }) =>
      listNumbers(world, callbackUrl, request.query),
    'GET message_templates': ({ world, request }) => listTemplates(world, request.query),
    'POST message_templates': ({ world, request, now }) =>
      createTemplate(world, readJson(request), now),
    'GET subscribed_apps': ({ world }) => listSubscribedApps(world),
    'POST subscribed_apps': ({ world }) => setSubscribed(world, true),
    'DELETE subscribed_apps': ({ world }) => setSubscribed(world, false),
  },
  [BUSINESS.portfolio]: {
    'GET ': ({ world, request }) => readPortfolio(world, request.query),
    'GET owned_whatsapp_business_accounts': () =>
      ok({ data: [{ id: BUSINESS.account, name: BUSINESS.name }] }),
  },
  [BUSINESS.app]: {
    'GET subscriptions': ({ callbackUrl }) => listSubscriptions(callbackUrl),
  },
};

const FILES: Readonly<Record<string, Answer>> = {
  'GET ': ({ world, request, now, id }) =>
    describeFile(world, id, request, now) ??
    describeReceivedFile(world, id, request.origin) ??
    graphError(unknownObject('GET', id)),
  'DELETE ': ({ world, id }) => deleteFile(world, id),
};

/** A file that came with a message of the traffic: any id of digits is one. */
function describeReceivedFile(
  { deletedFiles }: World,
  id: string,
  origin: string,
): Reaction | undefined {
  return /^\d+$/.test(id) && !deletedFiles.has(id) ? ok(receivedFile(id, origin)) : undefined;
}
