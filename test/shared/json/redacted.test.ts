import { describe, expect, test } from 'vitest';
import { EXCERPT_BYTES, excerptOf, redacted } from '../../../lambda/shared/json/redacted.ts';

test('what an endpoint says is kept without what it may repeat', () => {
  const said =
    'No order for +52 155 5000 1111 <lucia@shop.example>, wamid.HBgNNTIxNTU1MDAwMTExMRUC!';

  expect(redacted(said)).toBe('No order for +# # # # … wamid.…!');
});

test.each(['lucia@shop', 'lucia%40shop', 'lucia\\u0040shop', 'lucia&#64;shop', 'lucia＠shop'])(
  'an address is taken out however its @ is written: %s',
  (address) => {
    expect(redacted(`nobody ${address} here`)).toBe('nobody … here');
  },
);

test('digits of every script are taken out, and control characters', () => {
  expect(redacted('٥٢١ \u0000and\r\n\uFFFE more')).toBe('#  and \n  more');
});

describe('of a longer answer', () => {
  const cut = (text: string) => excerptOf(Buffer.from(text).subarray(0, EXCERPT_BYTES), false);
  /** A text that reaches into the second kilobyte by so many bytes. */
  const around = (text: string, bytes: number) => {
    const length = EXCERPT_BYTES + bytes - Buffer.byteLength(text);
    return `${'no '.repeat(Math.ceil(length / 3)).slice(-length)}${text} and more`;
  };

  test('the first kilobyte is kept, in whole words', () => {
    expect(cut('no '.repeat(1_000))).toBe(`${'no '.repeat(341)}…`);
  });

  test('a whole kilobyte is kept to its end', () => {
    const whole = `${'no '.repeat(341)}n`;
    expect(excerptOf(Buffer.from(whole), true)).toBe(whole);
  });

  test.each([
    'lucia@shop.example',
    '<lucia@shop.example>',
    '{"to":"lucia@shop.example"}',
    'mailto:lucia@shop.example',
    "lucia.o'brien+shop@shop.example",
    'lucia\\u0040shop.example',
    'lucia%40shop.example',
    'wamid.luciaHBgNNTIxNTU1MDAwMTExMRUC',
    '+52 155 5000 1111',
    'luciañandú',
    '👍lucia👍',
  ])('nothing is left of what the cut goes through: %s', (text) => {
    const bytes = Buffer.byteLength(text);
    for (let beyond = 1; beyond < bytes; beyond += 1) {
      const kept = cut(around(text, beyond));
      expect(kept).not.toMatch(/lu|\p{N}|\uFFFD/u);
      expect(kept).toMatch(/…$/);
    }
  });

  test('without spaces, what is before the cut word is kept', () => {
    const json = `[${'{"error":"no"},'.repeat(200)}]`;
    expect(cut(json)).toMatch(/^\[\{"error":"no"\},.*…$/);
  });
});
