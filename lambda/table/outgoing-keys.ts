import { messageGroup } from '../events/event.ts';
import { campaignMessageId, readCampaignMessageId } from '../events/outgoing-id.ts';
import {
  CAMPAIGN_MESSAGE_PREFIX,
  CONTENT_SORT_KEY,
  MESSAGE_SORT_KEY,
  OUTGOING_PREFIX,
  OUTGOING_SORT_KEY,
  outgoingPartition,
} from './keys.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import type { RowKey } from './stored-rows.ts';

/** A message that somebody asked to send. */
type Named = Pick<OutgoingMessage, 'channel' | 'id'>;

/** Of the row that has what it says. Those of campaigns have none. */
export function contentKeyOf({ channel, id }: Named): RowKey {
  return { pk: outgoingPartition(channel, id), sk: CONTENT_SORT_KEY };
}

/** Of the row that tells what became of it. All of a campaign's track are one partition. */
export function recordKeyOf({ channel, id }: Named): RowKey {
  const part = readCampaignMessageId(id);
  if (part === undefined) return { pk: outgoingPartition(channel, id), sk: MESSAGE_SORT_KEY };
  return {
    pk: trackPartition(channel, part.campaign, part.track),
    sk: `${CAMPAIGN_MESSAGE_PREFIX}${part.row}.${part.step}`,
  };
}

/** Partition of all messages of a track. */
export function trackPartition(channel: string, campaign: string, track: number): string {
  return outgoingPartition(channel, `${campaign}.${track}`);
}

/** Whether a row is of a message of a campaign, whose partition has those of others. */
export function isTrackKey({ pk, sk }: RowKey): boolean {
  return pk.startsWith(OUTGOING_PREFIX) && sk.startsWith(CAMPAIGN_MESSAGE_PREFIX);
}

/** Whether a row of a message's partition tells what became of it. */
export function isRecordKey({ sk }: RowKey): boolean {
  return sk === MESSAGE_SORT_KEY || sk.startsWith(CAMPAIGN_MESSAGE_PREFIX);
}

/** The message of a row that is of one; undefined for any other. */
export function outgoingKeyOf({ pk, sk }: RowKey): { channel: string; id: string } | undefined {
  if (!pk.startsWith(OUTGOING_PREFIX)) return undefined;
  const named = pk.slice(OUTGOING_PREFIX.length);
  const end = named.lastIndexOf('.');
  if (end < 0) return undefined;
  if (!sk.startsWith(CAMPAIGN_MESSAGE_PREFIX)) {
    return { channel: named.slice(0, end), id: named.slice(end + 1) };
  }
  const start = named.lastIndexOf('.', end - 1);
  const id = `${named.slice(start + 1)}.${sk.slice(CAMPAIGN_MESSAGE_PREFIX.length)}`;
  const part = start < 0 ? undefined : readCampaignMessageId(id);
  return part && { channel: named.slice(0, start), id: campaignMessageId(part) };
}

/** Where it stands which of our messages has a wamid. */
export function pointerKeyOf(channel: string, wamid: string): RowKey {
  return { pk: messageGroup(channel, wamid), sk: OUTGOING_SORT_KEY };
}
