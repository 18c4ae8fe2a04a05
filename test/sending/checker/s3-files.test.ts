import { createServer, type ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FileFault } from '../../../lambda/campaigns/recipients/file-fault.ts';
import { MAX_FILE_BYTES } from '../../../lambda/campaigns/recipients/unpacked.ts';
import { growingTexts } from '../../../lambda/sending/checker/s3-growing-texts.ts';
import { s3Upload } from '../../../lambda/sending/checker/s3-upload.ts';
import { s3SdkClient } from '../../../lambda/shared/aws/s3-client.ts';
import { listen } from '../../../local/loopback-server.ts';
import { anObjectStore } from '../../support/an-object-store.ts';
import { awsService } from '../../support/aws-service.ts';

const BUCKET = 'campaigns';
const objects = await anObjectStore(BUCKET);
const { signal } = new AbortController();

function clientAt(url: string) {
  return s3SdkClient(awsService('s3', url), { attempts: 1, timeoutMs: 5000 });
}

const FILE = Buffer.alloc(1_000_000, '0123456789\n');

/** An S3 whose connections break after so many bytes. */
async function aBreakingS3(after: number, etagOf: (request: number) => string = () => '"1"') {
  const ranges: (string | undefined)[] = [];
  const server = await listen(
    createServer(({ headers: { range, 'if-match': wanted } }, response) => {
      ranges.push(range);
      const etag = etagOf(ranges.length);
      if (wanted !== undefined && wanted !== etag) refuse(response);
      else serve(response, Number(/\d+/.exec(range ?? '0')?.[0]), etag);
    }),
  );
  function serve(response: ServerResponse, from: number, etag: string) {
    const rest = FILE.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': rest.length, etag });
    response.write(rest.subarray(0, after), () => {
      if (rest.length > after) response.destroy();
      else response.end();
    });
  }
  function refuse(response: ServerResponse) {
    response.writeHead(412, { 'content-type': 'application/xml' });
    response.end('<Error><Code>PreconditionFailed</Code><Message>no</Message></Error>');
  }
  onTestFinished(() => server.close());
  return { url: server.url, ranges };
}

async function readAll(url: string): Promise<Buffer> {
  const upload = await s3Upload(clientAt(url), BUCKET)('uploads/a', signal);
  return Buffer.concat(await Array.fromAsync(upload?.bytes ?? []));
}

describe('a file that is read', () => {
  test('is whole, over connections that break', async () => {
    const { url, ranges } = await aBreakingS3(300_000);

    expect((await readAll(url)).equals(FILE)).toBe(true);
    expect(ranges.length).toBeGreaterThan(3);
  });

  test('is never made of two', async () => {
    const { url } = await aBreakingS3(300_000, (request) => `"${request}"`);

    await expect(readAll(url)).rejects.toThrow(FileFault);
  });

  test('is given up where connections break again and again', async () => {
    const { url } = await aBreakingS3(1000);

    await expect(readAll(url)).rejects.not.toThrow(FileFault);
  });

  test('is none where nobody put it up', async () => {
    expect(await s3Upload(clientAt(objects.url), BUCKET)('uploads/none', signal)).toBeUndefined();
  });
});

describe('a file that cannot be read', () => {
  /** An S3 that answers each request so, one after another. */
  async function answering(...answers: readonly ((response: ServerResponse) => void)[]) {
    let requests = 0;
    const server = await listen(
      createServer((_, response) => {
        answers[requests]?.(response);
        requests += 1;
      }),
    );
    onTestFinished(() => server.close());
    return server.url;
  }
  const beginning = (response: ServerResponse) => {
    response.writeHead(200, { 'content-length': 1000, etag: '"1"' });
    response.write('phone', () => response.destroy());
  };
  const refusing = (status: number, code: string) => (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<Error><Code>${code}</Code><Message>no</Message></Error>`);
  };

  test('is refused, and read no further, where it is too large', async () => {
    const url = await answering((response) => {
      response.writeHead(200, { 'content-length': MAX_FILE_BYTES + 1, etag: '"1"' });
      response.write('phone');
    });

    await expect(readAll(url)).rejects.toThrow('the file is larger than');
  });

  test('is a fault of whoever put it up where they removed it meanwhile', async () => {
    const url = await answering(beginning, refusing(404, 'NoSuchKey'));

    await expect(readAll(url)).rejects.toThrow(FileFault);
  });

  test('is nobody’s fault where the bucket refuses, at first or later: it is tried again', async () => {
    const refusal = refusing(403, 'AccessDenied');

    await expect(readAll(await answering(refusal))).rejects.toThrow(
      expect.objectContaining({ name: 'AccessDenied' }),
    );
    await expect(readAll(await answering(beginning, refusal))).rejects.toThrow(
      expect.objectContaining({ name: 'AccessDenied' }),
    );
  });
});

describe('texts that grow', () => {
  test('become objects as they were added to, however many and however long', async () => {
    const expected = new Map<string, string>();
    {
      await using texts = await growingTexts(clientAt(objects.url), BUCKET);
      for (let at = 0; at < 30_000; at += 1) {
        const name = `t${at % 700}`;
        const text = `${at} ñ ${'x'.repeat(at % 997)}\n${at % 7001 === 0 ? 'y'.repeat(200_000) : ''}`;
        expected.set(name, (expected.get(name) ?? '') + text);
        await texts.add(name, text);
      }
      await texts.store((name) => `campaigns/${name}`, signal);
      for (const [name, text] of expected) {
        expect(texts.sizes().get(name)).toBe(Buffer.byteLength(text));
      }
    }
    for (const [name, text] of expected) {
      expect((await objects.get(`${BUCKET}/campaigns/${name}`))?.toString()).toBe(text);
    }
  }, 120_000);

  test('of more than a part of an upload come in several', async () => {
    await using texts = await growingTexts(clientAt(objects.url), BUCKET);
    const line = 'z'.repeat(999);
    for (let at = 0; at < 12_000; at += 1) await texts.add('large', `${line}\n`);
    await texts.store(() => 'campaigns/large', signal);

    const stored = await objects.get(`${BUCKET}/campaigns/large`);
    expect(stored?.length).toBe(12_000_000);
    expect(stored?.toString() === `${line}\n`.repeat(12_000)).toBe(true);
  });
});
