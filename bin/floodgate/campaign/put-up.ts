import { randomUUID } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { UploadForm } from '../../../lambda/sending/campaigns/schemas.ts';
import { UnavailableError, UsageError } from '../terminal/command.ts';

export interface RecipientsFile {
  readonly path: string;
  readonly bytes: number;
}

/** Throws `UsageError` where it cannot be put up, before anything is made for it. */
export function recipientsFile(file: string): RecipientsFile {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`--recipients: there is no file ${file}`);
  if (!found.isFile()) throw new UsageError(`--recipients: ${file} is no file`);
  if (found.size === 0) throw new UsageError(`--recipients: ${file} is empty`);
  return { path: file, bytes: found.size };
}

/**
 * Puts up a file by a form that S3 signed. The file is never in memory as a whole.
 *
 * @param sent is called with how many bytes of it are on their way
 */
export async function putUp(
  { path: file, bytes }: RecipientsFile,
  { url, fields, maxBytes }: UploadForm,
  sent: (bytes: number) => void,
): Promise<void> {
  if (bytes > maxBytes) {
    throw new UsageError(`--recipients: ${file} has ${bytes} bytes, more than ${maxBytes}`);
  }
  const boundary = `floodgate-${randomUUID()}`;
  const head = formHead(boundary, fields, path.basename(file));
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const call = (url.startsWith('https:') ? requestHttps : requestHttp)(url, {
    method: 'POST',
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      // S3 takes no form of which it does not know how long it is.
      'content-length': head.length + bytes + tail.length,
    },
  });
  const answered = new Promise<{ readonly status: number; readonly said: string }>(
    (resolve, reject) => {
      call.once('error', reject);
      call.once('response', (response) => {
        const status = response.statusCode ?? 0;
        text(response).then((said) => resolve({ status, said }), reject);
      });
    },
  );
  // Where S3 refuses it early, its answer says more than that it listens no more.
  const written = pipeline(formOf(head, file, bytes, tail, sent), call).catch(() => undefined);
  try {
    const { status, said } = await answered;
    await written;
    if (status < 300) return;
    const [, why = ''] = /<Message>([^<]*)<\/Message>/.exec(said) ?? [];
    throw new UnavailableError(`the recipients were not taken: S3 answers ${status} ${why}`.trim());
  } catch (error) {
    if (error instanceof UnavailableError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnavailableError(`the recipients could not be put up: ${reason}`, { cause: error });
  }
}

function formHead(boundary: string, fields: UploadForm['fields'], name: string): Buffer {
  const part = (header: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; ${header}\r\n\r\n${value}`;
  const parts = Object.entries(fields).map(([field, value]) =>
    part(`name="${field}"`, `${value}\r\n`),
  );
  const shown = name.replaceAll(/["\r\n]/g, '_');
  return Buffer.from([...parts, part(`name="file"; filename="${shown}"`, '')].join(''));
}

async function* formOf(
  head: Buffer,
  file: string,
  bytes: number,
  tail: Buffer,
  sent: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  yield head;
  let done = 0;
  // A file that grows meanwhile is cut where it ended.
  for await (const chunk of createReadStream(file, { end: bytes - 1 })) {
    yield chunk;
    done += chunk.length;
    sent(done);
  }
  yield tail;
}
