import { describe, expect, test } from 'vitest';
import { settleJobs } from '../../../lambda/media/fetcher/settle-jobs.ts';
import type { Locating } from '../../../lambda/media/location.ts';
import type { MediaPolicy } from '../../../lambda/media/policy.ts';
import type { QueuedMessage, Return } from '../../../lambda/shared/queue/queued-message.ts';
import { aJob, aPhoto, FILE, fakeDeps, NOW, SHA256 } from './fake-deps.ts';

const NEVER = new AbortController().signal;
const DAY = 86_400_000;
type Fakes = ReturnType<typeof fakeDeps>;

/** Settles one job; tells what goes back to the queue, and when it is next handed out. */
async function settle(fakes: Fakes, message: QueuedMessage = aJob(aPhoto())) {
  const delays: Return[] = [];
  const deps = {
    ...fakes.deps,
    delayReturns: async (all: readonly Return[]) => void delays.push(...all),
  };
  const returned = await settleJobs([message], NEVER, deps);
  expect(delays.map((one) => one.message)).toEqual(returned);
  return delays[0]?.delaySeconds;
}

function refusing(reason: Extract<Locating, { ok: false }>['reason'], more: object = {}) {
  return { locate: async (): Promise<Locating> => ({ ok: false, reason, ...more }) };
}

function policies(policy: Partial<MediaPolicy>) {
  const { policyOf } = fakeDeps().deps;
  return {
    policyOf: async (channel: string, signal: AbortSignal) => ({
      ...(await policyOf(channel, signal)),
      ...policy,
    }),
  };
}

describe('a media job', () => {
  test("stores the file by the event's id under the tenant's prefix, and says so", async () => {
    const event = aPhoto();
    const fakes = fakeDeps({ event, ...policies({ tenant: 'acme' }) });
    expect(await settle(fakes, aJob(event))).toBeUndefined();
    const key = `media/acme/${event.sk}`;
    expect(fakes.stored.get(key)).toEqual(FILE);
    expect(fakes.states).toEqual([
      { state: 'stored', key, sizeBytes: FILE.length, sha256: SHA256, mimeType: 'image/jpeg' },
    ]);
    expect(fakes.counted).toEqual(['MediaStored']);
    expect(fakes.warned).toEqual([]);
  });

  test.each([
    ['was forgotten', undefined],
    ['has its file', aPhoto({}, { media: { state: 'expired', reason: undefined } })],
    [
      'failed before: the provider is not asked again',
      aPhoto({}, { media: { state: 'failed', reason: 'refused' } }),
    ],
    ['has no file', aPhoto({}, { payload: '{}' })],
    [
      'has a payload that is no longer kept',
      aPhoto({}, { payload: undefined, payloadKey: 'payloads/1.json' }),
    ],
  ])('is done where the event %s', async (_, event) => {
    const fakes = fakeDeps({ event });
    expect(await settle(fakes)).toBeUndefined();
    expect(fakes.asked).toEqual([]);
    expect(fakes.states).toEqual([]);
  });

  test('reads a payload that lies in S3', async () => {
    const { payload } = aPhoto();
    const event = aPhoto({}, { payload: undefined, payloadKey: 'payloads/1.json' });
    const fakes = fakeDeps({
      event,
      readPayload: async (key) => (key === 'payloads/1.json' ? payload : undefined),
    });
    await settle(fakes);
    expect(fakes.states).toMatchObject([{ state: 'stored' }]);
  });

  test.each([
    [{ keep: 'none' }, 'policy'],
    [{ keep: ['audio'] }, 'policy'],
  ] as const)('is skipped by the policy %j', async (policy, reason) => {
    const fakes = fakeDeps({ event: aPhoto(), ...policies(policy) });
    await settle(fakes);
    expect(fakes.states).toEqual([{ state: 'skipped', reason }]);
    expect(fakes.asked).toEqual([]);
    expect(fakes.counted).toEqual(['MediaSkipped']);
  });

  test('is skipped where the file is bigger than the channel keeps', async () => {
    const located: Locating = {
      ok: true,
      location: { url: '', headers: {}, sizeBytes: 5_000_001 },
    };
    const fakes = fakeDeps({
      ...{ event: aPhoto(), locate: async () => located },
      ...policies({ maxMegabytes: 5 }),
    });
    await settle(fakes);
    expect(fakes.states).toEqual([{ state: 'skipped', reason: 'too-big' }]);
  });

  test('is skipped, without a word, where the channel has no token', async () => {
    const fakes = fakeDeps({ event: aPhoto(), ...refusing('no-token') });
    await settle(fakes);
    expect(fakes.states).toEqual([{ state: 'skipped', reason: 'no-token' }]);
    expect(fakes.warned).toEqual([]);
    expect(fakes.paces).toEqual([]);
  });

  test('expires a week after the receipt, without asking', async () => {
    const fakes = fakeDeps({ event: aPhoto({}, { receivedAt: NOW - 7 * DAY }) });
    await settle(fakes);
    expect(fakes.states).toEqual([{ state: 'expired' }]);
    expect(fakes.asked).toEqual([]);
    expect(fakes.counted).toEqual(['MediaExpired']);
  });

  test('expires where the provider no longer knows what happened a week ago', async () => {
    const at = `${NOW - 7 * DAY}#1`;
    const fakes = fakeDeps({ event: aPhoto({}, { at }), ...refusing('unknown-media') });
    await settle(fakes);
    expect(fakes.states).toEqual([{ state: 'expired' }]);
  });

  test.each(['unknown-media', 'refused'] as const)(
    'fails once for all where the provider answers %s, and is told',
    async (reason) => {
      const fakes = fakeDeps({ event: aPhoto(), ...refusing(reason, { detail: 'HTTP 400' }) });
      expect(await settle(fakes)).toBeUndefined();
      expect(fakes.states).toEqual([{ state: 'failed', reason }]);
      expect(fakes.counted).toEqual(['MediaFailed']);
      expect(fakes.warned).toEqual([
        { message: 'Media failed', eventId: aPhoto().sk, reason, detail: 'HTTP 400' },
      ]);
      expect(fakes.paces).toMatchObject([{ errors: 1 }]);
    },
  );

  test('fails where the bytes are not what was announced', async () => {
    const fakes = fakeDeps({ event: aPhoto({ sha256: 'ab'.repeat(32) }) });
    await settle(fakes);
    expect(fakes.states).toEqual([{ state: 'failed', reason: 'sha256' }]);
    expect(fakes.stored.size).toBe(0);
    expect(fakes.paces).toEqual([]);
  });

  test('waits for a token that is taken, and counts', async () => {
    const fakes = fakeDeps({ event: aPhoto(), ...refusing('token') });
    expect(await settle(fakes)).toBe(2);
    expect(fakes.states).toEqual([]);
    expect(fakes.counted).toEqual(['MediaTokenRefused', 'MediaReturned']);
    expect(await settle(fakes, aJob(aPhoto(), { receiveCount: 100 }))).toBe(1800);
  });

  test('waits for as long as the provider says, with the whole channel', async () => {
    const fakes = fakeDeps({
      event: aPhoto(),
      ...refusing('throttled', { retryAfterSeconds: 90 }),
    });
    await settle(fakes);
    expect(fakes.paces).toMatchObject([{ pausedUntil: NOW + 90_000 }]);
    expect(fakes.counted).toEqual(['MediaThrottled', 'MediaReturned']);
    expect(await settle(fakes)).toBe(90);
    expect(fakes.asked).toEqual([]);
  });

  test('leaves a channel alone after ten refusals', async () => {
    const fakes = fakeDeps({
      event: aPhoto(),
      pace: { errors: 9, since: NOW - 1, pausedUntil: 0 },
      ...refusing('token'),
    });
    await settle(fakes);
    expect(fakes.paces).toMatchObject([{ pausedUntil: NOW + 1_800_000 }]);
    expect(await settle(fakes)).toBe(1800);
  });

  test('waits where the provider is away, and is not counted against the channel', async () => {
    const fakes = fakeDeps({ event: aPhoto(), ...refusing('unavailable') });
    expect(await settle(fakes)).toBe(2);
    expect(fakes.paces).toEqual([]);
    expect(fakes.states).toEqual([]);
  });

  test('waits where S3 or the table is away, and tells which error it was', async () => {
    const down = Object.assign(new Error('of +5215550001111'), { name: 'SlowDown' });
    const fakes = fakeDeps({ event: aPhoto(), put: () => Promise.reject(down) });
    expect(await settle(fakes)).toBe(2);
    expect(fakes.warned).toEqual([
      { message: 'Media waits', reason: 'SlowDown', messageId: 'm1', receiveCount: 1 },
    ]);
  });

  test('leaves no file of an event that was forgotten while it came', async () => {
    const fakes = fakeDeps({ event: aPhoto() });
    const table = { ...fakes.deps.table, settle: async () => 'gone' as const };
    await settle({ ...fakes, deps: { ...fakes.deps, table } });
    expect(fakes.stored.size).toBe(0);
  });

  test('leaves no file of an event whose row takes no word more, and says that it failed', async () => {
    const fakes = fakeDeps({ event: aPhoto() });
    const table = { ...fakes.deps.table, settle: async () => 'full' as const };
    expect(await settle({ ...fakes, deps: { ...fakes.deps, table } })).toBeUndefined();
    expect(fakes.stored.size).toBe(0);
    expect(fakes.counted).toEqual(['RowGivenUp', 'MediaFailed']);
    expect(fakes.warned).toEqual([
      { message: 'Media failed', eventId: aPhoto().sk, reason: 'row-full' },
    ]);
  });

  test('tries again as ever where the pace of its channel cannot be kept', async () => {
    const refused = { ok: false, reason: 'throttled' } as const;
    const fakes = fakeDeps({ event: aPhoto(), locate: async () => refused });
    const table = { ...fakes.deps.table, setPace: async () => false };
    expect(await settle({ ...fakes, deps: { ...fakes.deps, table } })).toBeGreaterThan(0);
    expect(fakes.counted).toEqual(['RowGivenUp', 'MediaThrottled', 'MediaReturned']);
  });

  test('removes what a try before left of an event that was forgotten since', async () => {
    const fakes = fakeDeps({ event: undefined });
    const { sk } = aPhoto();
    fakes.stored.set(`media/default/${sk}`, FILE);
    expect(await settle(fakes, aJob(aPhoto(), { receiveCount: 2 }))).toBeUndefined();
    expect(fakes.stored.size).toBe(0);
  });

  test.each(['{"v":2}', 'poison'])('waits for who can read it: %s', async (body) => {
    const fakes = fakeDeps({ event: aPhoto() });
    expect(await settle(fakes, aJob(aPhoto(), { body }))).toBe(2);
    expect(fakes.counted).toEqual(['MediaReturned']);
  });

  test('is handed out again after the visibility timeout where no delay can be set', async () => {
    const { deps, warned } = fakeDeps({
      ...{ event: aPhoto(), ...refusing('unavailable') },
      delayReturns: () => Promise.reject(new Error('sqs')),
    });
    const message = aJob(aPhoto());
    expect(await settleJobs([message], NEVER, deps)).toEqual([message]);
    expect(warned).toMatchObject([
      { message: 'Media waits' },
      { message: 'Returned jobs wait for the visibility timeout' },
    ]);
  });
});
