import { textOf } from '../../shared/json/fields.ts';
import { isRecord, memberOf, readJsonSource } from '../../shared/json/json-source.ts';
import {
  type Exchange,
  type Refusal,
  type SendAnswer,
  secondsOf,
  wordsOf,
} from '../send-answer.ts';

/**
 * What Graph says of a message. Its status alone says nothing: errors are known by their code.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */
export function readGraphSend(exchange: Exchange): SendAnswer {
  if (exchange.kind !== 'answer') return exchange;
  const { status, json, retryAfter } = exchange;
  const [message] = listIn(json, 'messages');
  const wamid = textOf(message, 'id');
  if (status < 300 && wamid !== undefined) {
    const messageStatus = textOf(message, 'message_status');
    const isHeld = messageStatus === 'held_for_quality_assessment';
    return { kind: 'accepted', wamid, msgId: undefined, isHeld };
  }
  const error = memberOf(json, 'error');
  const refusal = readGraphError(error);
  // A proxy's words, or a success that names no message: it may have gone out.
  if (refusal === undefined) {
    return { kind: 'lost', fault: `HTTP ${status} without a body of Graph's` };
  }
  return { kind: 'refused', refusal: { ...refusal, retryAfterSeconds: secondsOf(retryAfter) } };
}

/** The error of an answer, or the first of a status; undefined where there is none by a code. */
function readGraphError(error: unknown): Refusal | undefined {
  const code = Number(textOf(error, 'code') ?? Number.NaN);
  if (!isRecord(error) || !Number.isSafeInteger(code)) return undefined;
  return {
    code,
    text: wordsOf(memberOf(error, 'message'), memberOf(memberOf(error, 'error_data'), 'details')),
    isTransient: memberOf(error, 'is_transient') === true,
    retryAfterSeconds: undefined,
  };
}

/** Why a message failed, by the members of that status. @param detail their JSON */
export function readStatusError(detail: string): Refusal | undefined {
  const reading = readJsonSource(detail);
  const errors = reading.ok ? listIn(reading.source.value, 'errors') : [];
  return readGraphError(errors[0]);
}

function listIn(json: unknown, member: string): readonly unknown[] {
  const list = memberOf(json, member);
  return Array.isArray(list) ? list : [];
}
