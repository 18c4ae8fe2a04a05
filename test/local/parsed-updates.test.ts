import parser, { type Context } from 'dynalite/db/updateParser.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { remembering } from '../../local/aws/parsed-updates.ts';

const original = parser.parse;

const EXPRESSIONS = [
  'SET #a = :a, #b = if_not_exists(#b, :b)',
  'SET #a = #b + :a, #b = list_append(#a, :b)',
  'SET #a.x[1] = :a REMOVE #b',
  'ADD #a :a DELETE #b :b',
  'SET #a = :a',
  'SET #a = :a, #a = :b',
  'SET nowhere = :c',
  'SET select = :a',
  'SET',
];

const value = fc.oneof(
  fc.record({ S: fc.string() }),
  fc.record({ N: fc.integer().map(String) }),
  fc.record({ L: fc.array(fc.record({ S: fc.string() })) }),
  fc.record({ SS: fc.array(fc.string()) }),
);
const update = fc.record({
  expression: fc.constantFrom(...EXPRESSIONS),
  names: fc.constantFrom({ '#a': 'one', '#b': 'two' }, { '#a': 'constructor', '#b': '__proto__' }),
  values: fc.record({ ':a': value, ':b': value }),
});

type Update = typeof update extends fc.Arbitrary<infer One> ? One : never;

/** As dynalite calls the parser; what is not used afterwards is an error of its own. */
function read(parse: typeof parser.parse, { expression, names, values }: Update) {
  const context: Context & object = {
    attrNames: names,
    attrVals: values,
    unusedAttrNames: { '#a': true, '#b': true },
    unusedAttrVals: { ':a': true, ':b': true },
  };
  Object.assign(context, { isReserved: (name: string) => name === 'select' });
  const outcome = () => {
    try {
      return parse(expression, { context });
    } catch (error) {
      return String(error);
    }
  };
  return [outcome(), context.unusedAttrNames, context.unusedAttrVals];
}

test('a parser that remembers says of every update what dynalite’s own says', () => {
  fc.assert(
    fc.property(fc.array(update, { minLength: 1, maxLength: 30 }), (updates) => {
      const remembers = remembering(original);
      for (const one of updates) expect(read(remembers, one)).toEqual(read(original, one));
    }),
  );
});

test('an expression is read once for the same names and types', () => {
  let reads = 0;
  const remembers = remembering((...given) => {
    reads += 1;
    return original(...given);
  });
  for (const S of ['x', 'y']) {
    const values = { ':a': { S }, ':b': { S } };
    read(remembers, {
      expression: EXPRESSIONS[0] ?? '',
      names: { '#a': 'one', '#b': 'two' },
      values,
    });
  }
  expect(reads).toBe(1);
});
