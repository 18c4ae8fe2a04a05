import { type Random, seededRandom } from '../traffic/random.ts';
import { type BusinessNumber, NUMBERS } from './business.ts';
import type { Ledger } from './ledger.ts';
import type { MarketingShare, Pairs, Reached, Times } from './limits.ts';
import type { Outbox } from './outbox.ts';
import type { People } from './people.ts';
import { DEFAULT_RULES, type Rules } from './rules.ts';
import { seedTemplates } from './seed-templates.ts';
import type { Template } from './templates.ts';

/** By which the two APIs know the business. */
interface Tokens {
  readonly meta: string;
  readonly wasender: string;
}

export interface UploadedFile {
  /** The number that it was uploaded for. */
  readonly number: string;
  readonly mimeType: string;
  readonly bytes: Buffer;
  readonly uploadedAt: number;
}

/** All that the stand-in knows: plain state, which its rules read and change. */
export interface World {
  readonly tokens: Tokens;
  readonly random: Random;
  rules: Rules;
  readonly numbers: Map<string, BusinessNumber>;
  readonly templates: Template[];
  readonly people: People;
  readonly files: Map<string, UploadedFile>;
  readonly deletedFiles: Set<string>;
  readonly ledger: Ledger;
  readonly outbox: Outbox;
  /** Messages of each number, both ways. */
  readonly traffic: Map<string, Times>;
  readonly pairs: Pairs;
  readonly reached: Reached;
  /** By user id. */
  readonly marketing: Map<string, MarketingShare>;
  /** Sends of the WasenderApi session. */
  readonly sessionSends: Times;
  isSubscribed: boolean;
}

export interface WorldOptions {
  readonly tokens: Tokens;
  /** Decides what comes late, twice and in disorder. */
  readonly seed: number;
}

export function createWorld({ tokens, seed }: WorldOptions): World {
  return {
    ...{ tokens, random: seededRandom(seed, 'whatsapp'), rules: DEFAULT_RULES },
    numbers: new Map(NUMBERS.map((number) => [number.id, number])),
    ...{ templates: seedTemplates(), people: new Map(), files: new Map() },
    deletedFiles: new Set(),
    ledger: { receipts: [], written: [], refusals: new Map(), triedAt: new Map() },
    outbox: [],
    ...{ traffic: new Map(), pairs: new Map(), reached: new Map(), marketing: new Map() },
    ...{ sessionSends: [], isSubscribed: true },
  };
}

/** The entry of a map, made where there is none. */
export function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
