import { isRecord, memberOf } from '../../shared/json/json-source.ts';
import type { Recipient } from '../recipient.ts';

/** The body of WasenderApi's `/send-message`, or why it has none for what is to be sent. */
export type SendRequest =
  | { readonly ok: true; readonly body: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly reason: string };

type Content =
  | { readonly ok: true; readonly members: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly reason: string };

/**
 * Translates a body of Meta's, which its schema has passed.
 *
 * @see https://wasenderapi.com/api-docs/messages/send-text-message
 */
export function wasenderRequest(to: Recipient, body: object): SendRequest {
  const address = addressOf(to);
  if (address === undefined) {
    return refuse(
      'to is a BSUID, which WasenderApi does not know: write to a phone number or a group',
    );
  }
  const content = contentOf(body);
  if (!content.ok) return content;
  const context = memberOf(memberOf(body, 'context'), 'message_id');
  if (context === undefined) return { ok: true, body: { to: address, ...content.members } };
  const replyTo = typeof context === 'string' && /^\d{1,15}$/.test(context) ? Number(context) : 0;
  return replyTo === 0
    ? refuse(
        'context.message_id takes the number that WasenderApi gave to a message: it answers no other',
      )
    : { ok: true, body: { to: address, ...content.members, replyTo } };
}

function addressOf({ kind, name }: Recipient): string | undefined {
  if (kind === 'phone') return `+${name}`;
  return kind === 'group' ? name : undefined;
}

function contentOf(body: object): Content {
  const type = String(memberOf(body, 'type'));
  const content = memberOf(body, type);
  switch (type) {
    case 'text':
      return { ok: true, members: { text: memberOf(content, 'body') } };
    case 'image':
    case 'video':
    case 'audio':
    case 'document':
    case 'sticker':
      return fileOf(type, content);
    case 'location':
      return locationOf(content);
    case 'contacts':
      return contactOf(content);
    default:
      return refuse(`type takes no ${type} here: WasenderApi does not send it`);
  }
}

function fileOf(type: string, content: unknown): Content {
  const link = memberOf(content, 'link');
  if (link === undefined) {
    return refuse(`${type}.link is missing: WasenderApi fetches a file from where it lies`);
  }
  const caption = memberOf(content, 'caption');
  const fileName = memberOf(content, 'filename');
  return {
    ok: true,
    members: {
      [`${type}Url`]: link,
      ...(caption !== undefined && { text: caption }),
      ...(fileName !== undefined && { fileName }),
    },
  };
}

function locationOf(content: unknown): Content {
  const name = memberOf(content, 'name');
  const address = memberOf(content, 'address');
  const location = {
    latitude: Number(memberOf(content, 'latitude')),
    longitude: Number(memberOf(content, 'longitude')),
    ...(name !== undefined && { name }),
    ...(address !== undefined && { address }),
  };
  return { ok: true, members: { location } };
}

function contactOf(content: unknown): Content {
  const [card, ...others] = Array.isArray(content) ? content : [];
  if (others.length > 0) return refuse('contacts takes one here: WasenderApi sends one at a time');
  const phones = memberOf(card, 'phones');
  const [first]: unknown[] = Array.isArray(phones) ? phones.filter(isRecord) : [];
  const phone = memberOf(first, 'phone');
  if (phone === undefined) return refuse('contacts.0.phones.0.phone is missing');
  const name = memberOf(memberOf(card, 'name'), 'formatted_name');
  return { ok: true, members: { contact: { name, phone } } };
}

function refuse(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
