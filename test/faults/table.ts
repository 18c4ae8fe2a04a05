import type { AttributeValue, PutItemInput, UpdateItemInput } from '@aws-sdk/client-dynamodb';
import { type ServiceAnswer, serviceError } from './service.ts';

export type Row = Record<string, AttributeValue>;

type Expressions = Pick<UpdateItemInput, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>;

/** A write that took effect. */
export interface RowChange {
  readonly pk: string;
  readonly sk: string;
  readonly before: Row | undefined;
  readonly after: Row;
}

export interface TableOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly random: () => number;
  /** Whether the table would refuse this write whenever it came. */
  readonly refuses: (values: string) => boolean;
  readonly onChange: (change: RowChange) => void;
}

const MAX_ITEM_BYTES = 400 * 1024;

/**
 * A DynamoDB table that knows the writes that the functions make, and throws on anything else.
 *
 * Each write is one step. Expired rows go at some time after they expired.
 */
export class SimulatedTable {
  readonly rows = new Map<string, Row>();
  readonly #options: TableOptions;

  constructor(options: TableOptions) {
    this.#options = options;
  }

  putItem(input: PutItemInput): ServiceAnswer {
    onlyKnown(input, ['TableName', 'Item', 'ConditionExpression']);
    const after = input.Item ?? {};
    const condition = input.ConditionExpression;
    return this.#write(after, condition, input, () => ({ ...after }));
  }

  updateItem(input: UpdateItemInput): ServiceAnswer {
    onlyKnown(input, [
      ...['TableName', 'Key', 'UpdateExpression', 'ConditionExpression'],
      ...['ExpressionAttributeNames', 'ExpressionAttributeValues'],
    ]);
    const key = input.Key ?? {};
    return this.#write(key, input.ConditionExpression, input, (before) =>
      assigned({ ...key, ...before }, input),
    );
  }

  #write(
    { pk, sk }: Row,
    condition: string | undefined,
    input: Expressions,
    change: (before: Row | undefined) => Row,
  ): ServiceAnswer {
    if (pk?.S === undefined || sk?.S === undefined) return refused('missing key');
    if (this.#options.refuses(JSON.stringify(input))) return refused('the item is refused');
    const key = `${pk.S}\n${sk.S}`;
    const before = this.#live(key);
    if (condition !== undefined && !holds(condition, before, input)) {
      return dynamoDbError('ConditionalCheckFailedException', 'The conditional request failed');
    }
    const after = change(before);
    if (bytesOf(after) > MAX_ITEM_BYTES) return refused('item size exceeded');
    this.rows.set(key, after);
    this.#options.onChange({ pk: pk.S, sk: sk.S, before, after });
    return { statusCode: 200, headers: {}, text: '{}' };
  }

  #live(key: string): Row | undefined {
    const row = this.rows.get(key);
    const isExpired = Number(row?.['expiresAt']?.N ?? Infinity) * 1000 < this.#options.now();
    if (!isExpired || this.#options.random() < 0.5) return row;
    this.rows.delete(key);
    return undefined;
  }
}

function dynamoDbError(code: string, message = code): ServiceAnswer {
  return serviceError(`com.amazonaws.dynamodb.v20120810#${code}`, message);
}

function refused(message: string): ServiceAnswer {
  return dynamoDbError('ValidationException', message);
}

function onlyKnown(input: object, known: readonly string[]): void {
  const unknown = Object.keys(input).filter((member) => !known.includes(member));
  if (unknown.length > 0) throw new Error(`the table does not know ${unknown.join(', ')}`);
}

const ASSIGNMENT = /(#\w+) = (?:(:\w+)|if_not_exists\((#\w+), (:\w+)\))(?:, |$)/y;

function assigned(row: Row, input: UpdateItemInput): Row {
  const clauses = /^SET (.+)$/.exec(input.UpdateExpression ?? '')?.[1];
  if (clauses === undefined) throw new Error(`the table does not know ${input.UpdateExpression}`);
  const after = { ...row };
  ASSIGNMENT.lastIndex = 0;
  while (ASSIGNMENT.lastIndex < clauses.length) {
    const from = ASSIGNMENT.lastIndex;
    const match = ASSIGNMENT.exec(clauses);
    if (match === null) throw new Error(`the table does not know ${clauses.slice(from)}`);
    const [, target = '', always, tested = '', otherwise = ''] = match;
    const attribute = nameOf(target, input);
    const kept = always === undefined ? row[nameOf(tested || target, input)] : undefined;
    after[attribute] = kept ?? boundValue(always ?? otherwise, input);
  }
  return after;
}

const TERM = /^(?:attribute_not_exists\((#?\w+)\)|(#?\w+) (<=|>=|<|>|=) (:\w+))$/;

/** Alternatives in brackets, joined by AND. */
function holds(condition: string, row: Row | undefined, input: Expressions): boolean {
  return condition.split(' AND ').every((part) =>
    part
      .replace(/^\((.*)\)$/, '$1')
      .split(' OR ')
      .some((term) => termHolds(term, row, input)),
  );
}

function termHolds(term: string, row: Row | undefined, input: Expressions): boolean {
  const [text, absent, name, operator, value] = TERM.exec(term) ?? [];
  if (text === undefined) throw new Error(`the table does not know ${term}`);
  if (absent !== undefined) return row?.[nameOf(absent, input)] === undefined;
  const actual = row?.[nameOf(name ?? '', input)];
  if (actual === undefined) return false;
  const order = compare(actual, boundValue(value ?? '', input));
  if (operator === '=') return order === 0;
  return operator?.startsWith('<') === true
    ? order < 0 || (operator === '<=' && order === 0)
    : order > 0 || (operator === '>=' && order === 0);
}

function compare(a: AttributeValue, b: AttributeValue): number {
  if (a.N !== undefined && b.N !== undefined) return Number(a.N) - Number(b.N);
  return Buffer.compare(Buffer.from(a.S ?? ''), Buffer.from(b.S ?? ''));
}

function nameOf(name: string, { ExpressionAttributeNames }: Expressions): string {
  const attribute = name.startsWith('#') ? ExpressionAttributeNames?.[name] : name;
  if (attribute === undefined) throw new Error(`${name} is not defined`);
  return attribute;
}

function boundValue(name: string, { ExpressionAttributeValues }: Expressions): AttributeValue {
  const value = ExpressionAttributeValues?.[name];
  if (value === undefined) throw new Error(`${name} is not defined`);
  return value;
}

function bytesOf(row: Row): number {
  return Object.entries(row).reduce(
    (sum, [name, { S, N }]) => sum + name.length + Buffer.byteLength(S ?? N ?? ''),
    0,
  );
}
