import { isRoutedEvent, type RoutedEvent } from '../events/routed-event.ts';
import { readBody } from '../shared/queue/body.ts';

/** Raised when readers of the version before could misread a line. */
const ARCHIVE_VERSION = 1;

/** One event as a line of the archive. Members that are absent are left out. */
export function archiveLine(event: RoutedEvent): string {
  const { id, group, provider, channel, kind, type, direction } = event;
  const { wamid, chat, occurredAt, receivedAt, payload, payloadKey } = event;
  return JSON.stringify({
    v: ARCHIVE_VERSION,
    ...{ id, group, provider, channel, kind, type, direction },
    ...{ wamid, chat, occurredAt, receivedAt, payload, payloadKey },
  });
}

/** Reads a line that this version wrote; undefined for any other. */
export function readArchiveLine(line: string): RoutedEvent | undefined {
  const reading = readBody(line, ARCHIVE_VERSION);
  return reading.ok && isRoutedEvent(reading.members) ? reading.members : undefined;
}

/** The beginning of an object's key, by which queries find an hour (UTC). */
export function hourPrefix(receivedAt: number): string {
  const [date = '', time = ''] = new Date(receivedAt).toISOString().split('T');
  return `events/dt=${date}/hour=${time.slice(0, 2)}/`;
}
