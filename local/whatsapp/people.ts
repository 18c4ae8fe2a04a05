import { accountNumber } from '../../lambda/events/alternate-numbers.ts';
import { createPerson } from '../traffic/people.ts';
import { digits, seededRandom } from '../traffic/random.ts';
import { countryOf } from './countries.ts';

/** Somebody with WhatsApp on their phone. */
export interface Person {
  /** In digits; undefined for whom the business knows by their user id alone. */
  readonly phone: string | undefined;
  /** Business-scoped user id. */
  readonly userId: string;
  readonly lid: string;
  readonly country: string;
  name: string;
  /** Who has one shows their number only to businesses that they have to do with. */
  username: string | undefined;
  wantsMarketing: boolean;
  /** By channel. */
  readonly lastWroteAt: Map<string, number>;
  /** When a business number last wrote to their phone number, by channel. */
  readonly lastReachedAt: Map<string, number>;
}

/** Found by account number, user id and LID. */
export type People = Map<string, Person>;

export const USER_ID = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;
const PHONE = /^\d{7,15}$/;
const DAY_MS = 86_400_000;
const PHONE_SHOWN_DAYS = 30;

/** The digits of a number as people write it; undefined where it is none. */
export function phoneDigits(text: string): string | undefined {
  const written = text.replace(/[\s().-]/g, '').replace(/^\+/, '');
  return PHONE.test(written) ? written : undefined;
}

/** Whoever has that number, user id or LID. */
export function findPerson(people: People, name: string): Person | undefined {
  const phone = phoneDigits(name);
  return people.get(phone === undefined ? name : accountNumber(phone));
}

/** Whoever has that number or user id; made up, always the same, where nobody had until now. */
export function meetPerson(people: People, name: string): Person {
  const known = findPerson(people, name);
  if (known !== undefined) return known;
  const phone = phoneDigits(name);
  const account = phone === undefined ? undefined : accountNumber(phone);
  const random = seededRandom(0, account ?? name);
  const country = account === undefined ? name.slice(0, 2) : countryOf(account);
  const made = createPerson(random);
  const person: Person = {
    ...{ phone: account, country, lid: made.lid, name: made.name },
    userId: account === undefined ? name : `${country}.${digits(random, 20)}`,
    username: account === undefined ? made.username : undefined,
    wantsMarketing: true,
    lastWroteAt: new Map(),
    lastReachedAt: new Map(),
  };
  for (const key of [account, person.userId, person.lid]) {
    if (key !== undefined) people.set(key, person);
  }
  return person;
}

/** Whether what a person sends to a channel shows their number. */
export function showsPhone(person: Person, channel: string, now: number): boolean {
  if (person.phone === undefined) return false;
  if (person.username === undefined) return true;
  const reachedAt = person.lastReachedAt.get(channel) ?? Number.NEGATIVE_INFINITY;
  return now - reachedAt < PHONE_SHOWN_DAYS * DAY_MS;
}

/** Whether the business may write to somebody whatever it likes: for 24 hours after they wrote. */
export function isWindowOpen(person: Person, channel: string, now: number): boolean {
  return now - (person.lastWroteAt.get(channel) ?? Number.NEGATIVE_INFINITY) < DAY_MS;
}
