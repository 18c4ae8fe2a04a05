import conditions from 'dynalite/db/conditionParser.js';
import updates, { type Context, type Parser } from 'dynalite/db/updateParser.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { remembering } from '../../local/aws/parsed-expressions.ts';

const original = { updates: updates.parse, conditions: conditions.parse };

const UPDATES = [
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
const CONDITIONS = [
  'attribute_not_exists(#a)',
  'attribute_not_exists(#a) AND (attribute_not_exists(#b) OR #b <= :a)',
  'NOT (#a = :a) OR begins_with(#b, :b)',
  '#a BETWEEN :a AND :b',
  'attribute_type(#a, :a)',
  'size(#a) > :a AND contains(#b, :b)',
  '#a IN (:a, :b)',
  '#a = #a',
  '((#a = :a))',
  '#a = :c',
  'select = :a',
  '#a =',
];

const value = fc.oneof(
  fc.record({ S: fc.string() }),
  fc.record({ N: fc.integer().map(String) }),
  fc.record({ L: fc.array(fc.record({ S: fc.string() })) }),
  fc.record({ SS: fc.array(fc.string()) }),
);
const request = {
  names: fc.constantFrom({ '#a': 'one', '#b': 'two' }, { '#a': 'constructor', '#b': '__proto__' }),
  values: fc.record({ ':a': value, ':b': value }),
};
const update = fc.record({ ...request, expression: fc.constantFrom(...UPDATES) });
const condition = fc.record({ ...request, expression: fc.constantFrom(...CONDITIONS) });

interface Request {
  readonly expression: string;
  readonly names: Record<string, string>;
  readonly values: Record<string, object>;
}

/** As dynalite calls the parser; what is not used afterwards is an error of its own. */
function read(parse: Parser['parse'], { expression, names, values }: Request) {
  const context: Context & object = {
    attrNames: names,
    attrVals: values,
    unusedAttrNames: { '#a': true, '#b': true },
    unusedAttrVals: { ':a': true, ':b': true },
  };
  const compare = (_: string, a: object, b: object) => JSON.stringify(a) > JSON.stringify(b);
  Object.assign(context, { isReserved: (name: string) => name === 'select', compare });
  const outcome = () => {
    try {
      return parse(expression, { context });
    } catch (error) {
      return String(error);
    }
  };
  return [outcome(), context.unusedAttrNames, context.unusedAttrVals];
}

test.each([
  ['update', update, original.updates],
  ['condition', condition, original.conditions],
] as const)(
  'a parser that remembers says of every %s what dynalite’s own says',
  (_, one, parse) => {
    fc.assert(
      fc.property(fc.array<Request>(one, { minLength: 1, maxLength: 30 }), (requests) => {
        const remembers = remembering(parse);
        for (const request of requests)
          expect(read(remembers, request)).toEqual(read(parse, request));
      }),
    );
  },
);

test('an expression is read once for the same names and types', () => {
  let reads = 0;
  const remembers = remembering((...given) => {
    reads += 1;
    return original.updates(...given);
  });
  for (const S of ['x', 'y']) {
    const values = { ':a': { S }, ':b': { S } };
    read(remembers, {
      expression: UPDATES[0] ?? '',
      names: { '#a': 'one', '#b': 'two' },
      values,
    });
  }
  expect(reads).toBe(1);
});
