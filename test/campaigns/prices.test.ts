import { describe, expect, test } from 'vitest';
import { pricesOf, readPrices } from '../../lambda/campaigns/costs/prices.ts';
import { marketOf, RATE_CARDS } from '../../lambda/campaigns/costs/rate-card.ts';

const NOW = Date.parse('2026-12-01T00:00:00Z');

describe('the rate card', () => {
  test('has a rate for each category of each market, in the order of their dates', () => {
    const dates = RATE_CARDS.map(({ from }) => from);
    expect(dates).toEqual(dates.toSorted());
    for (const { micros } of RATE_CARDS) {
      for (const rates of Object.values(micros)) {
        expect(rates.every((rate) => Number.isInteger(rate) && rate > 0 && rate < 1_000_000)).toBe(
          true,
        );
      }
    }
  });

  test('takes a country of no market of its own by its region, or as any other', () => {
    expect(['MX', 'EC', 'AU', 'GG', 'BS', 'ZZ'].map(marketOf)).toEqual([
      ...['Mexico', 'Rest of Latin America', 'Rest of Asia Pacific', 'United Kingdom'],
      ...['Other', 'Other'],
    ]);
    expect(RATE_CARDS.every(({ micros }) => marketOf('ZZ') in micros)).toBe(true);
  });

  test('tells what a message of a category costs', () => {
    expect(pricesOf('marketing', NOW)).toMatchObject({ currency: 'USD', rates: '2026-07-01' });
    expect(pricesOf('marketing', NOW).microsOf('DE')).toBe(136_500);
    expect(pricesOf('utility', NOW).microsOf('DE')).toBe(55_000);
    expect(pricesOf('authentication', NOW).microsOf('IN')).toBe(1400);
  });
});

describe('prices that somebody gives', () => {
  test('count by country, and by default for all others', () => {
    const given = readPrices('{"currency":"EUR","rates":{"MX":0.025,"default":0.05}}');

    expect(given.ok && ['MX', 'DE'].map(given.prices.microsOf)).toEqual([25_000, 50_000]);
  });

  test('are the dearest where a country has none', () => {
    const given = readPrices('{"currency":"EUR","rates":{"MX":0.025,"ES":0.07}}');

    expect(given.ok && given.prices.microsOf('DE')).toBe(70_000);
  });

  test.each([
    ['no', 'no JSON'],
    ['{}', 'currency takes'],
    ['{"currency":"eur","rates":{"MX":1}}', 'currency takes'],
    ['{"currency":"EUR"}', 'rates takes'],
    ['{"currency":"EUR","rates":{}}', 'rates takes'],
    ['{"currency":"EUR","rates":{"Mexico":1}}', 'rates takes'],
    ['{"currency":"EUR","rates":{"MX":-1}}', 'rates takes'],
    ['{"currency":"EUR","rates":{"MX":"1"}}', 'rates takes'],
  ])('%s are refused with an example', (text, words) => {
    const given = readPrices(text);

    expect(given).toMatchObject({ ok: false, reason: expect.stringContaining(words) });
    expect(given).toMatchObject({ reason: expect.stringContaining('an example: {') });
  });
});
