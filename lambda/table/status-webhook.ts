import type { ContactNames, Provider } from '../events/event.ts';
import { RECEIPT_EVENT, statusEventName } from '../providers/wasender/statuses.ts';
import { present } from '../shared/json/fields.ts';
import { parseJsonSource } from '../shared/json/json-source.ts';

/** What the table keeps of one status of a message. */
export interface KeptStatus {
  readonly provider: Provider;
  readonly channel: string;
  readonly wamid: string;
  readonly name: string;
  readonly participant?: string;
  /** By the provider's clock, in ms since 1970. */
  readonly occurredAt: number;
  /** JSON source of its other members. */
  readonly detail?: string;
  readonly account?: string;
  readonly displayPhoneNumber?: string;
  readonly recipient: ContactNames;
}

/**
 * The provider's webhook of one status, made anew from what the table keeps of it: it splits into
 * the same event. What stood around the status in its webhook (an entry's time, a session's id) is gone.
 */
export function statusWebhook(status: KeptStatus): string {
  return status.provider === 'meta' ? metaWebhook(status) : wasenderWebhook(status);
}

function metaWebhook(status: KeptStatus): string {
  const { contacts, others, hasTime } = splitDetail(status.detail);
  const leaf = object([
    ...membersOf({
      id: status.wamid,
      status: status.name,
      timestamp: hasTime ? undefined : String(providerTime(status.occurredAt)),
      ...recipientMembers(status.recipient),
    }),
    ...others,
  ]);
  const value = object([
    ...membersOf({ messaging_product: 'whatsapp', metadata: metadataOf(status) }),
    ...contacts,
    `"statuses":[${leaf}]`,
  ]);
  const entry = object([
    ...membersOf({ id: status.account }),
    `"changes":[{"field":"messages","value":${value}}]`,
  ]);
  return `{"object":"whatsapp_business_account","entry":[${entry}]}`;
}

function recipientMembers({ phone, userId, chatId }: ContactNames) {
  return chatId === undefined
    ? { recipient_id: phone, recipient_user_id: userId }
    : { recipient_id: chatId, recipient_type: 'group' };
}

/** A webhook that names no number is the account's own: its channel is the account. */
function metadataOf({ channel, account, displayPhoneNumber }: KeptStatus) {
  const metadata = present({
    display_phone_number: displayPhoneNumber,
    phone_number_id: channel === account ? undefined : channel,
  });
  return Object.keys(metadata).length === 0 ? undefined : metadata;
}

interface Detail {
  /** Source of the member `contacts`, which stands beside a status and not in it. */
  readonly contacts: readonly string[];
  /** Source of the members that stand in it. */
  readonly others: readonly string[];
  /** Whether the provider's own word for the time is among them. */
  readonly hasTime: boolean;
}

function splitDetail(detail: string | undefined): Detail {
  if (detail === undefined) return { contacts: [], others: [], hasTime: false };
  const members = parseJsonSource(detail).members;
  // A member named twice: each is kept, and which counts is for the reader to say, as it was before.
  if (members === undefined) {
    return { contacts: [], others: [detail.trim().slice(1, -1)], hasTime: false };
  }
  const sources = [...members].map(([key, { text, value }]) => ({
    source: `${JSON.stringify(key)}:${text}`,
    isContacts: key === 'contacts' && Array.isArray(value) && value.length === 1,
  }));
  return {
    contacts: sources.filter(({ isContacts }) => isContacts).map(({ source }) => source),
    others: sources.filter(({ isContacts }) => !isContacts).map(({ source }) => source),
    hasTime: members.has('timestamp'),
  };
}

function wasenderWebhook(status: KeptStatus): string {
  const { detail = '{}', occurredAt } = status;
  const event = statusEventName(JSON.parse(detail), status);
  const data = event === RECEIPT_EVENT ? `{"message":${detail}}` : detail;
  return object([...membersOf({ event, timestamp: providerTime(occurredAt) }), `"data":${data}`]);
}

/** Seconds, as providers count, where the time is whole seconds. */
function providerTime(timeMs: number): number {
  return timeMs % 1000 === 0 ? timeMs / 1000 : timeMs;
}

function membersOf(members: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
}

function object(members: readonly string[]): string {
  return `{${members.join(',')}}`;
}
