import { memberOf } from '../../shared/json/json-source.ts';
import type { Category } from '../templates/template.ts';
import { marketOf, RATE_CARDS, type RateCard } from './rate-card.ts';

/** What messages of a category cost, as far as it is known. */
export interface Prices {
  readonly currency: string;
  /** Since when they are valid, or `prices` where somebody gave them. */
  readonly rates: string;
  /** In millionths of the currency's unit. @param country two letters */
  readonly microsOf: (country: string) => number;
  /** What the dearest of all costs. */
  readonly dearestMicros: number;
}

/** By the card that is valid at a time. @param nowMs in ms since 1970 */
export function pricesOf(category: Category, nowMs: number): Prices {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const card = RATE_CARDS.findLast(({ from }) => from <= day) ?? RATE_CARDS[0];
  return {
    ...{ currency: card.currency, rates: card.from },
    microsOf: (country) => rateOf(card, marketOf(country), category),
    dearestMicros: Math.max(
      ...Object.keys(card.micros).map((market) => rateOf(card, market, category)),
    ),
  };
}

function rateOf(card: RateCard, market: string, category: Category): number {
  const [marketing, utility, authentication] = card.micros[market] ?? card.micros['Other'] ?? [];
  return { marketing, utility, authentication }[category] ?? 0;
}

type GivenPrices =
  | { readonly ok: true; readonly prices: Prices }
  | { readonly ok: false; readonly reason: string };

const EXAMPLE = '{"currency":"EUR","rates":{"MX":0.0253,"default":0.05}}';

/**
 * Prices that somebody gave in place of the card: a currency, and by country, or `default`, what a message
 * costs in it.
 */
export function readPrices(text: string): GivenPrices {
  const refused = (reason: string) => ({ ok: false, reason: `prices: ${reason}` }) as const;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refused(`no JSON; an example: ${EXAMPLE}`);
  }
  const currency = memberOf(json, 'currency');
  const rates = memberOf(json, 'rates');
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) {
    return refused(`currency takes three capital letters; an example: ${EXAMPLE}`);
  }
  const entries = typeof rates === 'object' && rates !== null ? Object.entries(rates) : [];
  const odd = entries.find(([country, rate]) => !isCountry(country) || !isRate(rate));
  if (entries.length === 0 || odd !== undefined) {
    return refused(`rates takes a number for each country, or default; an example: ${EXAMPLE}`);
  }
  const micros = new Map(entries.map(([country, rate]) => [country, Math.round(rate * 1_000_000)]));
  const dearest = Math.max(...micros.values());
  const other = micros.get('default') ?? dearest;
  const microsOf = (country: string) => micros.get(country) ?? other;
  return { ok: true, prices: { currency, rates: 'prices', microsOf, dearestMicros: dearest } };
}

function isCountry(text: string): boolean {
  return text === 'default' || /^[A-Z]{2}$/.test(text);
}

/** Nothing that a message costs is above a thousand of any unit. */
function isRate(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1000;
}
