import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const sources = globSync('lambda/**/*.ts', { cwd: ROOT }).map((file) => ({
  file,
  source: readFileSync(join(ROOT, file), 'utf8'),
}));

/** Whose last word says that it holds a secret, or what is made of one. */
const SECRET = /(secret|token|signature|digest|hmac|password|apikey)s?$/i;
/** A value without secrets in it: to compare with it tells whether there is something at all. */
const TELLS_NOTHING = /^(undefined|null|true|false|''|""|-?\d+)$/;

const OPERAND = String.raw`(?:'[^']*'|"[^"]*"|-?[\w$]+(?:(?:\?\.|\.)[\w$]+|\[[^\]]*\])*)`;
const EQUALITY = new RegExp(String.raw`(typeof\s+)?(${OPERAND})\s*[!=]==?\s*(${OPERAND})`, 'g');
const LOOKUP = new RegExp(
  String.raw`(${OPERAND})\??\.(?:includes|has|get|indexOf|lastIndexOf|startsWith|endsWith|localeCompare|equals|compare|match|search)\(([^()]*)`,
  'g',
);
const SWITCH = new RegExp(String.raw`switch\s*\((${OPERAND})\)`, 'g');

/** Comparisons that end at the first difference, of what is named like a secret. */
function hastyComparisons(code: string): string[] {
  const source = code.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  const equalities = [...source.matchAll(EQUALITY)]
    .filter(([, type]) => type === undefined)
    .filter(([, , left = '', right = '']) => isSecretBeside(left, right));
  const lookups = [...source.matchAll(LOOKUP)].filter(([, within = '', sought = '']) =>
    [within, ...sought.split(/[,\s]+/)].some((one) => SECRET.test(one)),
  );
  const switches = [...source.matchAll(SWITCH)].filter(([, on = '']) => SECRET.test(on));
  return [...equalities, ...lookups, ...switches].map(([found]) => found);
}

function isSecretBeside(left: string, right: string): boolean {
  if (TELLS_NOTHING.test(left) || TELLS_NOTHING.test(right)) return false;
  return SECRET.test(left) || SECRET.test(right);
}

/** None of these lets anybody in. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  // Names of members, and the sender's own key in the body that it signed, to be redacted.
  'lambda/domain/wasender-webhook.ts': [
    'SECRETS.has(textOfString',
    'SECRETS.has(key',
    'text.includes(secret',
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
      'lambda/domain/signature.ts: timingSafeEqual(digest(given), digest(expected))',
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
  ])('as this would not: %s', (source) => {
    expect(hastyComparisons(source)).toHaveLength(1);
  });

  test.each([
    'if (secret === undefined) return;',
    "if (typeof secret !== 'string') throw notFilledIn(member);",
    "return secret === -1 ? 'mismatched' : secret;",
    "if (signature === '') return 'malformed';",
    '// known.token === token',
  ])('as this would be: %s', (source) => {
    expect(hastyComparisons(source)).toEqual([]);
  });
});
