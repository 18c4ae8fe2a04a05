import { describe, expect, test } from 'vitest';
import { parseMetaSecrets, parseWasenderSecrets } from '../../lambda/providers/secrets.ts';

describe('the secret of Meta', () => {
  test('holds several app secrets, and one verify token or several', () => {
    expect(parseMetaSecrets('{"appSecrets":["a","b"],"verifyToken":"t"}')).toEqual({
      appSecrets: ['a', 'b'],
      verifyTokens: ['t'],
    });
    expect(parseMetaSecrets('{"appSecrets":["a"],"verifyToken":["t","u"]}').verifyTokens).toEqual([
      't',
      'u',
    ]);
  });

  test('may hold no app secret yet', () => {
    expect(parseMetaSecrets('{"appSecrets":[],"verifyToken":"t"}').appSecrets).toEqual([]);
  });

  test.each([
    ['is no JSON', 'hunter2', 'secret is no JSON'],
    ['has an empty app secret', '{"appSecrets":[""],"verifyToken":"hunter2"}', 'at: appSecrets'],
    ['has no verify token', '{"appSecrets":["hunter2"]}', 'at: verifyToken'],
    ['has an empty one', '{"appSecrets":["hunter2"],"verifyToken":["t",""]}', 'at: verifyToken'],
    ['is a list', '["hunter2"]', 'at: appSecrets'],
  ])('is refused when it %s, without its content', (_, text, reason) => {
    expect(() => parseMetaSecrets(text)).toThrow(reason);
    expect(() => parseMetaSecrets(text)).not.toThrow('hunter2');
  });
});

describe('the secret of WasenderApi', () => {
  const session = { session: 'shop', token: 'path', secrets: ['current', 'previous'] };
  const secretOf = (overrides: object) =>
    JSON.stringify({ sessions: [{ ...session, ...overrides }] });

  test('names sessions, or none yet', () => {
    expect(parseWasenderSecrets(secretOf({}))).toEqual([session]);
    expect(parseWasenderSecrets(secretOf({ secrets: [] }))).toEqual([{ ...session, secrets: [] }]);
    expect(parseWasenderSecrets('{"sessions":[]}')).toEqual([]);
  });

  test.each([
    ['sessions', '{}'],
    ['sessions', '{"sessions":{"session":"shop"}}'],
    ['session', secretOf({ session: '' })],
    ['token', secretOf({ token: '' })],
    ['token', secretOf({ token: 1 })],
    ['secrets', secretOf({ secrets: 'current' })],
    ['secrets', secretOf({ secrets: ['current', ''] })],
  ])('is refused without its content when it lacks %s', (member, text) => {
    expect(() => parseWasenderSecrets(text)).toThrow(
      `secret is not filled in as documented, at: ${member}`,
    );
  });
});
