import { ApiError } from '../aws/json-protocol.ts';
import { refuse } from './message-limits.ts';
import type { Refusal } from './queue-types.ts';

/** Names in the JSON protocol, where they are not the query protocol's codes. */
const TYPES: Readonly<Record<string, string>> = {
  InvalidParameterValue: 'com.amazon.coral.service#InvalidParameterValueException',
  MissingParameter: 'com.amazon.coral.service#MissingRequiredParameterException',
};

/** Codes that the query protocol gives in a name space of their own. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  InvalidParameterValue: 'InvalidParameterValue',
  MissingParameter: 'MissingParameter',
  InvalidAttributeName: 'InvalidAttributeName',
  InvalidAttributeValue: 'InvalidAttributeValue',
  QueueNameExists: 'QueueAlreadyExists',
  ReceiptHandleIsInvalid: 'ReceiptHandleIsInvalid',
  InvalidMessageContents: 'InvalidMessageContents',
};

export function refusalError({ code, message }: Refusal): ApiError {
  return new ApiError(
    TYPES[code] ?? `com.amazonaws.sqs#${code}`,
    message,
    QUERY_CODES[code] ?? `AWS.SimpleQueueService.${code}`,
  );
}

export function reject(code: string, message: string): never {
  throw refusalError(refuse(code, message));
}
