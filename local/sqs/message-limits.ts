import type { MessageAttributes, NewMessage, Refusal } from './queue-types.ts';

export const MAX_MESSAGE_BYTES = 1_048_576;

/** Lone surrogates, U+FFFE, U+FFFF and control characters: `u` makes a surrogate half match. */
const FORBIDDEN_CHARACTER = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const TOKEN = /^[!-~]{1,128}$/;

export function refuse(code: string, message: string): Refusal {
  return { ok: false, code, message };
}

const MAX_DELAY_SECONDS = 900;

/** What SQS holds against a message for a FIFO queue, if anything. */
export function checkFifoMessage(message: NewMessage): Refusal | undefined {
  if (message.groupId === '') return missing('MessageGroupId');
  if (!TOKEN.test(message.groupId)) return badToken('MessageGroupId', message.groupId);
  if (message.deduplicationId === '') {
    return invalid(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  if (!TOKEN.test(message.deduplicationId)) {
    return badToken('MessageDeduplicationId', message.deduplicationId);
  }
  return checkContent(message);
}

/** What SQS holds against a message for a standard queue; it may name a group, for fairness. */
export function checkStandardMessage(message: NewMessage): Refusal | undefined {
  const { groupId, deduplicationId, delaySeconds = 0 } = message;
  if (groupId !== '' && !TOKEN.test(groupId)) return badToken('MessageGroupId', groupId);
  if (deduplicationId !== '') {
    return invalid(
      `Value ${deduplicationId} for parameter MessageDeduplicationId is invalid. Reason: The request includes a parameter that is not valid for this queue type.`,
    );
  }
  if (delaySeconds < 0 || delaySeconds > MAX_DELAY_SECONDS) {
    return outOfRange('DelaySeconds', delaySeconds, 0, MAX_DELAY_SECONDS);
  }
  return checkContent(message);
}

function checkContent({ body, attributes }: NewMessage): Refusal | undefined {
  if (body === '') return missing('MessageBody');
  if (FORBIDDEN_CHARACTER.test(body)) {
    return refuse('InvalidMessageContents', 'Invalid characters found in the message body.');
  }
  if (messageBytes(body, attributes) > MAX_MESSAGE_BYTES) {
    return invalid(
      `One or more parameters are invalid. Reason: Message must be shorter than ${MAX_MESSAGE_BYTES} bytes.`,
    );
  }
  return undefined;
}

/** What counts towards the size limits of SQS: the body, and names, types and values of attributes. */
export function messageBytes(body: string, attributes: MessageAttributes = {}): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    bytes += Buffer.byteLength(StringValue ?? '') + Buffer.byteLength(BinaryValue ?? '', 'base64');
  }
  return bytes;
}

export function invalid(message: string): Refusal {
  return refuse('InvalidParameterValue', message);
}

export function outOfRange(parameter: string, value: number, from: number, to: number): Refusal {
  return invalid(
    `Value ${value} for parameter ${parameter} is invalid. Reason: Must be between ${from} and ${to}, if provided.`,
  );
}

function missing(parameter: string): Refusal {
  return refuse('MissingParameter', `The request must contain the parameter ${parameter}.`);
}

function badToken(parameter: string, value: string): Refusal {
  return invalid(
    `Value ${value} for parameter ${parameter} is invalid. Reason: ${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}
