import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { esbuildOptions } from '../../../lib/shared/bundling.ts';
import { type LoopbackServer, listen } from '../../../local/loopback-server.ts';

const MEGABYTE = 1_000_000;
const FILE_BYTES = 100 * MEGABYTE;
/** What the function has in AWS, where the runtime takes about 35 MB more than a bare Node. */
const MEMORY_MB = 256;
const RUNTIME_MB = 35;

/** A block that differs from what is before and after it, so that none is mistaken for another. */
function block(number: number): Buffer {
  const bytes = Buffer.alloc(MEGABYTE, number);
  bytes.writeUInt32BE(number);
  return bytes;
}

/** Graph and its attachments: a file of 100 MB, made as it is read. */
async function serveFile(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url !== '/attachments/1') {
    const url = `http://${request.headers.host}/attachments/1`;
    response.end(JSON.stringify({ url, file_size: FILE_BYTES, mime_type: 'video/mp4' }));
    return;
  }
  response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': FILE_BYTES });
  for (let number = 0; number < FILE_BYTES / MEGABYTE; number += 1) {
    if (!response.write(block(number))) await once(response, 'drain');
  }
  response.end();
}

/** S3 that keeps nothing but the hash of what it gets, in the order of the parts. */
function anS3() {
  const hash = createHash('sha256');
  const parts: number[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { method } = request;
    let bytes = 0;
    for await (const chunk of request) {
      bytes += chunk.length;
      if (method === 'PUT') hash.update(chunk);
    }
    if (method === 'PUT') parts.push(bytes);
    response.setHeader('etag', `"${parts.length}"`);
    response.end(method === 'POST' ? '<Result><UploadId>1</UploadId></Result>' : '');
  };
  return { serve, parts, hash };
}

describe('a file of 100 MB', () => {
  let folder: string;
  const servers: LoopbackServer[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'floodgate-media-'));
    const media = new URL('../../../lambda/media', import.meta.url).pathname;
    await writeFile(join(folder, 'program.ts'), program(media));
    await build({
      ...esbuildOptions,
      entryPoints: [join(folder, 'program.ts')],
      outfile: join(folder, 'program.mjs'),
    });
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await rm(folder, { recursive: true });
  });

  test('is brought to S3 within the memory of the function, byte for byte', async () => {
    const s3 = anS3();
    const [provider, storage] = await Promise.all([
      listen(createServer((request, response) => void serveFile(request, response))),
      listen(createServer((request, response) => void s3.serve(request, response))),
    ]);
    servers.push(provider, storage);
    const { fetched, peakMegabytes } = await run(join(folder, 'program.mjs'), [
      provider.url,
      storage.url,
    ]);

    const expected = createHash('sha256');
    for (let number = 0; number < FILE_BYTES / MEGABYTE; number += 1)
      expected.update(block(number));
    const sha256 = expected.digest('hex');
    expect(fetched).toMatchObject({ ok: true, media: { sizeBytes: FILE_BYTES, sha256 } });
    expect(s3.hash.digest('hex')).toBe(sha256);
    expect(Math.max(...s3.parts)).toBe(5 * 1024 * 1024);
    expect(peakMegabytes).toBeLessThan(MEMORY_MB - RUNTIME_MB);
  }, 120_000);
});

/** The code of the function as it is bundled, in a process of its own that tells its memory. */
function program(media: string): string {
  return `
    import { fetchMedia } from ${JSON.stringify(`${media}/fetcher/fetch-media.ts`)};
    import { mediaLocator, mediaOpener } from ${JSON.stringify(`${media}/https-providers.ts`)};
    import { s3MediaStore } from ${JSON.stringify(`${media}/s3-files.ts`)};
    import { existsSync, readFileSync } from 'node:fs';
    const [meta, url] = process.argv.slice(2);
    const urls = { meta, wasender: meta };
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const { put } = s3MediaStore('media', { name: 's3', region: 'us-east-1', url, credentials });
    const deps = { locate: mediaLocator(urls, async () => 'token'), open: mediaOpener(urls), put };
    const file = { kind: 'video', source: { provider: 'meta', mediaId: '1' } };
    const wanted = { file, channel: 'c', key: 'media/default/1', maxBytes: 100_000_000 };
    const fetched = await fetchMedia(wanted, new AbortController().signal, deps);
    // Linux has the parent's peak in the child's usage, but not in its status.
    const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
    const peakKilobytes = /VmHWM:\\s+(\\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
    const peakMegabytes = Number(peakKilobytes) / 1024;
    console.log(JSON.stringify({ fetched, peakMegabytes }));
  `;
}

interface Report {
  readonly fetched: unknown;
  readonly peakMegabytes: number;
}

/** With a heap as Lambda would limit it. */
async function run(file: string, args: readonly string[]): Promise<Report> {
  const child = spawn(process.execPath, ['--max-old-space-size=200', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks = await child.stdout.toArray();
  return JSON.parse(Buffer.concat(chunks).toString());
}
