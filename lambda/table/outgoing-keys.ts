import { messageGroup } from '../events/event.ts';
import {
  CONTENT_SORT_KEY,
  MESSAGE_SORT_KEY,
  OUTGOING_SORT_KEY,
  outgoingPartition,
} from './keys.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import type { RowKey } from './stored-rows.ts';

/** A message that somebody asked to send. */
type Named = Pick<OutgoingMessage, 'channel' | 'id'>;

/** Of the row that has what it says. */
export function contentKeyOf({ channel, id }: Named): RowKey {
  return { pk: outgoingPartition(channel, id), sk: CONTENT_SORT_KEY };
}

/** Of the row that tells what became of it. */
export function recordKeyOf({ channel, id }: Named): RowKey {
  return { pk: outgoingPartition(channel, id), sk: MESSAGE_SORT_KEY };
}

/** Where it stands which of our messages has a wamid. */
export function pointerKeyOf(channel: string, wamid: string): RowKey {
  return { pk: messageGroup(channel, wamid), sk: OUTGOING_SORT_KEY };
}
