import type { AttributeValue, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { holds } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { ATTRIBUTES as A, SUBSCRIBERS_PARTITION } from '../table/keys.ts';
import { type Item, numberIn, numberOf, textIn, toItem } from '../table/stored-rows.ts';
import { numberValue, textValue } from '../table/update-expression.ts';
import { rowKey } from '../table/writes.ts';
import type { EndpointState } from './endpoint-state.ts';

interface Failures {
  readonly failures: number;
  /** In ms since 1970. */
  readonly failingSince: number;
}

/** Changes what is kept beside a subscriber, and nothing where it was removed. */
export interface EndpointStateWriter {
  /** Counts a try to which no answer came. Resolves with all since the last answer. */
  readonly addFailure: (id: string, signal: AbortSignal) => Promise<Failures>;
  /** It answers nobody: from now on only the prober tries. False where that was known. */
  readonly down: (id: string, signal: AbortSignal) => Promise<boolean>;
  /** It has answered. */
  readonly alive: (id: string, signal: AbortSignal) => Promise<void>;
  /** All that was held against it is forgotten: somebody says that it is well. */
  readonly reset: (id: string, signal: AbortSignal) => Promise<void>;
  /** It asks for time, which shortens none that it asked for before. @param untilMs in ms since 1970 */
  readonly slow: (id: string, untilMs: number, signal: AbortSignal) => Promise<void>;
  /** @param since in ms since 1970; undefined where nothing waits any more */
  readonly waiting: (id: string, since: number | undefined, signal: AbortSignal) => Promise<void>;
  /** Its deliverer has just been given one that was sent then, long ago. @param sentAt in ms since 1970 */
  readonly behind: (id: string, sentAt: number, signal: AbortSignal) => Promise<void>;
  /** Somebody listens: from now on it is removed where nobody says so for a day. False where it is gone. */
  readonly listened: (id: string, signal: AbortSignal) => Promise<boolean>;
  /** The mapping by which its queue is read from now on. */
  readonly mapped: (id: string, mappingId: string, signal: AbortSignal) => Promise<void>;
}

export function endpointStateOf(row: Item): EndpointState {
  return {
    failures: numberIn(row, A.failures) ?? 0,
    failingSince: numberIn(row, A.failingSince),
    downSince: numberIn(row, A.downSince),
    slowUntil: numberIn(row, A.slowUntil),
    waitingSince: numberIn(row, A.waitingSince),
    behindSince: numberIn(row, A.behindSince),
    behindSeenAt: numberIn(row, A.behindSeenAt),
    mappingId: textIn(row, A.mappingId),
    listenedAt: numberIn(row, A.listenedAt),
  };
}

const OF_HEALTH = [A.failures, A.failingSince, A.downSince];
const HELD_AGAINST_IT: ReadonlySet<string> = new Set([...OF_HEALTH, A.slowUntil]);

/** A row as `reset` leaves it. */
export function withoutHealth(row: Item): Item {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !HELD_AGAINST_IT.has(name)));
}

export function endpointStateWriter(
  dynamodb: CallAws,
  TableName: string,
  now: () => number,
): EndpointStateWriter {
  function update(
    id: string,
    UpdateExpression: string,
    values: Readonly<Record<string, AttributeValue>>,
    signal: AbortSignal,
    condition?: string,
  ): Promise<unknown> {
    const exists = `attribute_exists(${A.partitionKey})`;
    const input: UpdateItemCommandInput = {
      ...{ TableName, Key: rowKey(SUBSCRIBERS_PARTITION, id), UpdateExpression },
      ConditionExpression: condition === undefined ? exists : `${exists} AND ${condition}`,
      ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
      ReturnValues: 'UPDATED_NEW',
    };
    return dynamodb('UpdateItem', input, signal);
  }

  return {
    addFailure: async (id, signal) => {
      let counted: Failures = { failures: 0, failingSince: now() };
      const written = update(
        id,
        `SET ${A.failingSince} = if_not_exists(${A.failingSince}, :now) ADD ${A.failures} :one`,
        { ':one': numberValue(1), ':now': numberValue(now()) },
        signal,
      ).then((answer) => {
        const row = toItem(memberOf(answer, 'Attributes'));
        const failingSince = numberOf(row, A.failingSince);
        counted = { failures: numberOf(row, A.failures), failingSince };
      });
      await holds(written);
      return counted;
    },
    down: (id, signal) => {
      const values = { ':now': numberValue(now()) };
      const isNews = `attribute_not_exists(${A.downSince})`;
      return holds(update(id, `SET ${A.downSince} = :now`, values, signal, isNews));
    },
    alive: async (id, signal) =>
      void (await holds(update(id, `REMOVE ${OF_HEALTH.join(', ')}`, {}, signal))),
    reset: async (id, signal) => {
      await holds(update(id, `REMOVE ${[...HELD_AGAINST_IT].join(', ')}`, {}, signal));
    },
    slow: async (id, untilMs, signal) => {
      const values = { ':until': numberValue(untilMs) };
      const isLonger = `(attribute_not_exists(${A.slowUntil}) OR ${A.slowUntil} < :until)`;
      await holds(update(id, `SET ${A.slowUntil} = :until`, values, signal, isLonger));
    },
    waiting: async (id, since, signal) => {
      const write =
        since === undefined
          ? update(id, `REMOVE ${A.waitingSince}`, {}, signal)
          : update(id, `SET ${A.waitingSince} = :since`, { ':since': numberValue(since) }, signal);
      await holds(write);
    },
    behind: async (id, sentAt, signal) => {
      const values = { ':since': numberValue(sentAt), ':now': numberValue(now()) };
      const sets = `${A.behindSince} = :since, ${A.behindSeenAt} = :now`;
      await holds(update(id, `SET ${sets}`, values, signal));
    },
    listened: (id, signal) => {
      const values = { ':now': numberValue(now()) };
      return holds(update(id, `SET ${A.listenedAt} = :now`, values, signal));
    },
    mapped: async (id, mappingId, signal) => {
      const values = { ':id': textValue(mappingId) };
      await holds(update(id, `SET ${A.mappingId} = :id`, values, signal));
    },
  };
}
