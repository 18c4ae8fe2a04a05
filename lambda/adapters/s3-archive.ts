import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { AwsService } from '../domain/aws-service.ts';
import { awsSender } from './aws-request.ts';

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
export function s3Archive(bucket: string, service: AwsService): StoreLines {
  const send = awsSender(service, PATIENCE);
  return async (key, lines, signal) => {
    const body = await compress(lines.map((line) => `${line}\n`).join(''));
    const headers = { 'content-type': 'application/gzip' };
    await send({ method: 'PUT', path: `/${bucket}/${key}`, headers, body }, signal);
  };
}
