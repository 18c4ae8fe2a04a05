import { describe, expect, test } from 'vitest';
import { fetchMedia } from '../../../lambda/media/fetcher/fetch-media.ts';
import type { Locating } from '../../../lambda/media/location.ts';
import type { MediaFile } from '../../../lambda/providers/media-file.ts';
import { FILE, fakeDeps, LOCATED, opened, SHA256 } from './fake-deps.ts';

const NEVER = new AbortController().signal;
const PHOTO: MediaFile = {
  kind: 'image',
  source: { provider: 'meta', mediaId: '1' },
  mimeType: 'image/jpeg',
  sha256: SHA256,
};
const { sha256: _, ...UNHASHED } = PHOTO;

function wanted(file: MediaFile = PHOTO, maxBytes = 1000) {
  return { file, channel: 'channel', key: 'media/default/message.1', maxBytes };
}

function located(more: object): () => Promise<Locating> {
  return async () => ({ ...LOCATED, location: { url: '', headers: {}, ...more } });
}

describe('fetchMedia', () => {
  test('stores what the provider hands out, and tells its size, hash and type', async () => {
    const { deps, stored } = fakeDeps();
    const fetched = await fetchMedia(wanted(), NEVER, deps);
    expect(fetched).toEqual({
      ok: true,
      media: {
        state: 'stored',
        key: 'media/default/message.1',
        sizeBytes: FILE.length,
        sha256: SHA256,
        mimeType: 'image/jpeg',
      },
    });
    expect(stored.get('media/default/message.1')).toEqual(FILE);
  });

  test('asks for a new URL when one has expired', async () => {
    const urls = ['old', 'older', 'fresh'];
    const { deps, stored } = fakeDeps({
      locate: async () => ({ ok: true, location: { url: urls.shift() ?? '', headers: {} } }),
      open: async (_, { url }) => (url === 'fresh' ? opened() : { ok: false, reason: 'gone' }),
    });
    expect(await fetchMedia(wanted(), NEVER, deps)).toMatchObject({ ok: true });
    expect(stored.size).toBe(1);
  });

  test('gives up on the third URL that is gone', async () => {
    let calls = 0;
    const { deps } = fakeDeps({
      open: async () => {
        calls += 1;
        return { ok: false, reason: 'gone' };
      },
    });
    expect(await fetchMedia(wanted(), NEVER, deps)).toEqual({ ok: false, reason: 'gone' });
    expect(calls).toBe(3);
  });

  test.each(['unknown-media', 'refused', 'token', 'throttled', 'unavailable', 'no-token'] as const)(
    'tells at once that it is not located: %s',
    async (reason) => {
      let calls = 0;
      const { deps } = fakeDeps({
        locate: async () => {
          calls += 1;
          return { ok: false, reason };
        },
      });
      expect(await fetchMedia(wanted(), NEVER, deps)).toEqual({ ok: false, reason });
      expect(calls).toBe(1);
    },
  );

  test('stores nothing whose hash is another, however often it comes', async () => {
    const { deps, stored } = fakeDeps({ open: async () => opened(Buffer.from('another')) });
    expect(await fetchMedia(wanted(), NEVER, deps)).toEqual({ ok: false, reason: 'sha256' });
    expect(stored.size).toBe(0);
  });

  test('stores what comes whole after a transfer that was cut', async () => {
    const transfers = [FILE.subarray(0, 3), FILE];
    const { deps, stored } = fakeDeps({ open: async () => opened(transfers.shift()) });
    expect(await fetchMedia(wanted(), NEVER, deps)).toMatchObject({ ok: true });
    expect([...stored.values()]).toEqual([FILE]);
  });

  test('goes by the hash that the provider tells where the webhook has none', async () => {
    const { deps } = fakeDeps({ locate: located({ sha256: 'ab'.repeat(32) }) });
    expect(await fetchMedia(wanted(UNHASHED), NEVER, deps)).toEqual({
      ok: false,
      reason: 'sha256',
    });
  });

  test('goes by size and type where nobody tells a hash', async () => {
    const sized = fakeDeps({ locate: located({ sizeBytes: FILE.length + 1 }) });
    expect(await fetchMedia(wanted(UNHASHED), NEVER, sized.deps)).toMatchObject({ reason: 'size' });
    const typed = fakeDeps({ open: async () => opened(FILE, 'text/html; charset=utf-8') });
    expect(await fetchMedia(wanted(UNHASHED), NEVER, typed.deps)).toMatchObject({
      reason: 'mime-type',
    });
    expect(typed.stored.size).toBe(0);
    const fits = fakeDeps({
      locate: located({ sizeBytes: FILE.length }),
      open: async () => opened(FILE, 'IMAGE/jpeg;q=1'),
    });
    expect(await fetchMedia(wanted(UNHASHED), NEVER, fits.deps)).toMatchObject({ ok: true });
  });

  test('takes the type that the webhook tells for what comes as any bytes', async () => {
    const { deps } = fakeDeps({ open: async () => opened(FILE, 'application/octet-stream') });
    expect(await fetchMedia(wanted(UNHASHED), NEVER, deps)).toMatchObject({
      media: { mimeType: 'image/jpeg' },
    });
  });

  test('takes no type that would be more than a type in a header', async () => {
    const { mimeType: _, ...untyped } = UNHASHED;
    const { deps } = fakeDeps({ open: async () => opened(FILE, 'image/jpeg\r\nset-cookie: a=b') });
    expect(await fetchMedia(wanted(untyped), NEVER, deps)).toMatchObject({
      media: { mimeType: 'application/octet-stream' },
    });
  });

  test('does not even begin what is told to be too big', async () => {
    let isOpened = false;
    const { deps } = fakeDeps({
      locate: located({ sizeBytes: 1001 }),
      open: async () => {
        isOpened = true;
        return opened();
      },
    });
    expect(await fetchMedia(wanted(), NEVER, deps)).toEqual({ ok: false, reason: 'too-big' });
    expect(isOpened).toBe(false);
  });

  test('breaks off what turns out to be too big', async () => {
    const { deps, stored } = fakeDeps();
    const fetched = await fetchMedia(wanted(PHOTO, FILE.length - 1), NEVER, deps);
    expect(fetched).toEqual({ ok: false, reason: 'too-big' });
    expect(stored.size).toBe(0);
  });

  test('waits where the connection breaks', async () => {
    async function* broken() {
      yield FILE.subarray(0, 3);
      throw new TypeError('terminated');
    }
    const { deps } = fakeDeps({
      open: async () => ({
        ...{ ok: true, mimeType: undefined, sizeBytes: undefined },
        chunks: broken(),
      }),
    });
    expect(await fetchMedia(wanted(), NEVER, deps)).toEqual({ ok: false, reason: 'unavailable' });
  });

  test('hands on what S3 says', async () => {
    const fault = new Error('s3: SlowDown');
    const { deps } = fakeDeps({ put: () => Promise.reject(fault) });
    await expect(fetchMedia(wanted(), NEVER, deps)).rejects.toBe(fault);
  });
});
