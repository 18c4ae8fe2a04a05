import { describe, expect, test } from 'vitest';
import { CHANNEL_MAX_AGE_MS, keptChannels } from '../../lambda/channels/kept-channels.ts';
import { aChannel } from '../support/channels.ts';

const { signal } = new AbortController();
const stored = { id: aChannel().id, channel: aChannel(), revision: 1 };

function reading(answers: readonly (() => Promise<typeof stored | undefined>)[]) {
  const clock = { ms: 0, reads: 0 };
  const get = () => {
    const answer = answers[Math.min(clock.reads, answers.length - 1)];
    clock.reads += 1;
    return answer?.() ?? Promise.resolve(undefined);
  };
  return { clock, kept: keptChannels({ get }, CHANNEL_MAX_AGE_MS, () => clock.ms) };
}

describe('keptChannels', () => {
  test('reads a channel once in ten seconds, whoever asks', async () => {
    const { clock, kept } = reading([() => Promise.resolve(stored)]);

    await Promise.all([kept(stored.id, signal), kept(stored.id, signal)]);
    clock.ms = 9_999;
    expect(await kept(stored.id, signal)).toBe(stored);
    expect(clock.reads).toBe(1);
    clock.ms = 10_000;
    await kept(stored.id, signal);
    expect(clock.reads).toBe(2);
  });

  test('keeps each by itself', async () => {
    const { clock, kept } = reading([() => Promise.resolve(stored)]);

    await kept('one', signal);
    await kept('two', signal);
    expect(clock.reads).toBe(2);
  });

  test('keeps neither a failure nor that there is none', async () => {
    const { kept } = reading([
      () => Promise.reject(new Error('table away')),
      () => Promise.resolve(undefined),
      () => Promise.resolve(stored),
    ]);

    await expect(kept(stored.id, signal)).rejects.toThrow('table away');
    expect(await kept(stored.id, signal)).toBeUndefined();
    expect(await kept(stored.id, signal)).toBe(stored);
  });
});
