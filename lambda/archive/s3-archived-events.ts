import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { RoutedEvent } from '../events/routed-event.ts';
import { s3SdkClient } from '../shared/aws/s3-client.ts';
import type { AwsService } from '../shared/aws/service.ts';
import { hourPrefix, readArchiveLine } from './line.ts';

/** What was received in a span of time, both ends included, as far as it is archived; some of it perhaps twice. */
export type ReadArchived = (
  from: number,
  to: number,
  signal: AbortSignal,
) => AsyncIterable<RoutedEvent>;

const PATIENCE = { attempts: 5, timeoutMs: 30_000 };
const HOUR_MS = 3_600_000;
const decompress = promisify(gunzip);

export function s3ArchivedEvents(Bucket: string, service: AwsService): ReadArchived {
  const client = s3SdkClient(service, PATIENCE);
  return async function* (from, to, signal) {
    for (const prefix of hoursBetween(from, to).map(hourPrefix)) {
      for await (const key of keysUnder({ client, Bucket }, prefix, signal)) {
        const events = await eventsOf({ client, Bucket }, key, signal);
        yield* events.filter(({ receivedAt }) => receivedAt >= from && receivedAt <= to);
      }
    }
  };
}

interface Place {
  readonly client: S3Client;
  readonly Bucket: string;
}

async function* keysUnder({ client, Bucket }: Place, Prefix: string, abortSignal: AbortSignal) {
  let next: { readonly ContinuationToken?: string } | undefined = {};
  while (next !== undefined) {
    const list: ListObjectsV2Command = new ListObjectsV2Command({ Bucket, Prefix, ...next });
    const page = await client.send(list, { abortSignal });
    yield* (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
    const { NextContinuationToken: ContinuationToken } = page;
    next = ContinuationToken === undefined ? undefined : { ContinuationToken };
  }
}

/** Lines that this release cannot read are left out. */
async function eventsOf(
  { client, Bucket }: Place,
  Key: string,
  abortSignal: AbortSignal,
): Promise<readonly RoutedEvent[]> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }), { abortSignal });
  const bytes = Body instanceof Readable ? Buffer.concat(await Body.toArray()) : Buffer.of();
  const lines = (await decompress(bytes)).toString('utf8').split('\n');
  return lines.filter(Boolean).flatMap((line) => readArchiveLine(line) ?? []);
}

/** A moment of each hour (UTC) that a span touches. */
function hoursBetween(from: number, to: number): number[] {
  const first = Math.floor(from / HOUR_MS);
  const count = Math.floor(to / HOUR_MS) - first + 1;
  return Array.from({ length: count }, (_, hour) => (first + hour) * HOUR_MS);
}
