import type {
  BatchGetItemInput,
  DeleteItemInput,
  GetItemInput,
  PutItemInput,
  QueryInput,
  ScanInput,
  UpdateItemInput,
} from '@aws-sdk/client-dynamodb';
import { PartitionedRows } from './partitioned-rows.ts';
import { jsonAnswer, type ServiceAnswer, serviceError } from './service.ts';
import { type Bindings, holds, partitionOf, type Row, updated } from './table-expressions.ts';

export type { Row } from './table-expressions.ts';

/** A write that took effect. */
export interface RowChange {
  readonly pk: string;
  readonly sk: string;
  readonly before: Row | undefined;
  /** Undefined where the row was deleted. */
  readonly after: Row | undefined;
}

export interface TableOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly random: () => number;
  /** Whether the table would refuse this write whenever it came. */
  readonly refuses: (input: object) => boolean;
  /** Whether what is asked for in one batch is too much this time. */
  readonly isCrowded: () => boolean;
  readonly onChange: (change: RowChange) => void;
}

/** A write's key, its condition and what it makes of the row. */
interface Write {
  readonly key: Row;
  readonly condition: string | undefined;
  readonly input: Bindings;
  readonly change: (before: Row | undefined) => Row | undefined;
}

const MAX_ITEM_BYTES = 400 * 1024;
/** Reads that are not consistent may miss what was made within this time. */
const LAG_MS = 1000;
/** Their partition and sort keys. */
const INDEXES: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['timeline', ['timelinePk', 'timelineAt']],
  ['byTime', ['pk', 'at']],
]);
const BINDINGS = ['ExpressionAttributeNames', 'ExpressionAttributeValues'];

/**
 * A DynamoDB table that knows the calls that the functions make, and throws on anything else.
 *
 * Each write is one step. Expired rows go at some time after they expired.
 */
export class SimulatedTable {
  readonly rows = new PartitionedRows();
  readonly #options: TableOptions;
  readonly #madeAt = new Map<string, number>();

  constructor(options: TableOptions) {
    this.#options = options;
  }

  /** Does what an operation of DynamoDB's API does. */
  act(operation: string, input: object): ServiceAnswer {
    switch (operation) {
      case 'PutItem':
        return this.putItem(input);
      case 'UpdateItem':
        return this.updateItem(input);
      case 'DeleteItem':
        return this.#deleteItem(input);
      case 'GetItem':
        return this.#getItem(input);
      case 'BatchGetItem':
        return this.#batchGetItem(input);
      case 'Query':
        return this.#query(input);
      case 'Scan':
        return this.#scan(input);
      default:
        throw new Error(`the table does not know ${operation}`);
    }
  }

  putItem(input: Partial<PutItemInput>): ServiceAnswer {
    const known = ['TableName', 'Item', 'ConditionExpression', ...BINDINGS];
    onlyKnown(input, known);
    const after = input.Item ?? {};
    const change = () => ({ ...after });
    return this.#write({ key: after, condition: input.ConditionExpression, input, change });
  }

  updateItem(input: Partial<UpdateItemInput>): ServiceAnswer {
    onlyKnown(input, [
      ...['TableName', 'Key', 'UpdateExpression', 'ConditionExpression', 'ReturnValues'],
      ...BINDINGS,
    ]);
    const { Key: key = {}, UpdateExpression = '', ConditionExpression: condition } = input;
    let after: Row = {};
    const change = (before: Row | undefined) => {
      after = updated({ ...key, ...before }, UpdateExpression, input);
      return after;
    };
    const answer = this.#write({ key, condition, input, change });
    // More than DynamoDB would give, which the functions must not mind.
    const isAsked = input.ReturnValues !== undefined && answer.statusCode === 200;
    return isAsked ? jsonAnswer({ Attributes: after }) : answer;
  }

  #deleteItem(input: Partial<DeleteItemInput>): ServiceAnswer {
    onlyKnown(input, ['TableName', 'Key', 'ConditionExpression', 'ReturnValues', ...BINDINGS]);
    const { Key: key = {}, ConditionExpression: condition } = input;
    let Attributes: Row | undefined;
    const change = (before: Row | undefined) => {
      Attributes = before;
      return undefined;
    };
    const answer = this.#write({ key, condition, input, change });
    const isAsked = input.ReturnValues === 'ALL_OLD' && Attributes !== undefined;
    return isAsked && answer.statusCode === 200 ? jsonAnswer({ Attributes }) : answer;
  }

  #getItem(input: Partial<GetItemInput>): ServiceAnswer {
    onlyKnown(input, ['TableName', 'Key', 'ConsistentRead']);
    const { pk, sk } = input.Key ?? {};
    const Item = this.rows.get(`${pk?.S}\n${sk?.S}`);
    return jsonAnswer(Item === undefined ? {} : { Item });
  }

  #batchGetItem(input: Partial<BatchGetItemInput>): ServiceAnswer {
    onlyKnown(input, ['RequestItems']);
    const asked = Object.entries(input.RequestItems ?? {}).map(([table, request]) => {
      onlyKnown(request, ['Keys', 'ConsistentRead']);
      const keys = request.Keys ?? [];
      const isWhole = !this.#options.isCrowded();
      const end = isWhole ? keys.length : Math.floor(this.#options.random() * keys.length);
      const rows = keys.slice(0, end).map(({ pk, sk }) => `${pk?.S}\n${sk?.S}`);
      const seen = rows.filter((key) => request.ConsistentRead === true || this.#isSettled(key));
      const items = seen.map((key) => this.rows.get(key)).filter((row) => row !== undefined);
      return { table, items, left: { ...request, Keys: keys.slice(end) } };
    });
    return jsonAnswer({
      Responses: Object.fromEntries(asked.map(({ table, items }) => [table, items])),
      UnprocessedKeys: Object.fromEntries(
        asked.filter(({ left }) => left.Keys.length > 0).map(({ table, left }) => [table, left]),
      ),
    });
  }

  #query(input: Partial<QueryInput>): ServiceAnswer {
    if (input.IndexName !== undefined) return this.#queryIndex(input);
    const known = ['TableName', 'ConsistentRead', 'Limit', 'KeyConditionExpression', ...BINDINGS];
    onlyKnown(input, known);
    const { KeyConditionExpression: condition = '', Limit } = input;
    return jsonAnswer({ Items: this.#rowsOf(condition, input).slice(0, Limit) });
  }

  /** The indexes have keys alone, of rows that have their own, and a little late. */
  #queryIndex(input: Partial<QueryInput>): ServiceAnswer {
    onlyKnown(input, [
      ...['TableName', 'IndexName', 'Limit', 'ScanIndexForward', 'KeyConditionExpression'],
      ...BINDINGS,
    ]);
    const { IndexName, KeyConditionExpression: condition = '', Limit, ScanIndexForward } = input;
    const [partition, sort] = INDEXES.get(IndexName ?? '') ?? [];
    if (partition === undefined || sort === undefined) {
      throw new Error(`the table does not know ${IndexName}`);
    }
    const keys = this.#rowsOf(condition, input)
      .filter(({ pk, sk }) => this.#isSettled(`${pk?.S}\n${sk?.S}`))
      .flatMap(({ pk, sk, [partition]: one, [sort]: other }) =>
        one?.S === undefined || other?.S === undefined
          ? []
          : [{ at: other.S, key: { pk, sk, [partition]: one, [sort]: other } }],
      )
      .toSorted((one, other) => (one.at < other.at ? -1 : 1))
      .map(({ key }) => key);
    const inOrder = ScanIndexForward === false ? keys.toReversed() : keys;
    const Items = inOrder.slice(0, Limit);
    const last = Items.length < keys.length ? Items.at(-1) : undefined;
    return jsonAnswer({ Items, ...(last !== undefined && { LastEvaluatedKey: last }) });
  }

  #scan(input: Partial<ScanInput>): ServiceAnswer {
    onlyKnown(input, ['TableName', 'FilterExpression', 'ReturnConsumedCapacity', ...BINDINGS]);
    return jsonAnswer({ Items: rowsWhere(input.FilterExpression ?? '', this.rows, input) });
  }

  #rowsOf(condition: string, given: Bindings): Row[] {
    const { attribute, value } = partitionOf(condition, given);
    return rowsWhere(condition, this.rows.within(attribute, value), given);
  }

  #write({ key: { pk, sk }, condition, input, change }: Write): ServiceAnswer {
    if (pk?.S === undefined || sk?.S === undefined) return refused('missing key');
    if (this.#options.refuses(input)) return refused('the item is refused');
    const key = `${pk.S}\n${sk.S}`;
    const before = this.#live(key);
    if (condition !== undefined && !holds(condition, before, input)) {
      return dynamoDbError('ConditionalCheckFailedException', 'The conditional request failed');
    }
    const after = change(before);
    if (after !== undefined && bytesOf(after) > MAX_ITEM_BYTES) {
      return refused('item size exceeded');
    }
    if (after === undefined && before === undefined) return jsonAnswer({});
    if (after === undefined) this.rows.delete(key);
    else this.rows.set(key, after);
    if (before === undefined) this.#madeAt.set(key, this.#options.now());
    this.#options.onChange({ pk: pk.S, sk: sk.S, before, after });
    return jsonAnswer({});
  }

  /** Whether a read that is not consistent sees the row for certain; at times it does before. */
  #isSettled(key: string): boolean {
    const { now, random } = this.#options;
    const age = now() - (this.#madeAt.get(key) ?? 0);
    return age >= LAG_MS || random() < 0.5;
  }

  #live(key: string): Row | undefined {
    const row = this.rows.get(key);
    const isExpired = Number(row?.['expiresAt']?.N ?? Infinity) * 1000 < this.#options.now();
    if (!isExpired || this.#options.random() < 0.5) return row;
    this.rows.delete(key);
    return undefined;
  }
}

/** Partition by partition, each in its order. */
function rowsWhere(condition: string, among: Iterable<[string, Row]>, given: Bindings): Row[] {
  return [...among]
    .filter(([, row]) => holds(condition, row, given))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, row]) => row);
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

function bytesOf(row: Row): number {
  return Object.entries(row).reduce(
    (sum, [name, { S, N }]) => sum + name.length + Buffer.byteLength(S ?? N ?? ''),
    0,
  );
}
