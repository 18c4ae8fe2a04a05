import { readRoutedOutgoing } from '../../../lambda/events/outgoing-event.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import { messageAnswer, type OutgoingAnswer } from '../../../lambda/reading/schemas.ts';
import { messagePath } from '../message/watch-message.ts';
import type { ApiClient } from '../stack/api-client.ts';
import { UnavailableError } from '../terminal/command.ts';

/** What was asked for, where events are of a message that was sent from here; else undefined. */
export async function ownMessage(
  events: readonly RoutedEvent[],
  api: ApiClient,
): Promise<OutgoingAnswer | undefined> {
  const event = events.find(isOfOurs) ?? events.find(isSent);
  const id = event && (isOfOurs(event) ? readRoutedOutgoing(event.payload).id : event.wamid);
  if (event === undefined || id === undefined) return undefined;
  const path = messagePath(event.channel, id);
  try {
    const { outgoing } = await api.call({ method: 'GET', path }, messageAnswer);
    return outgoing ?? undefined;
  } catch (error) {
    // It was forgotten since, or has expired: the events are shown all the same.
    if (error instanceof UnavailableError) return undefined;
    throw error;
  }
}

const isOfOurs = ({ kind }: RoutedEvent) => kind === 'outgoing';

const isSent = ({ direction, wamid }: RoutedEvent) =>
  direction === 'outbound' && wamid !== undefined;
