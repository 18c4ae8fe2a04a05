import { describe, expect, test } from 'vitest';
import { readChannel, writeChannel } from '../../lambda/channels/channel-json.ts';
import { aChannel } from '../support/channels.ts';

const full = aChannel({
  accountId: '102290129340398',
  portfolioId: '900000000000010',
  displayPhoneNumber: '15550100100',
  marketingRoute: 'marketing_messages',
  uncertain: 'resend',
  state: 'paused',
  pausedBecause: 'user',
  media: { keep: ['image'], maxMegabytes: 5 },
  retentionDays: 9,
  needsAttention: 'token-end: within a week',
  said: { 'token-end': { at: 1_790_000_000_000, ok: false, found: 'within a week' } },
});

function altered(change: object): string {
  return JSON.stringify({ ...JSON.parse(writeChannel(full)), ...change });
}

describe('readChannel', () => {
  test.each([aChannel(), full])('gives back what was written: %j', (channel) => {
    expect(readChannel(writeChannel(channel))).toEqual(channel);
  });

  test.each([
    [{ id: 7 }, 'id'],
    [{ provider: 'telegram' }, 'provider'],
    [{ tenant: undefined }, 'tenant'],
    [{ accountId: 7 }, 'accountId'],
    [{ portfolioId: null }, 'portfolioId'],
    [{ displayPhoneNumber: 15_550 }, 'displayPhoneNumber'],
    [{ messagesPerSecond: 0 }, 'messagesPerSecond'],
    [{ messagesPerSecond: '80' }, 'messagesPerSecond'],
    [{ share: -1 }, 'share'],
    [{ marketingRoute: 'other' }, 'marketingRoute'],
    [{ uncertain: 'forget' }, 'uncertain'],
    [{ state: 'gone' }, 'state'],
    [{ pausedBecause: {} }, 'pausedBecause'],
    [{ needsAttention: [] }, 'needsAttention'],
    [{ media: { keep: 'some' } }, 'media'],
    [{ media: { keep: ['poll'] } }, 'media'],
    [{ media: { maxMegabytes: 0 } }, 'media'],
    [{ retentionDays: 7 }, 'retentionDays'],
    [{ said: [] }, 'said'],
    [{ said: { quality: { at: 1.5, ok: true, found: 'GREEN' } } }, 'said'],
    [{ said: { quality: { at: 1, ok: 'yes', found: 'GREEN' } } }, 'said'],
    [{ said: { quality: 'GREEN' } }, 'said'],
    [{ createdAt: 1.5, updatedAt: '' }, 'createdAt, updatedAt'],
  ])('throws for %j, and names what is wrong', (change, members) => {
    expect(() => readChannel(altered(change))).toThrow(`no channel, by ${members}`);
  });

  test('throws for one of a later release, which it could misread', () => {
    expect(() => readChannel(altered({ v: 2 }))).toThrow('channel of version 2, but 1 is known');
  });

  test.each(['{"id":"1065403', '7', 'null'])('throws for %s without a word of it', (text) => {
    expect(() => readChannel(text)).toThrow(/^(?!.*1065403)/);
    expect(() => readChannel(text)).toThrow();
  });
});
