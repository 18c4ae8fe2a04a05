import { type Check, isOneOf, isOptional, isText, isWhole } from '../shared/json/checks.ts';
import { EVENT_KINDS } from './event.ts';

const optionalText = isOptional(isText);

/** What a queue message tells of an event, be it in the inbox or on its way to a subscriber. */
export const COMMON_FACTS = {
  provider: isOneOf('meta', 'wasender'),
  channel: isText,
  group: isText,
  id: isText,
  kind: isOneOf(...EVENT_KINDS),
  direction: isOneOf('inbound', 'outbound'),
  type: isText,
  occurredAt: isWhole,
  receivedAt: isWhole,
  wamid: optionalText,
  payload: optionalText,
  payloadKey: optionalText,
} satisfies Readonly<Record<string, Check>>;

/** `payload`, where an event has neither a payload nor its key, or both. */
export function payloadFaults(event: object): string[] {
  return 'payload' in event !== 'payloadKey' in event ? [] : ['payload'];
}
