import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { _Object } from '@aws-sdk/client-s3';
import { readArchiveLine } from '../../../lambda/archive/line.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import { clientSettings } from '../stack/client-settings.ts';
import { type StackAddress, unavailable } from '../stack/deployed-stack.ts';

/** An object of the archive. */
export interface ArchiveObject {
  readonly key: string;
  /** When what it holds was received: the beginning of an hour, in ms since 1970. */
  readonly hour: number;
  /** Sorts as the archive was written: by hour, and in an hour by sequence number. */
  readonly place: string;
  /** Compressed. */
  readonly bytes: number;
  readonly storageClass: string;
}

/** What an object holds, in its order. */
export interface ArchivedEvents {
  readonly events: readonly RoutedEvent[];
  /** Lines that this release cannot read. */
  readonly unreadable: number;
}

/** Reads the archive. Each call throws `UnavailableError` where it cannot. */
export interface Archive extends Disposable {
  /** Objects of the hours that a span touches, in the order in which to read them. */
  readonly objects: (from: number, to: number) => Promise<readonly ArchiveObject[]>;
  readonly read: (object: ArchiveObject) => Promise<ArchivedEvents>;
  /** A payload that was too large for a row; undefined where it is no longer kept. */
  readonly payload: (key: string) => Promise<string | undefined>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const unzip = promisify(gunzip);

export async function openArchive({ endpoints, outputs, name }: StackAddress): Promise<Archive> {
  // Loaded here, because it takes longer than all the rest of the command.
  const { GetObjectCommand, ListObjectsV2Command, NoSuchKey, S3Client } = await import(
    '@aws-sdk/client-s3'
  );
  const client = new S3Client({
    ...clientSettings(endpoints?.s3),
    forcePathStyle: endpoints !== undefined,
  });
  const Bucket = outputs.get('ArchiveBucket');
  const explain = unavailable(`the archive of ${name} cannot be read`);

  async function listDay(day: string): Promise<readonly _Object[]> {
    const found: _Object[] = [];
    let token: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        ...{ Bucket, Prefix: `events/dt=${day}/` },
        ...(token !== undefined && { ContinuationToken: token }),
      });
      const { Contents = [], NextContinuationToken } = await client.send(command).catch(explain);
      found.push(...Contents);
      token = NextContinuationToken;
    } while (token !== undefined);
    return found;
  }

  async function bytesOf(bucket: string | undefined, Key: string): Promise<Uint8Array> {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  }

  return {
    objects: async (from, to) => {
      const listed: (readonly _Object[])[] = [];
      for (const day of daysOf(from, to)) listed.push(await listDay(day));
      return listed
        .flat()
        .flatMap((object) => toArchiveObject(object) ?? [])
        .filter(({ hour }) => hour + HOUR_MS > from && hour < to)
        .toSorted((one, other) => (one.place < other.place ? -1 : 1));
    },
    read: async ({ key }) => {
      const lines = (await unzip(await bytesOf(Bucket, key).catch(explain))).toString();
      const read = lines.split('\n').filter(Boolean).map(readArchiveLine);
      const events = read.filter((event) => event !== undefined);
      return { events, unreadable: read.length - events.length };
    },
    payload: async (key) => {
      try {
        return Buffer.from(await bytesOf(outputs.get('OverflowBucket'), key)).toString('utf8');
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        return explain(error);
      }
    },
    [Symbol.dispose]: () => client.destroy(),
  };
}

function daysOf(from: number, to: number): string[] {
  const first = Math.floor(from / DAY_MS);
  const days = Math.ceil(to / DAY_MS) - first;
  return Array.from({ length: days }, (_, day) =>
    new Date((first + day) * DAY_MS).toISOString().slice(0, 10),
  );
}

/** DynamoDB documents at most 40 digits. */
const SEQUENCE_DIGITS = 40;

function toArchiveObject({ Key = '', Size = 0, StorageClass }: _Object): ArchiveObject | undefined {
  const match = /^events\/dt=(\d{4}-\d\d-\d\d)\/hour=(\d\d)\/(\d+)-(.*)$/.exec(Key);
  if (match === null) return undefined;
  const [, day = '', hour = '', sequence = '', id = ''] = match;
  return {
    key: Key,
    hour: Date.parse(`${day}T${hour}:00Z`),
    place: `${day}T${hour}|${sequence.padStart(SEQUENCE_DIGITS, '0')}-${id}`,
    ...{ bytes: Size, storageClass: StorageClass ?? 'STANDARD' },
  };
}
