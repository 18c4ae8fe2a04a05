import type { Provider } from '../../lambda/events/event.ts';
import { metaTraffic } from './meta-traffic.ts';
import { integerBelow, seededRandom, shuffled } from './random.ts';
import type { ScriptOptions } from './script.ts';
import { wasenderTraffic } from './wasender-traffic.ts';

export interface Webhook {
  readonly provider: Provider;
  /** The body, byte for byte. */
  readonly body: string;
}

export interface TrafficOptions extends ScriptOptions {
  readonly provider: Provider;
  /** Updates in one webhook, at most. */
  readonly batch: number;
}

export interface DisorderOptions {
  readonly seed: number;
  /** Share of the webhooks that come a second time, from 0 to 1. */
  readonly duplicates: number;
  /** Whether the webhooks come in any order. */
  readonly shuffle: boolean;
}

/** Webhooks as a provider would send them in an undisturbed hour. */
export function generateTraffic(options: TrafficOptions): Webhook[] {
  const { provider, batch } = options;
  const bodies =
    provider === 'meta' ? metaTraffic(options, batch) : wasenderTraffic(options, batch);
  return bodies.map((body) => ({ provider, body }));
}

/** How far behind the first one a duplicate comes, at most. */
const DUPLICATE_DISTANCE = 50;

/** What a network and a provider's retries make of webhooks: some twice, byte for byte, or all in any order. */
export function disturb(webhooks: readonly Webhook[], options: DisorderOptions): Webhook[] {
  const random = seededRandom(options.seed, 'disorder');
  const places = webhooks.map((webhook, place) => ({ webhook, place }));
  const again = shuffled(random, places)
    .slice(0, Math.round(options.duplicates * webhooks.length))
    .map(({ webhook, place }) => ({
      webhook,
      place: place + 0.5 + integerBelow(random, DUPLICATE_DISTANCE),
    }));
  const all = [...places, ...again]
    .sort((one, other) => one.place - other.place)
    .map(({ webhook }) => webhook);
  return options.shuffle ? shuffled(random, all) : all;
}
