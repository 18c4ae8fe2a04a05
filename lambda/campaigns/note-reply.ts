import { answeredBy, mayBeAnswer } from '../content/replied-message.ts';
import { readCampaignMessageId } from '../events/outgoing-id.ts';
import type { RoutedEvent } from '../events/routed-event.ts';
import type { Replies } from './replies-table.ts';

/** Whether an event may answer a message of ours. */
export function mayAnswer({ kind, type, direction, chat, payload }: RoutedEvent): boolean {
  if (kind !== 'message' || direction !== 'inbound' || chat !== undefined) return false;
  return type !== 'reaction' && mayBeAnswer(payload ?? '');
}

/** Keeps with the message of a campaign that a contact quoted it, or pressed one of its buttons. */
export async function noteReply(
  event: RoutedEvent,
  signal: AbortSignal,
  { idOf, keep }: Replies,
): Promise<void> {
  const { channel, occurredAt } = event;
  const wamid = answeredIn(event);
  if (wamid === undefined) return;
  const id = await idOf(channel, wamid, signal);
  if (id === undefined || readCampaignMessageId(id) === undefined) return;
  await keep({ channel, id }, occurredAt, signal);
}

/** What cannot be read holds up nobody. */
function answeredIn(event: RoutedEvent): string | undefined {
  try {
    return answeredBy(event, event.payload ?? '');
  } catch {
    return undefined;
  }
}
