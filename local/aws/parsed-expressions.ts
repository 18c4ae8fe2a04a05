import conditions from 'dynalite/db/conditionParser.js';
import updates, { type Context, type Parser } from 'dynalite/db/updateParser.js';

type Parse = Parser['parse'];

interface Parsed {
  readonly tree: object;
  readonly values: readonly object[];
  /** What of its context the expression names. */
  readonly usedNames: readonly string[];
  readonly usedValues: readonly string[];
}

/** More than the functions have; others come from people who try things. */
const MAX_REMEMBERED = 1000;

const parsers = [updates, conditions].map((parser) => ({ parser, parse: parser.parse }));

/** Lets dynalite remember the expressions that it has read. */
export function rememberParsedExpressions(): void {
  for (const { parser, parse } of parsers) parser.parse = remembering(parse);
}

/** What these mean, or whether they may be said, depends on the values and not on their types alone. */
const BY_VALUE = /between|attribute_type/i;

/**
 * A parser that reads each expression once for the same names and types of values, and puts other
 * values in the tree.
 *
 * To parse takes dynalite most of the CPU of an update with a condition, and functions send a few
 * expressions over and over.
 */
export function remembering(read: Parse): Parse {
  const remembered = new Map<string, Parsed>();
  return (expression, { context }) => {
    if (BY_VALUE.test(expression)) return read(expression, { context });
    const values = Object.values(context.attrVals ?? {});
    const key = JSON.stringify([expression, context.attrNames, typesOf(context)]);
    const known = remembered.get(key);
    if (known !== undefined) return replay(known, context, values);
    const { unusedAttrNames, unusedAttrVals } = context;
    const before = [Object.keys(unusedAttrNames), Object.keys(unusedAttrVals)] as const;
    const tree = read(expression, { context });
    if (typeof tree !== 'object' || tree === null) return tree;
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    const parsed = {
      ...{ tree, values },
      usedNames: before[0].filter((name) => !(name in unusedAttrNames)),
      usedValues: before[1].filter((name) => !(name in unusedAttrVals)),
    };
    remembered.set(key, parsed);
    return replay(parsed, context, values);
  };
}

function typesOf({ attrVals = {} }: Context): unknown {
  return Object.entries(attrVals).map(([name, value]) => [name, ...Object.keys(value)]);
}

function replay(known: Parsed, context: Context, values: readonly object[]): unknown {
  for (const name of known.usedNames) delete context.unusedAttrNames[name];
  for (const name of known.usedValues) delete context.unusedAttrVals[name];
  return withValues(known.tree, new Map(known.values.map((old, at) => [old, values[at]])));
}

/** A copy of a tree with other values in the places of the old ones. */
function withValues(node: unknown, replaced: ReadonlyMap<unknown, unknown>): unknown {
  if (typeof node !== 'object' || node === null) return node;
  if (replaced.has(node)) return replaced.get(node);
  if (Array.isArray(node)) return node.map((one) => withValues(one, replaced));
  const members = Object.entries(node).map(([name, one]) => [name, withValues(one, replaced)]);
  return Object.assign(Object.create(Object.getPrototypeOf(node)), Object.fromEntries(members));
}
