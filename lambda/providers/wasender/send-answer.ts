import { textOf } from '../../shared/json/fields.ts';
import { isRecord, memberOf } from '../../shared/json/json-source.ts';
import { type Exchange, type SendAnswer, secondsOf, wordsOf } from '../send-answer.ts';

/**
 * What WasenderApi says of a message: its success tells no wamid, only a number of its own.
 *
 * @see https://wasenderapi.com/api-docs/messages/send-text-message
 */
export function readWasenderSend(exchange: Exchange): SendAnswer {
  if (exchange.kind !== 'answer') return exchange;
  const { status, json, retryAfter } = exchange;
  const isSuccess = memberOf(json, 'success') === true;
  const msgId = textOf(memberOf(json, 'data'), 'msgId');
  if (status < 300 && isSuccess && msgId !== undefined) {
    return { kind: 'accepted', wamid: undefined, msgId, isHeld: false };
  }
  // Its own failures come with a body of the same form: nobody knows how far it got.
  if (status < 400 || status === 408 || status >= 500 || !isRecord(json)) {
    return { kind: 'lost', fault: `HTTP ${status}` };
  }
  return {
    kind: 'refused',
    refusal: {
      code: status,
      text: wordsOf(memberOf(json, 'message'), ...firstErrors(memberOf(json, 'errors'))),
      isTransient: status === 429,
      retryAfterSeconds: secondsOf(memberOf(json, 'retry_after')) ?? secondsOf(retryAfter),
    },
  };
}

/** The wamid of a message that went out: what WasenderApi only has taken has none yet. */
export function readWasenderInfo(exchange: Exchange): string | undefined {
  const data = exchange.kind === 'answer' ? memberOf(exchange.json, 'data') : undefined;
  return textOf(data, 'key', 'id');
}

function firstErrors(errors: unknown): readonly unknown[] {
  return isRecord(errors)
    ? Object.values(errors).map((texts) => (Array.isArray(texts) ? texts[0] : undefined))
    : [];
}
