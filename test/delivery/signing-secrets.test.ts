import { describe, expect, test } from 'vitest';
import { parseSigningKey, signingSecrets } from '../../lambda/delivery/signing-secrets.ts';
import { aSubscriber } from '../support/subscribers.ts';

const NOW = 1_795_212_000_000;
const secretsOf = (overrides: Parameters<typeof aSubscriber>[0], key = 'key') =>
  signingSecrets(key, aSubscriber(overrides), NOW);

describe('signing secrets', () => {
  test('are frozen: a change would make every receiver refuse what it gets', () => {
    expect(secretsOf({ format: 'standard' })).toEqual({
      current: 'whsec_dhDoan2Cwk6gYOoWT5eS+eCkshVzRifuXWMyzpTUBC4=',
    });
    expect(secretsOf({ format: 'provider' })).toEqual({
      current: '7610e86a7d82c24ea060ea164f9792f9e0a4b215734627ee5d6332ce94d4042e',
    });
  });

  test('differ by key, subscriber and version', () => {
    const all = [
      secretsOf({}),
      secretsOf({}, 'other key'),
      secretsOf({ id: 'sub_1' }),
      secretsOf({ secretVersion: 2 }),
    ];
    expect(new Set(all.map(({ current }) => current)).size).toBe(4);
  });

  test('have the one before a rotation beside them, until its time is up', () => {
    const before = secretsOf({ secretVersion: 1 }).current;
    const rotated = { secretVersion: 2, previousSecretUntil: NOW + 1 };

    expect(secretsOf(rotated).previous).toBe(before);
    expect(secretsOf({ ...rotated, previousSecretUntil: NOW })).not.toHaveProperty('previous');
  });
});

describe('the signing key', () => {
  test('is read from what Secrets Manager generated', () => {
    expect(parseSigningKey('{"signingKey":"abc"}')).toBe('abc');
  });

  test.each(['hunter2', '{"signingKey":""}', '{"key":"hunter2"}', '["hunter2"]'])(
    'is refused in %s, without its content',
    (text) => {
      expect(() => parseSigningKey(text)).toThrow(/^secret is (?!.*hunter2)/);
    },
  );
});
