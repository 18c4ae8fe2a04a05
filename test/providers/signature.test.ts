import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkSharedSecret,
  checkSignature,
  equalInConstantTime,
} from '../../lambda/providers/signature.ts';
import { metaSignature } from '../support/webhooks.ts';

const body = Buffer.from('{"text":"caf\\u00e9 \\/ 👋"}');
const header = metaSignature(body, 'current');

describe('checkSignature', () => {
  test('accepts the HMAC of the bytes by any valid secret, and tells which', () => {
    expect(checkSignature(body, header, ['current', 'previous'])).toEqual({ ok: true, secret: 0 });
    expect(checkSignature(body, header, ['next', 'current'])).toEqual({ ok: true, secret: 1 });
  });

  test('agrees with openssl', () => {
    // printf '{}' | openssl dgst -sha256 -hmac key
    const vector = 'sha256=a777724d943eb48dc69bca8a4a6d57a04db3f9ec7e1de4e581e860265bdf3032';
    expect(checkSignature(Buffer.from('{}'), vector, ['key'])).toEqual({ ok: true, secret: 0 });
  });

  test('refuses any one flipped bit of the body', () => {
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.nat(7), (at, bit) => {
        const flipped = Buffer.from(body);
        flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << bit), at);
        expect(checkSignature(flipped, header, ['current'])).toMatchObject({
          reason: 'mismatched',
        });
      }),
    );
  });

  test('refuses any one changed character of the header', () => {
    fc.assert(
      fc.property(
        fc.nat(header.length - 1),
        fc.string({ minLength: 1, maxLength: 1 }),
        (at, other) => {
          fc.pre(header[at] !== other);
          const changed = header.slice(0, at) + other + header.slice(at + 1);
          expect(checkSignature(body, changed, ['current']).ok).toBe(false);
        },
      ),
    );
  });

  test.each([
    ['no header', undefined, 'missing'],
    ['an empty header', '', 'malformed'],
    ['another algorithm', header.replace('sha256', 'sha1'), 'malformed'],
    ['capitals', header.toUpperCase(), 'malformed'],
    ['a digit too few', header.slice(0, -1), 'malformed'],
    ['a digit too many', `${header}0`, 'malformed'],

    ['a line break behind', `${header}\n`, 'malformed'],
    ['two headers in one', `${header}, ${header}`, 'malformed'],
  ])('refuses %s', (_, given, reason) => {
    expect(checkSignature(body, given, ['current'])).toEqual({ ok: false, reason });
  });

  test('refuses everything where there is no secret', () => {
    expect(checkSignature(body, header, [])).toEqual({ ok: false, reason: 'mismatched' });
  });
});

describe('checkSharedSecret', () => {
  test('accepts any valid secret, and tells which', () => {
    expect(checkSharedSecret('b', ['a', 'b'])).toEqual({ ok: true, secret: 1 });
  });

  test.each([
    [undefined, 'missing'],
    ['', 'malformed'],
    ['c', 'mismatched'],
    ['a ', 'mismatched'],
  ])('refuses %j as %s', (given, reason) => {
    expect(checkSharedSecret(given, ['a', 'b'])).toEqual({ ok: false, reason });
  });
});

test('equalInConstantTime takes texts of any length', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(equalInConstantTime(a, b)).toBe(a === b);
      expect(equalInConstantTime(a, a)).toBe(true);
    }),
  );
});
