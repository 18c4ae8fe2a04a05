import { hash } from 'node:crypto';
import { accountNumber } from '../../events/alternate-numbers.ts';

const FIRST_SLOTS = 1 << 12;

/**
 * A set of whole numbers above 0, in an open table of 8 bytes a slot: 16 MB hold a million.
 *
 * @param seed a random number, so that nobody can choose numbers that all want the same slot
 */
export function numberSet(seed: number) {
  let slots = new Float64Array(FIRST_SLOTS);
  let size = 0;

  /** Where it is, or where it would be. */
  function slotOf(number: number): number {
    const mask = slots.length - 1;
    let slot = mixed(number, seed) & mask;
    while (slots[slot] !== 0 && slots[slot] !== number) slot = (slot + 1) & mask;
    return slot;
  }

  function grow(): void {
    const before = slots;
    slots = new Float64Array(before.length * 2);
    for (const number of before) if (number !== 0) slots[slotOf(number)] = number;
  }

  return {
    has: (number: number): boolean => slots[slotOf(number)] === number,
    /** Whether it was not there. */
    add: (number: number): boolean => {
      const slot = slotOf(number);
      if (slots[slot] === number) return false;
      slots[slot] = number;
      size += 1;
      if (size * 2 > slots.length) grow();
      return true;
    },
    bytes: (): number => slots.byteLength,
  };
}

/** By the last steps of MurmurHash3, over both halves. */
function mixed(number: number, seed: number): number {
  let bits = Math.imul((number % 4_294_967_296) ^ seed, 0xcc9e2d51);
  bits = Math.imul(bits ^ Math.floor(number / 4_294_967_296) ^ (bits >>> 15), 0x1b873593);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** Names of people, each account once however its number is written. */
export interface NameSet {
  readonly has: (name: string) => boolean;
  readonly add: (name: string) => void;
}

const DIGITS = /^\d{1,15}$/;

/** Of numbers the digits are kept, of other names a hash of 106 bits. */
export function nameSet(seed: number): NameSet {
  const numbers = numberSet(seed);
  const [firsts, seconds] = [numberSet(seed), numberSet(seed)];
  return {
    has: (name) => {
      if (DIGITS.test(name)) return numbers.has(Number(accountNumber(name)));
      const [first, second] = hashOf(name);
      return firsts.has(first) && seconds.has(second);
    },
    add: (name) => {
      if (DIGITS.test(name)) {
        numbers.add(Number(accountNumber(name)));
        return;
      }
      const [first, second] = hashOf(name);
      firsts.add(first);
      seconds.add(second);
    },
  };
}

const MANTISSA = 2 ** 53 - 1;

/** Two numbers, each of 53 bits and above 0. */
function hashOf(name: string): readonly [number, number] {
  const bytes = hash('sha256', name, 'buffer');
  return [wholeAt(bytes, 0), wholeAt(bytes, 8)];
}

function wholeAt(bytes: Buffer, at: number): number {
  const high = bytes.readUInt32BE(at) & 0x1f_ffff;
  return Math.min(high * 4_294_967_296 + bytes.readUInt32BE(at + 4) + 1, MANTISSA);
}
