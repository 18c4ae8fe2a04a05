import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCursor, writeCursor } from '../../lambda/answers/cursor.ts';
import {
  contactParameters,
  messageParameters,
  timelineParameters,
} from '../../lambda/answers/parameters.ts';
import { RawJson, writeJson } from '../../lambda/shared/json/raw-json.ts';

const path = { channel: 'shop', contact: '5215550001111' };

describe('a cursor', () => {
  const cursor = writeCursor('1795212000000~ message p', 'shop', '521');

  test('leads back to its position', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (position, channel, contact) => {
        const here = position.toWellFormed();
        fc.pre(here !== '');
        expect(readCursor(writeCursor(here, channel, contact), channel, contact)).toEqual({
          ok: true,
          position: here,
        });
      }),
    );
  });

  test('is refused for another contact or channel', () => {
    const refused = { ok: false, reason: 'the cursor was changed, or is of another list' };
    expect(readCursor(cursor, 'shop', '522')).toEqual(refused);
    expect(readCursor(cursor, 'other', '521')).toEqual(refused);
  });

  test('is refused when any character of it was changed', () => {
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...'aZ9-_.~ é'), (at, character) => {
        fc.pre(cursor[at] !== character);
        const changed = cursor.slice(0, at) + character + cursor.slice(at + 1);
        const reading = readCursor(changed, 'shop', '521');
        // Unused bits at the end of base64 change nothing.
        if (reading.ok) expect(reading).toEqual(readCursor(cursor, 'shop', '521'));
      }),
    );
  });

  test('is refused with the reason when it is of another version', () => {
    expect(readCursor(cursor.replace(/^1/, '2'), 'shop', '521')).toEqual({
      ok: false,
      reason: 'the cursor is of another version: start again without it',
    });
  });
});

describe('parameters of a timeline', () => {
  test('default to 50 entries from the newest', () => {
    expect(timelineParameters(path, {})).toEqual({
      ok: true,
      ...path,
      limit: 50,
      after: undefined,
    });
  });

  test.each(['1', '100', '007'])('take a limit of %s', (limit) => {
    expect(timelineParameters(path, { limit })).toMatchObject({ limit: Number(limit) });
  });

  test.each(['0', '101', '-1', '1.5', 'ten', '', ' 5', '1e2', '99999'])(
    'refuse a limit of "%s"',
    (limit) => {
      expect(timelineParameters(path, { limit })).toEqual({
        ok: false,
        reason: 'limit is not a whole number from 1 to 100',
      });
    },
  );

  test('refuse what is no cursor', () => {
    expect(timelineParameters(path, { cursor: 'x' })).toEqual({
      ok: false,
      reason: 'the cursor is none that this API gave',
    });
  });

  test('take the cursor of the page before', () => {
    const cursor = writeCursor('here', path.channel, path.contact);
    expect(timelineParameters(path, { cursor })).toMatchObject({ after: 'here' });
  });
});

describe('path parameters', () => {
  test.each([
    '5215550001111',
    '+5215550001111',
    '%2B5215550001111',
    ' 5215550001111',
    '+52 1 555 000-1111',
    '52 1 (555) 000.1111',
    '005215550001111',
    '00 52 1 555 000 1111',
    '+52 (0)1 555 000 1111',
    '\u202A+52\u00A01\u00A0555\u2011000\u20131111\u202C',
    '5215550001111@s.whatsapp.net',
  ])('read the phone number "%s"', (contact) => {
    expect(contactParameters({ channel: 'shop', contact })).toMatchObject({
      contact: '5215550001111',
    });
  });

  test.each(['0555 000 1111', '+0555 000 1111', '000555'])(
    'refuse the phone number "%s", which no country code begins',
    (contact) => {
      expect(contactParameters({ channel: 'shop', contact })).toEqual({
        ok: false,
        reason:
          'contact is a phone number without its country code; write it in full, such as 5215550001111',
      });
    },
  );

  test.each([
    ['MX.10000000000000000001'],
    ['20000000000001@lid'],
    ['Y2FwaQ=='],
    ['5215550001111-1620000000@g.us'],
    ['status@broadcast'],
    ['0'],
  ])('read "%s" as it is', (contact) => {
    expect(contactParameters({ channel: 'shop', contact })).toMatchObject({ contact });
  });

  const wamid = 'wamid.HBgN+TIx/TU1MDAwMTExMRUC==';
  test.each([wamid, encodeURIComponent(wamid), wamid.replace('+', ' '), wamid.replace('/', '%2f')])(
    'read the wamid "%s"',
    (written) => {
      expect(messageParameters({ channel: 'shop', wamid: written })).toMatchObject({ wamid });
    },
  );

  test('keep a per cent sign that encodes nothing', () => {
    expect(contactParameters({ ...path, channel: '50%' })).toMatchObject({ channel: '50%' });
  });

  test.each([
    [{ channel: '', contact: '521' }, 'channel is empty'],
    [{ contact: '521' }, 'channel is empty'],
    [{ channel: 'shop', contact: '%20' }, 'contact is empty'],
    [{ channel: 'shop', contact: 'a\nb' }, 'contact has control characters'],
    [{ channel: 'x'.repeat(513), contact: '521' }, 'channel is longer than 512 characters'],
  ])('refuse %j', (refused, reason) => {
    expect(contactParameters(refused)).toEqual({ ok: false, reason });
    expect(timelineParameters(refused, {})).toEqual({ ok: false, reason });
  });

  test('refuse a message without a channel or a wamid', () => {
    expect(messageParameters({ wamid })).toEqual({ ok: false, reason: 'channel is empty' });
    expect(messageParameters({ channel: 'shop' })).toEqual({ ok: false, reason: 'wamid is empty' });
  });
});

describe('writeJson', () => {
  test('writes plain data as JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(writeJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('puts source text in as it is', () => {
    const raw = new RawJson('{"n":12345678901234567890, "n":1.0}');
    expect(writeJson({ a: [raw, null], b: 'é' })).toBe(`{"a":[${raw.text},null],"b":"é"}`);
  });
});
