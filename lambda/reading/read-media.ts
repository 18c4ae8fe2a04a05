import type { MediaParameters } from '../answers/parameters.ts';
import { kindOfId } from '../events/conversation.ts';
import { contactGroup } from '../events/event.ts';
import { contentClaim, inChats, messageIds } from '../events/message-identity.ts';
import { otherWamids } from '../events/wamid.ts';
import { namesOf, type PersonDeps, readPerson } from '../people/read-person.ts';
import { isWithin, spansOf } from '../people/timeline-spans.ts';
import { mayHaveMedia, mediaOf } from '../providers/media-file.ts';
import { readJsonSource } from '../shared/json/json-source.ts';
import type { TableReader } from '../table/reader-table.ts';
import type { ReadPayload } from '../table/s3-payloads.ts';
import type { RowKey, StoredEvent } from '../table/stored-rows.ts';
import { type MediaAnswerDeps, mediaAnswer } from './media-answer.ts';
import type { MediaAnswer } from './schemas.ts';

export interface ReadMediaDeps extends PersonDeps, MediaAnswerDeps {
  readonly table: Pick<TableReader, 'linksOf' | 'rows'>;
  readonly readPayload: ReadPayload;
}

/**
 * Reads what became of the file of a message; undefined where the contact has no such message, or it
 * has no file.
 *
 * A message's row lies with its contact, under whichever of its names: so that is where it is looked for.
 */
export async function readMedia(
  { channel, contact, wamid }: MediaParameters,
  deps: ReadMediaDeps,
): Promise<MediaAnswer | undefined> {
  const { periods } = await readPerson(channel, contact, deps);
  const spans = spansOf(channel, periods);
  const names = namesOf(periods);
  const wamids = [wamid, ...otherWamids(wamid, names, 'either')];
  const keys = names.flatMap((name) => {
    const ids = wamids.flatMap((each) => messageIds(channel, each, name));
    return ids.map((sk) => ({ pk: contactGroup(channel, name), sk }));
  });
  const claimed = claimsOf(channel, wamid, names);
  const { events, claims } = await deps.table.rows([...keys, ...claimed]);
  const found = events.size > 0 ? events : (await deps.table.rows([...claims.values()])).events;
  for (const event of found.values()) {
    if (!spans.some((span) => isWithin(event, span))) continue;
    const media = await mediaAnswer(event, await hasMedia(event, deps), deps);
    if (media !== null) return media;
  }
  return undefined;
}

function claimsOf(channel: string, wamid: string, names: readonly string[]): readonly RowKey[] {
  return (['inbound', 'outbound'] as const).flatMap((direction) =>
    inChats({ channel, direction, wamid }, names).map(contentClaim),
  );
}

async function hasMedia(event: StoredEvent, deps: ReadMediaDeps): Promise<boolean> {
  const { sk, provider, type, payloadKey } = event;
  // What became of it says so already.
  if (event.media !== undefined) return true;
  if (!mayHaveMedia({ provider, kind: kindOfId(sk), type })) return false;
  const payload =
    event.payload ?? (payloadKey === undefined ? undefined : await deps.readPayload(payloadKey));
  const reading = readJsonSource(payload ?? '');
  return reading.ok && mediaOf(provider, reading.source.value) !== undefined;
}
