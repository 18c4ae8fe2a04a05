import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import { s3Client } from '../shared/aws/s3-client.ts';
import type { AwsService } from '../shared/aws/service.ts';

/** Stores lines as one object. Resolves once it is durable; to store it again replaces it. */
export type StoreLines = (
  key: string,
  lines: readonly string[],
  signal: AbortSignal,
) => Promise<void>;

/** Rather often than long: the batch is handed over again where time runs out. */
const PATIENCE = { attempts: 5, timeoutMs: 10_000 };

const compress = promisify(gzip);

/** Writes gzipped NDJSON. The same lines make the same bytes. */
export function s3Archive(Bucket: string, service: AwsService): StoreLines {
  const s3 = s3Client(service, PATIENCE);
  return async (Key, lines, signal) => {
    const Body = await compress(lines.map((line) => `${line}\n`).join(''));
    const input: PutObjectCommandInput = { Bucket, Key, Body, ContentType: 'application/gzip' };
    await s3('PutObject', input, signal);
  };
}
