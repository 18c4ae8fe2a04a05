import { NOTHING_BESIDE } from '../content/content.ts';
import { metaMessageContent } from '../content/meta.ts';
import { chatOf } from '../events/chat.ts';
import { currentStatus } from '../events/status.ts';
import { textOf } from '../shared/json/fields.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { namesOfRecipient } from '../table/outgoing-message.ts';
import { outgoingAnswerOf } from './outgoing-answer.ts';
import type { Outgoing } from './outgoing-rows.ts';
import type { TimelineEntry } from './schemas.ts';
import { isoTime, namesAnswer, type StatusDeps, statusAnswers } from './status-answers.ts';

/** An entry of a message that was sent from here, with what it says and how far it is. */
export async function outgoingEntry(
  { message, record, sent }: Outgoing,
  deps: StatusDeps,
): Promise<TimelineEntry> {
  const body: unknown = JSON.parse(message.body);
  const contact = { ...namesOfRecipient(message.to), ...sent?.recipient };
  const statuses = record?.statuses ?? [];
  return {
    id: message.id,
    kind: 'message',
    direction: 'outbound',
    type: textOf(body, 'type') ?? null,
    wamid: record?.wamid ?? null,
    occurredAt: isoTime(message.createdAt),
    receivedAt: null,
    contact: namesAnswer(contact),
    chat: chatOf(contact) ?? 'private',
    text: textIn(body),
    content: metaMessageContent(body),
    ...NOTHING_BESIDE,
    status: currentStatus(statuses.map(({ name }) => name)) ?? null,
    statuses: await statusAnswers(statuses, message, deps),
    media: null,
    outgoing: outgoingAnswerOf(message, record),
    payload: null,
  };
}

function textIn(body: unknown): string | null {
  const text = memberOf(memberOf(body, 'text'), 'body');
  return typeof text === 'string' ? text : null;
}
