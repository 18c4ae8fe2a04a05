import { isMediaKind } from '../providers/media-kind.ts';
import { textOf } from '../shared/json/fields.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { linkIn } from './link.ts';
import {
  interactiveContent,
  metaLocation,
  quickReplyContent,
  systemContent,
} from './meta-answers.ts';
import { metaFileContent } from './meta-files.ts';
import { metaContacts, metaOrder, metaPayment } from './meta-lists.ts';
import { flagOf, listOf, textOrNull, wordsOf, wordsOrNull } from './read.ts';
import type { Content, ContentOf, PlainContent } from './schema.ts';
import { untold } from './untold.ts';

/** What a message of Meta's says, whoever wrote it. */
export function metaMessageContent(message: unknown): Content {
  const type = textOf(message, 'type') ?? 'unknown';
  if (type === 'edit') return editContent(memberOf(message, 'edit'));
  if (type === 'revoke') {
    return { kind: 'deleted', of: textOrNull(message, 'revoke', 'original_message_id') };
  }
  return plainContent(type, message);
}

function editContent(edit: unknown): ContentOf<'edited'> {
  const message = memberOf(edit, 'message');
  const content = plainContent(textOf(message, 'type') ?? 'unknown', message);
  return { kind: 'edited', of: textOrNull(edit, 'original_message_id'), content };
}

/** Types whose messages have no body. */
const UNTOLD_TYPES = new Set(['unsupported', 'unknown']);

function plainContent(type: string, message: unknown): PlainContent {
  const [error] = listOf(message, 'errors');
  const content = knownContent(type, message);
  if (content !== undefined) return content;
  if (type === 'media_placeholder') return untold('placeholder', type, error);
  if (error !== undefined) {
    return untold('unsupported', textOf(message, 'unsupported', 'type') ?? type, error);
  }
  if (type === 'unsupported') return untold('unsupported', textOf(message, type, 'type') ?? type);
  // Meta announces answers whose body it then leaves out.
  const isLeftOut = type === 'interactive' && memberOf(message, type) === undefined;
  return untold(isLeftOut ? 'unsupported' : 'unknown', type);
}

/** Undefined where the type is new, or its body is none. */
function knownContent(type: string, message: unknown): PlainContent | undefined {
  if (UNTOLD_TYPES.has(type)) return undefined;
  const body = memberOf(message, type);
  if (isMediaKind(type)) return metaFileContent(type, body);
  switch (type) {
    case 'text':
      return textContent(body);
    case 'voice':
      return voiceContent(body ?? memberOf(message, 'audio'));
    case 'interactive':
      return interactiveContent(body);
    case 'button':
      return quickReplyContent(body);
    case 'location':
      return metaLocation(body);
    case 'contacts':
      return metaContacts(body);
    case 'order':
      return metaOrder(body);
    case 'reaction':
      return reactionContent(body);
    case 'system':
      return systemContent(message, body);
    case 'request_welcome':
      return { kind: 'system', type, text: null, from: null, to: null, of: null };
    default:
      return undefined;
  }
}

/** Meta tells only whether it shows a preview: of the first link. */
function textContent(body: unknown): ContentOf<'text'> | undefined {
  const text = wordsOf(body, 'body');
  if (text === undefined) return undefined;
  const previewUrl = flagOf(body, 'preview_url') ? linkIn(text) : null;
  return { kind: 'text', text, previewUrl, options: [] };
}

function voiceContent(body: unknown): PlainContent | undefined {
  const audio = metaFileContent('audio', body);
  return audio?.kind === 'audio' ? { ...audio, voice: true } : undefined;
}

function reactionContent(body: unknown): ContentOf<'reaction'> | undefined {
  const to = textOf(body, 'message_id');
  if (to === undefined) return undefined;
  return { kind: 'reaction', emoji: wordsOrNull(body, 'emoji'), to };
}

/** Types of statuses that say what became of a message or of a call. */
const PLAIN_STATUSES = new Set(['message', 'call']);

/** What a status of another type tells, such as a payment. */
export function metaStatusContent(status: unknown): Content | undefined {
  const type = textOf(status, 'type');
  if (type === undefined || PLAIN_STATUSES.has(type)) return undefined;
  const payment = type === 'payment' ? metaPayment(status) : undefined;
  return payment ?? untold('unknown', type);
}

/** A contact's new user id, told beside its messages. */
export function userIdContent(update: unknown): ContentOf<'system'> | undefined {
  const to = textOf(update, 'user_id', 'current');
  if (to === undefined) return undefined;
  return {
    ...{ kind: 'system', type: 'user_id_update', text: wordsOrNull(update, 'detail') },
    ...{ from: textOrNull(update, 'user_id', 'previous'), to, of: null },
  };
}
