import { millisOf, phoneOf, textOf } from '../shared/json/fields.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { answersOf } from './answers.ts';
import { flagOf, listOf, numberOrNull, textOrNull, wordsOf, wordsOrNull } from './read.ts';
import type { ContentOf, PlainContent } from './schema.ts';

/** An answer to buttons, lists and forms, or what offers them; undefined where it is neither. */
export function interactiveContent(interactive: unknown): PlainContent | undefined {
  const type = textOf(interactive, 'type');
  const reply = type === undefined ? undefined : memberOf(interactive, type);
  switch (type) {
    case 'button_reply':
      return choiceContent('button', reply);
    case 'list_reply':
      return choiceContent('list', reply);
    case 'nfm_reply':
      return {
        kind: 'flow',
        name: textOrNull(reply, 'name'),
        answers: answersOf(memberOf(reply, 'response_json')),
        text: wordsOrNull(reply, 'body'),
      };
    case 'call_permission_reply':
      return permissionContent(reply);
    default:
      return offerContent(interactive);
  }
}

function choiceContent(of: 'button' | 'list', reply: unknown): ContentOf<'choice'> | undefined {
  const id = textOrNull(reply, 'id');
  const title = wordsOrNull(reply, 'title');
  if (id === null && title === null) return undefined;
  const description = wordsOrNull(reply, 'description');
  return { kind: 'choice', of, id, title, description, payload: null, results: null };
}

/** The quick reply of a template. */
export function quickReplyContent(button: unknown): ContentOf<'choice'> | undefined {
  const payload = wordsOrNull(button, 'payload');
  const title = wordsOrNull(button, 'text');
  if (payload === null && title === null) return undefined;
  const of = 'template';
  return { kind: 'choice', of, id: payload, title, description: null, payload, results: null };
}

function permissionContent(reply: unknown): ContentOf<'call-permission'> | undefined {
  const response = textOf(reply, 'response');
  if (response === undefined) return undefined;
  const expiresAt = millisOf(reply, 'expiration_timestamp');
  return {
    kind: 'call-permission',
    response,
    permanent: flagOf(reply, 'is_permanent'),
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    source: textOrNull(reply, 'response_source'),
  };
}

/** What the business sent: words, and what may be chosen. */
function offerContent(interactive: unknown): ContentOf<'text'> | undefined {
  const text = wordsOf(interactive, 'body', 'text');
  if (text === undefined) return undefined;
  const action = memberOf(interactive, 'action');
  const buttons = listOf(action, 'buttons').map((button) => memberOf(button, 'reply'));
  const rows = listOf(action, 'sections').flatMap((section) => listOf(section, 'rows'));
  const options = [...buttons, ...rows].map((option) => ({
    id: textOrNull(option, 'id'),
    title: wordsOrNull(option, 'title'),
    description: wordsOrNull(option, 'description'),
  }));
  return { kind: 'text', text, previewUrl: null, options };
}

/** What a `system` message tells: a contact's new number or user id, or anything that is new. */
export function systemContent(message: unknown, system: unknown): ContentOf<'system'> | undefined {
  const type = textOrNull(system, 'type');
  const text = wordsOrNull(system, 'body');
  if (type === null && text === null) return undefined;
  const said = CHANGE.exec(text?.slice(-500) ?? '');
  const { from, to } = type?.includes('user_id')
    ? userIdChange(message, system, said)
    : numberChange(message, system, said);
  const isChange = to !== undefined && from !== to;
  return {
    ...{ kind: 'system', type, text, of: null },
    ...{ from: (isChange ? from : undefined) ?? null, to: to ?? null },
  };
}

/** What was given up may be told by the words alone. */
const CHANGE = /changed from (\S{1,200}) to (\S{1,200})$/;

function userIdChange(message: unknown, system: unknown, said: RegExpExecArray | null) {
  return {
    from: said?.[1] ?? textOf(message, 'from_user_id'),
    to: textOf(system, 'user_id') ?? said?.[2],
  };
}

function numberChange(message: unknown, system: unknown, said: RegExpExecArray | null) {
  return {
    from: phoneOf(system, 'customer') ?? phoneOf(message, 'from') ?? said?.[1],
    to: phoneOf(system, 'wa_id') ?? phoneOf(system, 'new_wa_id') ?? said?.[2],
  };
}

export function metaLocation(location: unknown): ContentOf<'location'> | undefined {
  const latitude = numberOrNull(location, 'latitude');
  const longitude = numberOrNull(location, 'longitude');
  const address = wordsOrNull(location, 'address');
  const name = wordsOrNull(location, 'name');
  if (latitude === null && longitude === null && name === null && address === null) {
    return undefined;
  }
  const url = wordsOrNull(location, 'url');
  return { kind: 'location', latitude, longitude, name, address, url, live: false };
}
