import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Channel } from '../../lambda/channels/channel.ts';
import { bad, type Finding, good, stopping } from '../../lambda/channels/finding.ts';
import { heard, heeded } from '../../lambda/channels/heard.ts';
import { keepSaid } from '../../lambda/channels/keep-said.ts';
import type { MetricName } from '../../lambda/metric-names.ts';
import type { LogFields } from '../../lambda/shared/aws/telemetry.ts';
import { aChannel } from '../support/channels.ts';

const AT = 1_795_000_000_000;
const red = bad('quality', 'RED', 'send less');
const green = good('quality', 'GREEN');
const dead = stopping('token', 'token', 'it has ended', 'make a new one');

describe('what a provider said of a channel', () => {
  test('is kept with when it was so, and what is at fault of it needs attention until it is mended', () => {
    const faulty = heard(aChannel(), [red, good('limit', 'TIER_2K')], AT);
    expect(faulty).toMatchObject({
      said: { quality: { at: AT, ok: false, found: 'RED' }, limit: { ok: true } },
      needsAttention: 'quality: RED',
    });

    const mended = heard(faulty ?? aChannel(), [green], AT + 1);
    expect(mended).not.toHaveProperty('needsAttention');
    expect(mended).toMatchObject({ said: { quality: { found: 'GREEN' }, limit: { at: AT } } });
  });

  test('undoes nothing that is newer, whatever it says of other matters', () => {
    const known = heard(aChannel(), [green], AT) ?? aChannel();

    expect(heard(known, [red], AT - 1)).toBeUndefined();
    expect(heard(known, [green], AT)).toBeUndefined();
    expect(heard(known, [red, dead], AT - 1)).toMatchObject({
      said: { quality: { ok: true }, token: { ok: false } },
    });
  });

  test('is the same in the end in whatever order it comes, and however often', () => {
    const aFinding = fc.record({
      finding: fc.constantFrom(red, green, bad('quality', 'LOW', 'x'), good('limit', 'A'), dead),
      at: fc.integer({ min: AT, max: AT + 3 }),
    });
    const hear = (all: readonly { finding: Finding; at: number }[]) =>
      all.reduce<Channel>((one, { finding, at }) => heard(one, [finding], at) ?? one, aChannel());
    const known = ({ said = {}, needsAttention }: Channel) => ({
      said: Object.entries(said).toSorted(),
      needsAttention,
    });
    const twice = fc
      .array(aFinding, { maxLength: 8 })
      .chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }),
        ),
      );
    fc.assert(
      fc.property(twice, ([once, again]) => {
        expect(known(hear(again))).toEqual(known(hear(once)));
      }),
    );
  });

  test('takes no more room than for thirty matters, the latest', () => {
    const told = Array.from({ length: 50 }, (_, n) => n).reduce<Channel>(
      (one, n) => heard(one, [good(`alert ${n}`, 'told')], AT + n) ?? one,
      aChannel(),
    );

    expect(Object.keys(told.said ?? {})).toHaveLength(30);
    expect(told.said).toHaveProperty('alert 49');
  });
});

test('what nobody told again for a week is forgotten', () => {
  const alerted = heard(aChannel(), [bad('alert X', 'told', 'see')], AT) ?? aChannel();
  const later = heard(alerted, [green], AT + 8 * 86_400_000);

  expect(Object.keys(later?.said ?? {})).toEqual(['quality']);
  expect(later).not.toHaveProperty('needsAttention');
});

describe('a fault for which nothing can be sent', () => {
  test('pauses the channel by its class of error', () => {
    expect(heeded(aChannel(), [red, dead], AT, AT + 5)).toMatchObject({
      ...{ state: 'paused', pausedBecause: 'token', updatedAt: AT + 5 },
      needsAttention: 'quality: RED; token: it has ended',
    });
    expect(heeded(aChannel(), [red], AT, AT)).toMatchObject({ state: 'active' });
  });

  test.each([
    ['somebody changed since, who may have mended it', { updatedAt: AT }, 'active', undefined],
    ['is paused', { state: 'paused', pausedBecause: 'user' } as const, 'paused', 'user'],
  ])('leaves as it is a channel that %s', (_, change, state, pausedBecause) => {
    const after = heeded(aChannel(change), [dead], AT, AT + 5);

    expect(after).toMatchObject({ state, needsAttention: expect.any(String) });
    expect(after?.pausedBecause).toBe(pausedBecause);
  });

  test('pauses nothing when it is told again after somebody resumed the channel', () => {
    const paused = heeded(aChannel(), [dead], AT, AT) ?? aChannel();
    const resumed: Channel = { ...paused, state: 'active', updatedAt: AT + 10 };

    expect(heeded(resumed, [dead], AT, AT + 20)).toBeUndefined();
  });
});

describe('keepSaid', () => {
  const { signal } = new AbortController();
  function depsWith(channel: Channel | undefined) {
    const written: Channel[] = [];
    const told: unknown[] = [];
    const table = {
      get: async () => channel && { id: channel.id, channel, revision: 1 },
      update: async (_: unknown, one: Channel) => {
        written.push(one);
        return true;
      },
    };
    const warn = (_: string, { because }: LogFields) => void told.push(because);
    const count = (metric: MetricName) => void told.push(metric);
    return { deps: { table, now: () => AT, warn, count }, written, told };
  }

  test.each([
    [aChannel(), dead, ['ChannelPaused', 'token'], 1],
    [aChannel(), red, [], 1],
    [aChannel({ state: 'paused', pausedBecause: 'user' }), dead, [], 1],
    [undefined, dead, [], 0],
  ])('tells that it paused a channel, where it did: %#', async (channel, finding, said, writes) => {
    const { deps, written, told } = depsWith(channel);
    await keepSaid('106540352242922', { findings: [finding], at: AT }, deps, signal);

    expect(told).toEqual(said);
    expect(written).toHaveLength(writes);
  });

  test('writes nothing that is known', async () => {
    const { deps, written } = depsWith(heard(aChannel(), [red], AT));
    await keepSaid('1', { findings: [red], at: AT }, deps, signal);

    expect(written).toEqual([]);
  });
});
