import { type FindMessage, type FoundMessage, foundMessage } from '../content/replied-message.ts';
import type { ContactNames } from '../events/event.ts';
import { inTime, TOO_LATE } from '../shared/aws/deadline.ts';
import type { TableReader } from '../table/reader-table.ts';
import { messageRows } from './message-rows.ts';

/** How long somebody waits for a message to be found. */
export const FIND_MESSAGE_MS = 1000;

/** After the table did not tell in time, nobody waits for it so long. */
const REST_MS = 5000;

/**
 * Finds a message that another one answers, whoever wrote it and by whichever of its wamids: in the
 * partitions of the contact's names, by what claims it, else by its statuses.
 *
 * Finds none where the table cannot tell in time: what asks goes on without.
 */
export function messageFinder(table: Pick<TableReader, 'rows'>, now: () => number): FindMessage {
  let restsUntil = 0;
  return async (channel, wamid, contact) => {
    if (now() < restsUntil) return undefined;
    // A failure is no better than an answer that comes too late.
    const finding = find(table, channel, wamid, contact).catch((): typeof TOO_LATE => TOO_LATE);
    const found = await inTime(finding, FIND_MESSAGE_MS);
    if (found === TOO_LATE) restsUntil = now() + REST_MS;
    return found === TOO_LATE ? undefined : found;
  };
}

async function find(
  table: Pick<TableReader, 'rows'>,
  channel: string,
  wamid: string,
  { phone, userId, lid, chatId }: ContactNames,
): Promise<FoundMessage | undefined> {
  const names = [chatId, userId, lid, phone].filter((name) => name !== undefined);
  const { event, sent } = await messageRows(table, { channel, wamid }, names);
  if (event !== undefined) return foundMessage({ ...event, eventId: event.sk });
  return sent.length === 0 ? undefined : { direction: 'outbound' };
}
