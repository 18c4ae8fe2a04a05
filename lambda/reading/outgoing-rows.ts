import { readMark } from '../events/outgoing-mark.ts';
import { otherWamids } from '../events/wamid.ts';
import { contentKeyOf, pointerKeyOf, recordKeyOf } from '../table/outgoing-keys.ts';
import type { OutgoingMessage } from '../table/outgoing-message.ts';
import type { OutgoingRecord } from '../table/outgoing-record.ts';
import { rowId, type TableReader } from '../table/reader-table.ts';
import { mergedMessage, mergedStatuses, sentPlaces } from '../table/sent-message.ts';
import type { RowKey, SentMessage, StoredEvent } from '../table/stored-rows.ts';
import { callbackDataOf } from './status-answers.ts';

/** One of our messages, with all that is known of it. */
export interface Outgoing {
  readonly message: OutgoingMessage;
  /** With the statuses of its wamid's row; undefined where nobody claimed it. */
  readonly record: OutgoingRecord | undefined;
  /** As its statuses tell it. */
  readonly sent: SentMessage | undefined;
}

type Table = Pick<TableReader, 'rows'>;

/**
 * Reads messages of ours by their channel and id; what is not there, or was forgotten, is not in the result.
 *
 * @param names of their recipients, as far as they are known
 */
export async function readOutgoing(
  keys: readonly Pick<OutgoingMessage, 'channel' | 'id'>[],
  names: readonly string[],
  table: Table,
): Promise<ReadonlyMap<string, Outgoing>> {
  if (keys.length === 0) return new Map();
  const { contents, records } = await table.rows(
    keys.flatMap((key) => [contentKeyOf(key), recordKeyOf(key)]),
  );
  const found = [...contents.values()].map((message) => ({
    message,
    record: records.get(rowId(recordKeyOf(message))),
  }));
  const placesOf = ({ message, record }: (typeof found)[number]) => {
    const { wamid } = record ?? {};
    return wamid === undefined
      ? []
      : sentPlaces(message.channel, [wamid, ...otherWamids(wamid, names)]);
  };
  const { messages } = await table.rows(found.flatMap(placesOf));
  return new Map(
    found.map((one) => {
      const rows = placesOf(one).flatMap((place) => messages.get(rowId(place)) ?? []);
      return [one.message.id, withStatuses(one.message, one.record, mergedMessage(rows))];
    }),
  );
}

/** What became of it is told by two rows: that of its id, and that of its wamid. */
function withStatuses(
  message: OutgoingMessage,
  record: OutgoingRecord | undefined,
  sent: SentMessage | undefined,
): Outgoing {
  const statuses = mergedStatuses([...(record?.statuses ?? []), ...(sent?.statuses ?? [])]);
  return { message, record: record && { ...record, statuses }, sent };
}

/** What may have been sent from here: a message by its statuses, or as another device told it. */
type Sent = SentMessage | StoredEvent;

/** Where it stands which of ours a message is, unless its statuses say so. */
export function pointersOf(row: Sent): readonly RowKey[] {
  const isOutbound = 'statuses' in row || row.direction === 'outbound';
  if (!isOutbound || row.wamid === undefined || markIn(row) !== undefined) return [];
  return [pointerKeyOf(row.channel, row.wamid)];
}

/** Our id of what was sent: by the mark that its statuses carry, else by its wamid. */
export function outgoingIdOf(row: Sent, pointers: ReadonlyMap<string, string>): string | undefined {
  const [pointer] = pointersOf(row);
  return markIn(row) ?? (pointer && pointers.get(rowId(pointer)));
}

function markIn(row: Sent): string | undefined {
  return 'statuses' in row ? readMark(callbackDataOf(row.statuses) ?? '')?.id : undefined;
}

/** The messages of ours among rows that were read. */
export interface OurMessages {
  readonly ofRow: (row: Sent) => Outgoing | undefined;
  readonly ofContent: (key: RowKey) => Outgoing | undefined;
}

/** @param names of their recipients, as far as they are known */
export async function readOurs(
  rows: readonly Sent[],
  { contents, pointers }: Pick<Awaited<ReturnType<Table['rows']>>, 'contents' | 'pointers'>,
  names: readonly string[],
  table: Table,
): Promise<OurMessages> {
  const told = rows.flatMap((row) => {
    const id = outgoingIdOf(row, pointers);
    return id === undefined ? [] : [{ channel: row.channel, id }];
  });
  const ours = await readOutgoing([...contents.values(), ...told], names, table);
  return {
    ofRow: (row) => ours.get(outgoingIdOf(row, pointers) ?? ''),
    ofContent: (key) => ours.get(contents.get(rowId(key))?.id ?? ''),
  };
}
