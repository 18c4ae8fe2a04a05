import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Row = Record<string, AttributeValue>;

/** What the placeholders of an expression stand for. */
export interface Bindings {
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
}

type Test = (row: Row | undefined, given: Bindings) => boolean;

const tests = new Map<string, Test>();

/** Whether a condition, a key condition or a filter holds. Throws on what none of our functions sends. */
export function holds(condition: string, row: Row | undefined, given: Bindings): boolean {
  const test = tests.get(condition) ?? new ConditionParser(condition).parse();
  tests.set(condition, test);
  return test(row, given);
}

const PARTITION = /^(#?\w+) = (:\w+)(?: AND |$)/;

/** The partition that a key condition begins with, as DynamoDB wants it to. */
export function partitionOf(condition: string, given: Bindings) {
  const [, name, value] = PARTITION.exec(condition) ?? [];
  if (name === undefined || value === undefined) {
    throw new Error(`the table does not know ${condition}`);
  }
  return { attribute: nameOf(name, given), value: boundValue(value, given).S ?? '' };
}

const TOKEN = /\s*(<=|>=|[(),=<>]|[#:]?\w+)/y;

class ConditionParser {
  readonly #text: string;
  readonly #tokens: string[] = [];

  constructor(text: string) {
    this.#text = text;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.length) {
      const token = TOKEN.exec(text)?.[1];
      if (token === undefined) throw this.#unknown();
      this.#tokens.push(token);
    }
  }

  parse(): Test {
    const test = this.#alternatives();
    if (this.#tokens.length > 0) throw this.#unknown();
    return test;
  }

  #alternatives(): Test {
    const all = [this.#conjunction()];
    while (this.#takes('OR')) all.push(this.#conjunction());
    return (row, given) => all.some((test) => test(row, given));
  }

  #conjunction(): Test {
    const all = [this.#term()];
    while (this.#takes('AND')) all.push(this.#term());
    return (row, given) => all.every((test) => test(row, given));
  }

  #term(): Test {
    if (this.#takes('NOT')) {
      const denied = this.#term();
      return (row, given) => !denied(row, given);
    }
    if (this.#takes('(')) {
      const inner = this.#alternatives();
      this.#expect(')');
      return inner;
    }
    const word = this.#next();
    return this.#takes('(') ? this.#call(word) : this.#comparison(word);
  }

  #call(name: string): Test {
    const attribute = this.#next();
    const value = this.#takes(',') ? this.#next() : '';
    this.#expect(')');
    const at: (row: Row | undefined, given: Bindings) => AttributeValue | undefined = (
      row,
      given,
    ) => row?.[nameOf(attribute, given)];
    if (name === 'attribute_exists') return (row, given) => at(row, given) !== undefined;
    if (name === 'attribute_not_exists') return (row, given) => at(row, given) === undefined;
    const part = (given: Bindings) => boundValue(value, given).S ?? '';
    if (name === 'contains') {
      return (row, given) => at(row, given)?.S?.includes(part(given)) === true;
    }
    if (name !== 'begins_with') throw this.#unknown();
    return (row, given) => at(row, given)?.S?.startsWith(part(given)) === true;
  }

  #comparison(attribute: string): Test {
    const operator = this.#next();
    const low = this.#next();
    if (operator === '=') {
      return (row, given) => areSame(row?.[nameOf(attribute, given)], boundValue(low, given));
    }
    const order = (row: Row | undefined, given: Bindings, value: string) =>
      compare(row?.[nameOf(attribute, given)], boundValue(value, given));
    if (operator === 'BETWEEN') {
      this.#expect('AND');
      const high = this.#next();
      return (row, given) => order(row, given, low) >= 0 && order(row, given, high) <= 0;
    }
    const isMeant = COMPARISONS[operator];
    if (isMeant === undefined) throw this.#unknown();
    return (row, given) => isMeant(order(row, given, low));
  }

  #takes(token: string): boolean {
    if (this.#tokens[0] !== token) return false;
    this.#tokens.shift();
    return true;
  }

  #expect(token: string): void {
    if (!this.#takes(token)) throw this.#unknown();
  }

  #next(): string {
    const token = this.#tokens.shift();
    if (token === undefined || !/\w/.test(token) === !(token in COMPARISONS)) throw this.#unknown();
    return token;
  }

  #unknown(): Error {
    return new Error(`the table does not know ${this.#text}`);
  }
}

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** Most rows that are looked at are of other partitions. */
function areSame(a: AttributeValue | undefined, b: AttributeValue): boolean {
  if (a === undefined) return false;
  if (a.N !== undefined && b.N !== undefined) return Number(a.N) === Number(b.N);
  return (a.S ?? '') === (b.S ?? '');
}

/** Not a number, for which nothing holds, where there is no attribute. */
function compare(a: AttributeValue | undefined, b: AttributeValue): number {
  if (a === undefined) return Number.NaN;
  if (a.N !== undefined && b.N !== undefined) return Number(a.N) - Number(b.N);
  return Buffer.compare(Buffer.from(a.S ?? ''), Buffer.from(b.S ?? ''));
}

const CLAUSE = /(SET|REMOVE|ADD) (.+?)(?: (?=(?:SET|REMOVE|ADD) )|$)/y;
const ASSIGNMENT =
  /(#?\w+) = (?:(:\w+)|if_not_exists\((#?\w+), (:\w+)\)|(#?\w+) \+ (:\w+))(?:, |$)/y;
const ADDITION = /^(#?\w+) (:\w+)$/;

/** The row after an update. Throws on what none of our functions sends. */
export function updated(row: Row, expression: string, given: Bindings): Row {
  const after = { ...row };
  CLAUSE.lastIndex = 0;
  while (CLAUSE.lastIndex < expression.length) {
    const [, action, list = ''] = CLAUSE.exec(expression) ?? [];
    if (action === 'SET') assign(row, after, list, given);
    else if (action === 'ADD') add(row, after, list, given);
    else if (action === 'REMOVE') remove(after, list, given);
    else throw new Error(`the table does not know ${expression}`);
  }
  return after;
}

function assign(before: Row, after: Row, clauses: string, given: Bindings): void {
  ASSIGNMENT.lastIndex = 0;
  while (ASSIGNMENT.lastIndex < clauses.length) {
    const from = ASSIGNMENT.lastIndex;
    const match = ASSIGNMENT.exec(clauses);
    if (match === null) throw new Error(`the table does not know ${clauses.slice(from)}`);
    const [, target = '', always, tested = '', otherwise = '', augend, addend = ''] = match;
    if (augend !== undefined) {
      after[nameOf(target, given)] = sumOf(
        before[nameOf(augend, given)],
        boundValue(addend, given),
      );
      continue;
    }
    const kept = always === undefined ? before[nameOf(tested, given)] : undefined;
    after[nameOf(target, given)] = kept ?? boundValue(always ?? otherwise, given);
  }
}

function add(before: Row, after: Row, clause: string, given: Bindings): void {
  const [text, target = '', value = ''] = ADDITION.exec(clause) ?? [];
  if (text === undefined) throw new Error(`the table does not know ADD ${clause}`);
  const attribute = nameOf(target, given);
  after[attribute] = sumOf(before[attribute], boundValue(value, given));
}

function sumOf(one: AttributeValue | undefined, other: AttributeValue): AttributeValue {
  return { N: String(Number(one?.N ?? 0) + Number(other.N)) };
}

function remove(after: Row, list: string, given: Bindings): void {
  for (const name of list.split(', ')) delete after[nameOf(name, given)];
}

function nameOf(name: string, { ExpressionAttributeNames }: Bindings): string {
  const attribute = name.startsWith('#') ? ExpressionAttributeNames?.[name] : name;
  if (attribute === undefined) throw new Error(`${name} is not defined`);
  return attribute;
}

function boundValue(name: string, { ExpressionAttributeValues }: Bindings): AttributeValue {
  const value = ExpressionAttributeValues?.[name];
  if (value === undefined) throw new Error(`${name} is not defined`);
  return value;
}
