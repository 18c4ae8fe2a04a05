import { digits, integerBelow, pick, type Random } from './random.ts';

/** Someone who writes to the business. */
export interface Person {
  readonly name: string;
  readonly phone: string;
  /** Business-scoped user id. */
  readonly userId: string;
  /** Linked id, as WasenderApi names people whose number it may not show. */
  readonly lid: string;
  /** People with a username may be known to the business by their user id alone. */
  readonly username?: string;
  /** How often a webhook names the phone, from 0 to 1. */
  readonly phoneShare: number;
}

const FIRST_NAMES = [
  'Sofía',
  'José',
  'Begoña',
  'Íñigo',
  'Zoë',
  'Emma',
  'Noah',
  'Ximena 🌸',
] as const;
const LAST_NAMES = [
  'Ñandú',
  'Pérez',
  'García Núñez',
  "O'Neill",
  'Müller',
  'Smith',
  'Açaí',
] as const;

const COUNTRIES = [
  { country: 'MX', prefix: '521', length: 10 },
  { country: 'ES', prefix: '346', length: 8 },
  { country: 'CO', prefix: '573', length: 9 },
  { country: 'US', prefix: '1', length: 10 },
] as const;

/** Two thirds are known by phone and user id, the others, who have a username, at times by user id alone. */
export function createPerson(random: Random): Person {
  const { country, prefix, length } = pick(random, COUNTRIES);
  const first = pick(random, FIRST_NAMES);
  const person = {
    name: `${first} ${pick(random, LAST_NAMES)}`,
    phone: prefix + digits(random, length),
    userId: `${country}.${digits(random, 20)}`,
    lid: `${100 + integerBelow(random, 900)}${digits(random, 11)}@lid`,
  };
  if (random() < 2 / 3) return { ...person, phoneShare: 1 };
  const username = `user.${digits(random, 6)}`;
  return { ...person, username, phoneShare: pick(random, [0, 0, 0.5]) };
}
