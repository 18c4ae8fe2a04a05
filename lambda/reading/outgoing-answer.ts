import type { OutgoingMessage } from '../table/outgoing-message.ts';
import { type OutgoingRecord, stateOf } from '../table/outgoing-record.ts';
import type { OutgoingAnswer } from './schemas.ts';
import { isoTime } from './status-answers.ts';

/** A message to send as the API tells it. @param record what became of it; undefined where nobody claimed it */
export function outgoingAnswerOf(
  message: OutgoingMessage,
  record: OutgoingRecord | undefined,
): OutgoingAnswer {
  const { id, channel, to, category, class: messageClass } = message;
  const { attempt, sentAt, wamid, error } = record ?? {};
  return {
    ...{ id, channel, to: to.name, state: stateOf(record), category, class: messageClass },
    createdAt: isoTime(message.createdAt),
    notAfter: isoTime(message.notAfter),
    attempt: attempt ?? null,
    sentAt: sentAt === undefined ? null : isoTime(sentAt),
    wamid: wamid ?? null,
    error:
      error === undefined
        ? null
        : { class: error.class, code: error.code ?? null, text: error.text ?? null },
    body: JSON.parse(message.body),
  };
}
