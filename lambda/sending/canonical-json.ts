import { hash } from 'node:crypto';
import { isRecord } from '../shared/json/json-source.ts';

/** Deeper than any message; what is parsed without recursion is written with it. */
const MAX_DEPTH = 64;
/** 132 bits: no two requests of one key share them by chance. */
const HASH_LENGTH = 22;

/** Hash of what JSON says, in whatever order its members are. Undefined where it is nested too deep. */
export function hashOfJson(value: unknown): string | undefined {
  const isFlat = isWithin(value, MAX_DEPTH);
  if (!isFlat) return undefined;
  return hash('sha256', JSON.stringify(ordered(value)), 'base64url').slice(0, HASH_LENGTH);
}

function isWithin(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((one) => isWithin(one, depth - 1));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isRecord(value)) return value;
  const members = Object.entries(value).map(([key, one]) => [key, ordered(one)] as const);
  // A list, since an object puts members with numbers for names in an order of its own.
  return { object: members.toSorted(([one], [other]) => (one < other ? -1 : 1)) };
}
