import { describe, expect, test } from 'vitest';
import { hasExpired, isNews, type MediaState } from '../../lambda/events/media-state.ts';
import { isProviderUrl } from '../../lambda/media/host.ts';
import { readMediaJob, writeMediaJob } from '../../lambda/media/job.ts';
import { afterRefusal, afterThrottle, UNTROUBLED } from '../../lambda/media/pauses.ts';
import { mediaKey, parseMediaPolicies, policyOf, skipReason } from '../../lambda/media/policy.ts';

const EVERYTHING = {
  keep: 'all',
  maxMegabytes: 100,
  urlExpiryMinutes: 60,
  tenant: 'default',
  channels: {},
} as const;
const MINUTE = 60_000;

describe('a media job', () => {
  test('is read as it was written', () => {
    const job = { group: 'contact.abc', id: 'message.def', channel: 'shop' };
    expect(readMediaJob(writeMediaJob(job))).toEqual({ ok: true, job });
  });

  test('of a later release waits for readers that know it', () => {
    expect(readMediaJob('{"v":2,"row":"x"}')).toEqual({ ok: false, reason: 'newer' });
  });

  test.each([
    '',
    '[]',
    'null',
    '{"v":1}',
    '{"v":1,"group":"g","id":7,"channel":"c"}',
    '{"v":1,"group":"g","id":"i"}',
    '{"group":"g","id":"i"}',
  ])('is malformed as %s', (body) => {
    expect(readMediaJob(body)).toMatchObject({ ok: false, reason: 'malformed' });
  });
});

describe('the policy of a channel', () => {
  test('is that of all channels, but for what it says itself', () => {
    const policies = {
      ...EVERYTHING,
      channels: { shop: { keep: 'none', tenant: 'acme' } },
    } as const;
    expect(policyOf(policies, 'shop')).toMatchObject({
      keep: 'none',
      tenant: 'acme',
      maxMegabytes: 100,
    });
    expect(policyOf(policies, 'other')).toMatchObject({ keep: 'all', tenant: 'default' });
    expect(policyOf(policies, 'toString')).toMatchObject({ keep: 'all' });
  });

  test('keeps all, nothing, or some kinds', () => {
    const image = { kind: 'image' } as const;
    expect(skipReason(EVERYTHING, image)).toBeUndefined();
    expect(skipReason({ ...EVERYTHING, keep: 'none' }, image)).toBe('policy');
    expect(skipReason({ ...EVERYTHING, keep: ['audio'] }, image)).toBe('policy');
    expect(skipReason({ ...EVERYTHING, keep: ['audio', 'image'] }, image)).toBeUndefined();
  });

  test('keeps what is as big as it allows, and nothing bigger', () => {
    const sized = (sizeBytes: number) => ({ kind: 'video', sizeBytes }) as const;
    const policy = { ...EVERYTHING, maxMegabytes: 16 };
    expect(skipReason(policy, sized(16_000_000))).toBeUndefined();
    expect(skipReason(policy, sized(16_000_001))).toBe('too-big');
  });

  test('is read from the environment as the stack wrote it', () => {
    const channels = { shop: { keep: ['audio'], maxMegabytes: 5 }, bar: {} };
    expect(parseMediaPolicies(JSON.stringify({ ...EVERYTHING, channels }))).toEqual({
      ...EVERYTHING,
      channels,
    });
  });

  test.each(['', '{}', '{"keep":"all"}', JSON.stringify({ ...EVERYTHING, channels: 7 })])(
    'is refused where a part is missing: %s',
    (text) => {
      expect(() => parseMediaPolicies(text)).toThrow();
    },
  );

  test("puts files under the tenant's prefix by event", () => {
    expect(mediaKey({ ...EVERYTHING, tenant: 'acme' }, 'message.abc')).toBe(
      'media/acme/message.abc',
    );
  });
});

describe('isProviderUrl', () => {
  const graph = 'https://graph.facebook.com/v23.0';

  test.each([
    'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1',
    'https://scontent.xx.fbcdn.net/v/file',
    'https://graph.facebook.com/file',
  ])("takes Meta's %s", (url) => {
    expect(isProviderUrl('meta', url, graph)).toBe(true);
  });

  test.each([
    'http://lookaside.fbsbx.com/file',
    'https://fbsbx.com.example.org/file',
    'https://evilfbsbx.com/file',
    'https://lookaside.fbsbx.com:8443/file',
    'https://me:secret@lookaside.fbsbx.com/file',
    'https://169.254.169.254/latest/meta-data',
    'https://www.wasenderapi.com/api/decrypted-media/1',
    'ftp://lookaside.fbsbx.com/file',
    'file:///etc/passwd',
    'no url',
  ])('keeps the token of Meta from %s', (url) => {
    expect(isProviderUrl('meta', url, graph)).toBe(false);
  });

  test("takes WasenderApi's own, and what the API's own origin hands out", () => {
    const api = 'https://www.wasenderapi.com/api';
    expect(isProviderUrl('wasender', 'https://wasenderapi.com/media/1.jpg', api)).toBe(true);
    expect(isProviderUrl('wasender', 'https://lookaside.fbsbx.com/1', api)).toBe(false);
    const local = 'http://127.0.0.1:4000/wasender';
    expect(isProviderUrl('wasender', 'http://127.0.0.1:4000/files/1', local)).toBe(true);
    expect(isProviderUrl('wasender', 'http://127.0.0.1:4001/files/1', local)).toBe(false);
  });
});

describe('the pace of a channel', () => {
  test('is a pause of half an hour after ten refusals within an hour', () => {
    let pace = UNTROUBLED;
    const now = 1_795_212_000_000;
    for (let count = 1; count <= 9; count += 1) pace = afterRefusal(pace, now + count);
    expect(pace).toMatchObject({ errors: 9, pausedUntil: 0 });
    const paused = afterRefusal(pace, now + 10);
    expect(paused).toEqual({ errors: 0, since: now + 10, pausedUntil: now + 10 + 30 * MINUTE });
  });

  test('forgets refusals after an hour', () => {
    const old = { errors: 9, since: 0, pausedUntil: 0 };
    expect(afterRefusal(old, 60 * MINUTE)).toMatchObject({ errors: 1, since: 60 * MINUTE });
  });

  test('is a pause as long as the provider says, a minute where it says nothing, an hour at most', () => {
    expect(afterThrottle(UNTROUBLED, 0, 5).pausedUntil).toBe(5_000);
    expect(afterThrottle(UNTROUBLED, 0, undefined).pausedUntil).toBe(MINUTE);
    expect(afterThrottle(UNTROUBLED, 0, 999_999).pausedUntil).toBe(60 * MINUTE);
    expect(afterThrottle({ ...UNTROUBLED, pausedUntil: 9_000 }, 0, 5).pausedUntil).toBe(9_000);
  });
});

describe('hasExpired', () => {
  test('is so seven days after the receipt', () => {
    const week = 7 * 24 * 60 * MINUTE;
    expect(hasExpired(1000, 1000 + week - 1)).toBe(false);
    expect(hasExpired(1000, 1000 + week)).toBe(true);
  });
});

describe('isNews', () => {
  test.each<[MediaState, boolean]>([
    [{ state: 'stored', key: 'k', sizeBytes: 1, sha256: 'ab', mimeType: 'a/b' }, true],
    [{ state: 'failed', reason: 'refused' }, true],
    [{ state: 'expired' }, true],
    [{ state: 'skipped', reason: 'too-big' }, true],
    [{ state: 'skipped', reason: 'policy' }, false],
    [{ state: 'skipped', reason: 'no-token' }, false],
  ])('of %j is %s', (media, expected) => {
    expect(isNews(media)).toBe(expected);
  });
});
