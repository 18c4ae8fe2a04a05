import { describe, expect, test } from 'vitest';
import { ProviderAway } from '../../../lambda/channels/ask.ts';
import type { Channel } from '../../../lambda/channels/channel.ts';
import type { Finding } from '../../../lambda/channels/finding.ts';
import { type CheckDeps, check } from '../../../lambda/sending/sender/check.ts';
import { aChannel } from '../../support/channels.ts';

const NOW = 1_795_000_000_000;
const SESSION = aChannel({ id: 'shop', provider: 'wasender' });
const { signal } = new AbortController();

interface Kept {
  readonly id: string;
  readonly told: { readonly findings: readonly Finding[]; readonly at: number };
}

/** A session of WasenderApi, which takes one API key. */
function depsWith(channel: Channel | undefined, others: Partial<CheckDeps> = {}) {
  const kept: Kept[] = [];
  const warnings: unknown[] = [];
  const deps: CheckDeps = {
    readChannel: async (id) => channel && { id, channel, revision: 1 },
    tokens: { current: async () => 'key', newer: async () => undefined },
    askBy: (_, token) => async () =>
      token === 'key'
        ? { status: 200, json: { status: 'connected' } }
        : { status: 401, json: undefined },
    keep: async (id, told) => void kept.push({ id, told }),
    now: () => NOW,
    warn: (...told) => void warnings.push(told),
    ...others,
  };
  return { deps, kept, warnings };
}

describe('a check', () => {
  test('keeps what the provider says of the channel, and when it was asked', async () => {
    const { deps, kept } = depsWith(SESSION);
    await check('shop', signal, deps);

    expect(kept).toMatchObject([
      { id: 'shop', told: { at: NOW, findings: [{ check: 'token' }, { found: 'connected' }] } },
    ]);
  });

  test('looks for a newer token before it calls one dead', async () => {
    const current = async () => 'old key';
    const replaced = depsWith(SESSION, { tokens: { current, newer: async () => 'key' } });
    await check('shop', signal, replaced.deps);
    expect(replaced.kept[0]?.told.findings[0]).toMatchObject({ check: 'token', ok: true });

    for (const newer of ['old key', undefined]) {
      const dead = depsWith(SESSION, { tokens: { current, newer: async () => newer } });
      await check('shop', signal, dead.deps);
      expect(dead.kept[0]?.told.findings).toMatchObject([{ ok: false, stops: 'token' }]);
    }
  });

  test('finds that there is no token, but not before somebody had time to write one', async () => {
    const tokens = { current: async () => undefined, newer: async () => undefined };
    const old = depsWith(SESSION, { tokens });
    await check('shop', signal, old.deps);
    // A channel that only takes what comes in has nothing to mend.
    expect(old.kept[0]?.told.findings).toEqual([
      { check: 'token', ok: true, found: 'there is none: nothing is sent from here', mend: null },
    ]);

    const added = depsWith({ ...SESSION, createdAt: NOW - 60_000 }, { tokens });
    await check('shop', signal, added.deps);
    expect(added.kept).toEqual([]);
  });

  test('asks nobody of a channel that is gone', async () => {
    const { deps, kept, warnings } = depsWith(undefined);
    await check('shop', signal, deps);

    expect([...kept, ...warnings]).toEqual([]);
  });

  test.each<[string, Partial<CheckDeps>]>([
    ['the provider is away', { askBy: () => () => Promise.reject(new ProviderAway('key')) }],
    [
      'nobody knows the token',
      {
        tokens: {
          current: () => Promise.reject(new ProviderAway('key')),
          newer: async () => undefined,
        },
      },
    ],
    ['the table is away', { keep: () => Promise.reject(new ProviderAway('key')) }],
  ])('takes it for no fault of the channel that %s', async (_, others) => {
    const { deps, kept, warnings } = depsWith(SESSION, others);
    await check('shop', signal, deps);

    expect(kept).toEqual([]);
    expect(warnings).toEqual([['Channel not checked', { channel: 'shop', fault: 'ProviderAway' }]]);
  });
});
