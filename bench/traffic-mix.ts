import type { LocalSettings } from './function-environment.ts';
import type { Laboratory } from './laboratory.ts';
import { type SentEntry, sentEntries } from './queue-messages.ts';
import { signedEvent, statusWebhooks, textWebhook } from './webhooks.ts';

export const MIX = {
  contacts: 10,
  /** Each contact's. With each go the three statuses of a message to the contact. */
  messagesPerContact: 10,
  /** A quarter are messages, three quarters statuses. */
  eventsPerMessage: 4,
  textLength: 80,
} as const;

/** Webhooks of one event each, of contacts who write in turn: 25 % messages, 75 % statuses. */
export function conversationWebhooks(): string[] {
  const { contacts, messagesPerContact, textLength } = MIX;
  return Array.from({ length: messagesPerContact }, (_, n) =>
    inTurns(
      Array.from({ length: contacts }, (_, person) => [
        textWebhook(person, n, 'x'.repeat(textLength)),
        ...statusWebhooks(person, n),
      ]),
    ),
  ).flat();
}

/** The mix as the ingest function puts it on the queue. */
export async function conversationEvents(
  laboratory: Laboratory,
  { appSecret }: LocalSettings,
): Promise<SentEntry[]> {
  const events = conversationWebhooks().map((body) => signedEvent(body, appSecret));
  const { calls } = await laboratory.call('ingest', events);
  return sentEntries(calls);
}

/** The first of each, then the second of each, and so on. */
function inTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, n) =>
    lists.flatMap((list) => list.slice(n, n + 1)),
  ).flat();
}
