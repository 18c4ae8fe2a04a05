import { describe, expect, test } from 'vitest';
import { countryOf, hasMarketingCap } from '../../../local/whatsapp/countries.ts';
import { findPerson, meetPerson, phoneDigits, showsPhone } from '../../../local/whatsapp/people.ts';
import {
  aText,
  aWorld,
  call,
  NOW,
  NUMBER,
  SOFIA,
  send,
  someoneWriting,
  statusesUntil,
} from './worlds.ts';

const DAY_MS = 86_400_000;

describe('somebody', () => {
  test('is the same by number, by its other form, by user id and by LID', () => {
    const { people } = aWorld();
    const person = meetPerson(people, '+52 555 000 1234');
    for (const name of [SOFIA, '525550001234', person.userId, person.lid]) {
      expect(findPerson(people, name)).toBe(person);
    }
    expect(person.userId).toMatch(/^MX\.\d{20}$/);
    expect(findPerson(people, '5215550001235')).toBe(undefined);
  });

  test('has the same name and user id in every world', () => {
    const { lastWroteAt: _, lastReachedAt: __, ...one } = meetPerson(aWorld().people, SOFIA);
    expect(meetPerson(aWorld().people, SOFIA)).toMatchObject(one);
  });

  test('with a username shows their number only to whom wrote to it within 30 days', () => {
    const person = meetPerson(aWorld().people, SOFIA);
    expect(showsPhone(person, NUMBER, NOW)).toBe(true);
    person.username = 'sofia';
    expect(showsPhone(person, NUMBER, NOW)).toBe(false);
    person.lastReachedAt.set(NUMBER, NOW - 30 * DAY_MS + 1);
    expect(showsPhone(person, NUMBER, NOW)).toBe(true);
    expect(showsPhone(person, NUMBER, NOW + 1)).toBe(false);
    expect(showsPhone(person, 'another number', NOW)).toBe(false);
  });
});

test.each([
  ['+52 1 (555) 000-1234', SOFIA],
  ['123456', undefined],
  ['1234567890123456', undefined],
  ['MX.123', undefined],
])('%s is the number %s', (written, digits) => {
  expect(phoneDigits(written)).toBe(digits);
});

test.each([
  ['12125550123', 'US', true],
  ['14165550123', 'ZZ', true],
  [SOFIA, 'MX', true],
  ['34600000017', 'ES', false],
  ['351910000017', 'PT', false],
  ['447700900123', 'GB', false],
  ['819000000017', 'JP', false],
])('%s is of %s', (phone, country, isCapped) => {
  expect(countryOf(phone)).toBe(country);
  expect(hasMarketingCap(country)).toBe(isCapped);
});

describe('on a phone', () => {
  const phoneOf = async (world: ReturnType<typeof aWorld>, at = NOW + 60_000) =>
    (await call(world, { path: `/stand-in/people/${SOFIA}`, at })).body;

  test('are the messages of both sides, with their ticks', async () => {
    const world = aWorld();
    someoneWriting(world);
    await send(world, aText, { at: NOW + 1 });
    const messages = [
      { direction: 'to-business', text: 'hola', state: 'written' },
      { direction: 'to-person', text: 'hi', state: 'read', code: null },
    ];
    expect(await phoneOf(world)).toMatchObject({
      person: { got: 1, wrote: 1, unread: 0 },
      messages,
    });
    const early = { person: { got: 0 }, messages: [{}, { state: 'accepted' }] };
    expect(await phoneOf(world, NOW + 1)).toMatchObject(early);
  });

  test('is nothing of what failed but the reason', async () => {
    const world = aWorld();
    const to = '5215550001213';
    someoneWriting(world, to);
    await send(world, { to, ...aText });
    const { body } = await call(world, { path: `/stand-in/people/${to}`, at: NOW + 60_000 });
    const failed = { state: 'failed', code: 131_026 };
    expect(body).toMatchObject({ person: { got: 0, failed: 1 }, messages: [{}, failed] });
  });

  test('what has arrived is read when the person looks, once', async () => {
    const world = aWorld({ statuses: { readShare: 0 } });
    someoneWriting(world);
    await send(world, aText);
    const read = { method: 'POST', path: `/stand-in/people/${SOFIA}/read` };
    expect((await call(world, read)).body).toMatchObject({ read: 0 });
    expect(statusesUntil(world, NOW + 60_000)).toHaveLength(2);
    const at = NOW + 60_000;
    expect((await call(world, { ...read, at })).body).toMatchObject({
      read: 1,
      person: { unread: 0 },
    });
    expect(statusesUntil(world, at)).toMatchObject([
      { status: 'read', timestamp: String(at / 1_000) },
    ]);
    expect((await call(world, { ...read, at })).body).toMatchObject({ read: 0 });
  });
});

describe('the ledger', () => {
  test('has each message by whom it is for, with its mark and the same hash for the same words', async () => {
    const world = aWorld();
    const { userId } = someoneWriting(world);
    await send(world, { ...aText, biz_opaque_callback_data: 'one' });
    await send(world, { recipient: userId, ...aText, biz_opaque_callback_data: 'two' });
    await send(world, { type: 'text', text: { body: 'other' } });
    const { body } = await call(world, { path: `/stand-in/ledger?recipient=${SOFIA}` });
    const [one, two, third] = world.ledger.receipts;
    const entry = { state: 'accepted', answer: 'given', code: null };
    expect(body).toMatchObject({
      recipients: [
        {
          ...{ recipient: SOFIA, userId },
          messages: [
            { ...entry, wamid: one?.wamid, mark: 'one' },
            { ...entry, wamid: two?.wamid, mark: 'two' },
            { ...entry, wamid: third?.wamid, mark: null },
          ],
        },
      ],
      repeated: [{ recipient: SOFIA, wamids: [one?.wamid, two?.wamid], marks: ['one', 'two'] }],
      taken: 3,
    });
    expect(one?.bodyHash).toBe(two?.bodyHash);
    expect(one?.bodyHash).not.toBe(third?.bodyHash);
  });

  test('has nobody twice where what was sent again had failed', async () => {
    const world = aWorld();
    const to = '5215550001213';
    someoneWriting(world, to);
    await send(world, { to, ...aText });
    await send(world, { to, ...aText });
    const { body } = await call(world, { path: '/stand-in/ledger', at: NOW + 60_000 });
    expect(body).toMatchObject({ repeated: [], taken: 2 });
  });

  test('knows nobody who was only refused', async () => {
    const world = aWorld();
    await send(world, aText);
    expect((await call(world, { path: '/stand-in/people' })).body).toEqual({ people: [] });
  });
});
