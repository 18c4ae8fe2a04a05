import type { WebhookEvent } from '../../events/event.ts';
import { phoneOf, textOf } from '../../shared/json/fields.ts';
import { isRecord, type JsonSource, memberOf } from '../../shared/json/json-source.ts';
import {
  type ContactBook,
  collectEvents,
  type Level,
  splitByLevels,
  type WebhookSplit,
  wholeWebhook,
} from '../webhook-split.ts';
import { errorIds } from './errors.ts';
import { metaEvent } from './events.ts';

const THREAD: Level = { keep: ['id', 'context'], lists: { messages: 'events' } };
const HISTORY: Level = { keep: [], lists: { threads: THREAD, errors: 'events' } };
const VALUE: Level = {
  keep: ['messaging_product', 'metadata'],
  hasContacts: true,
  lists: {
    messages: 'events',
    statuses: 'events',
    message_echoes: 'events',
    calls: 'events',
    user_id_update: 'events',
    user_preferences: 'events',
    groups: 'events',
    state_sync: 'events',
    errors: 'events',
    history: HISTORY,
  },
};
const CHANGE: Level = {
  keep: ['field'],
  lists: {},
  // `standby` holds the same lists one level down.
  nested: { value: { ...VALUE, nested: { standby: VALUE } } },
};
const ENTRY: Level = { keep: ['id', 'time'], lists: { changes: CHANGE } };
const WEBHOOK: Level = { keep: ['object'], lists: { entry: ENTRY }, required: ['"entry":[]'] };

const OBJECT = 'whatsapp_business_account';

/**
 * Splits a webhook of Meta's Cloud API into its events; the same event twice is one.
 *
 * An event's payload is a webhook too, and splits into that one event again; but an error of the account, which
 * is known by what it stood beside, gets another id then.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
 */
export function splitMetaWebhook(source: JsonSource, receivedAt: number): WebhookSplit {
  const reason = refusal(source.value);
  if (reason !== undefined) return { ok: false, reason };
  if (isForeign(source.value)) return { ok: true, events: [], isForeign: true };
  const { text } = source;
  return collectEvents(eventsOf(source, receivedAt), text.length, () =>
    wholeWebhook('meta', 'unknown', text, receivedAt),
  );
}

function* eventsOf(source: JsonSource, receivedAt: number): Iterable<WebhookEvent> {
  const errorId = errorIds(source.value, receivedAt);
  for (const part of splitByLevels(source, WEBHOOK, openContacts))
    yield metaEvent(part, receivedAt, errorId);
}

function refusal(body: unknown): string | undefined {
  if (!isRecord(body)) return 'the body is no JSON object';
  const object = memberOf(body, 'object');
  if (typeof object !== 'string' || object === '') return `"object" is not "${OBJECT}"`;
  if (!isForeign(body) && !Array.isArray(memberOf(body, 'entry'))) return '"entry" is no array';
  return undefined;
}

/** What is in the webhooks of another product is for others to say. */
function isForeign(body: unknown): boolean {
  return memberOf(body, 'object') !== OBJECT;
}

const NAMING_MEMBERS = [
  'from_user_id',
  'from',
  'to_user_id',
  'to',
  'recipient_participant_user_id',
  'recipient_participant_id',
  'recipient_user_id',
  'recipient_id',
  'user_id',
  'wa_id',
];

/** A sole contact belongs to every event beside it; of several, the one that the event names. */
function openContacts(contacts: readonly JsonSource[]): ContactBook {
  const byName = new Map<string, JsonSource>();
  for (const contact of contacts) {
    for (const name of [
      textOf(contact.value, 'parent_user_id'),
      textOf(contact.value, 'user_id'),
      phoneOf(contact.value, 'wa_id'),
    ]) {
      if (name !== undefined) byName.set(name, contact);
    }
  }
  const claimed = new Set<JsonSource>();

  function find(event: unknown): JsonSource | undefined {
    if (contacts.length === 1) return contacts[0];
    for (const member of NAMING_MEMBERS) {
      const contact = byName.get(phoneOf(event, member) ?? '');
      if (contact !== undefined) return contact;
    }
    return undefined;
  }

  return {
    find: (event) => {
      const contact = find(event);
      if (contact !== undefined) claimed.add(contact);
      return contact;
    },
    // By text, since a person may be listed once for each message.
    unclaimed: () => {
      const texts = new Set(contacts.map(({ text }) => text));
      for (const { text } of claimed) texts.delete(text);
      return [...texts];
    },
  };
}
