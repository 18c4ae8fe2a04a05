import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ATTRIBUTES as A, timeKey } from './keys.ts';
import {
  type Assignment,
  numberValue,
  setAlways,
  setExpression,
  setOnce,
  textValue,
  timeValue,
} from './update-expression.ts';
import type { Update } from './writes.ts';

/** A forgotten message stays so; a link comes back when the names are used together again. */
const NOT_FORGOTTEN = `attribute_not_exists(${A.forgottenAt})`;
export const FORGOTTEN_BEFORE = `(${NOT_FORGOTTEN} OR ${A.forgottenAt} < :0)`;

/**
 * Two updates that leave the same row in whatever order events come: one place in an index, that of
 * the earliest event, and everything else as it was first set. A forgotten row they leave alone.
 */
export interface PlacedUpdate {
  /** Its condition fails where an event earlier than all before it came late. */
  readonly update: Update;
  /** In place of it then: moves the row to the earlier place. */
  readonly moveEarlier: () => Update;
}

interface Times {
  /** Of the event, in ms since 1970. */
  readonly occurredAt: number;
  /** Of the row, in seconds since 1970. */
  readonly expiresAt: number;
}

interface PlacedOptions {
  /** Attributes that have the same time as `timelineAt`, as numbers. */
  readonly following?: readonly string[];
  /** What else must hold. `:0` is the event's time. */
  readonly condition?: string;
}

/** A row that is written again lives on for as long as a new one. */
export function renewal(expiresAt: number): Assignment {
  return setAlways(A.expiresAt, numberValue(expiresAt));
}

/** Assigns and renews, with `timelineAt` and the attributes that follow it at the earliest of all events' times. */
export function placedUpdate(
  Key: Record<string, AttributeValue>,
  { occurredAt, expiresAt }: Times,
  assigned: readonly Assignment[],
  { following = [], condition = NOT_FORGOTTEN }: PlacedOptions = {},
): PlacedUpdate {
  const assignments = [...assigned, renewal(expiresAt)];
  const dates = (set: typeof setOnce) => [
    set(A.timelineAt, textValue(timeKey(occurredAt))),
    ...following.map((attribute) => set(attribute, timeValue(occurredAt))),
  ];
  return {
    update: {
      Key,
      ...setExpression([...dates(setOnce), ...assignments]),
      ConditionExpression: `${condition} AND (attribute_not_exists(#0) OR #0 <= :0)`,
    },
    moveEarlier: () => ({
      Key,
      ...setExpression([...dates(setAlways), ...assignments]),
      ConditionExpression: `${condition} AND #0 > :0`,
    }),
  };
}
