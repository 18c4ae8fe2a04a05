import { describe, expect, test } from 'vitest';
import { hastyComparisons } from './hasty-comparisons.ts';
import { lambdaSources } from './lambda-sources.ts';

const sources = lambdaSources();

/** None of these lets anybody in. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  // Names of members, and the sender's own key in the body that it signed, to be redacted.
  'lambda/providers/wasender/webhook.ts': [
    'SECRETS.has(textOfString',
    'SECRETS.has(key',
    'text.includes(secret',
    'key !== name',
    'members.get(name',
  ],
};

describe('secrets are compared in constant time', () => {
  test('by nothing that ends at the first difference', () => {
    const found = sources.flatMap(({ file, source }) =>
      hastyComparisons(source)
        .filter((comparison) => !HARMLESS[file]?.includes(comparison))
        .map((comparison) => `${file}: ${comparison}`),
    );
    expect(found).toEqual([]);
  });

  test('of equal lengths: at one place, where both sides are digests of one kind', () => {
    const calls = sources.flatMap(({ file, source }) =>
      [...source.matchAll(/timingSafeEqual\(.*\)/g)].map(([call]) => `${file}: ${call}`),
    );
    expect(calls).toEqual([
      'lambda/providers/signature.ts: timingSafeEqual(digest(given), digest(expected))',
    ]);
  });

  test.each([
    'if (header === secret) return true;',
    'if (expected.appSecret !== given) return;',
    "return signature == metaSignature ? 'a' : 'b';",
    'const known = sessions.find((session) => session.token === token);',
    'if (secrets.includes(header)) return;',
    'if (header.startsWith(secret)) return;',
    'const session = byToken.get(token);',
    'return validTokens.has(given);',
    'return digest.equals(other);',
    'switch (request.verifyToken) {',
    'switch (header) { case secrets[0]: return true; }',
    'const secret = secrets.findIndex((candidate) => header === candidate);',
    'const known = secrets.find((one) => one === header);',
    'return appSecrets.some(async (one, index) => header === one);',
    'return secrets.every(one => one !== header);',
    'return secrets.filter(function (one) { return one === header; });',
    'return validTokens.some(({ value }) => value === given);',
    'return secrets.filter(Boolean).some((one: string): boolean => one === header);',
    'return appSecrets\n  .map((one) => one.trim())\n  .includes(header);',
    'return new Set(secrets).has(header);',
    'return [...secrets].indexOf(header) >= 0;',
    'return secrets.some((one) => header.startsWith(one));',
    'for (const one of secrets) if (one === header) return true;',
    'for (const [name, one] of Object.entries(secrets)) {\n  if (one === header) return name;\n}',
    'for (let i = 0; i < secrets.length; i += 1) if (header === secrets[i]) return i;',
    'const expected = secrets[0];\nconst it = expected;\nreturn it === header;',
    'const [current] = secrets;\nswitch (current) {',
    'while (left.secrets.pop() !== header) {',
  ])('as this would not: %s', (source) => {
    expect(hastyComparisons(source)).toHaveLength(1);
  });

  test.each([
    'if (secret === undefined) return;',
    "if (typeof secret !== 'string') throw notFilledIn(member);",
    "return secret === -1 ? 'mismatched' : secret;",
    "if (signature === '') return 'malformed';",
    '// known.token === token',
    'secrets.findIndex((candidate) => equalInConstantTime(header, candidate));',
    'return valid.map((one) => equalInConstantTime(token, one)).includes(true);',
    'if (secrets.length === limit) return;',
    "for (const one of names) if (one === 'secret') return;",
  ])('as this would be: %s', (source) => {
    expect(hastyComparisons(source)).toEqual([]);
  });
});
