import type { DeleteItemCommandInput, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { messageGroup } from '../events/event.ts';
import { holds } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import {
  ATTRIBUTES as A,
  MESSAGE_SORT_KEY,
  OUTGOING_SORT_KEY,
  outgoingPartition,
} from '../table/keys.ts';
import type { OutgoingState } from '../table/outgoing-message.ts';
import type { SendError } from '../table/outgoing-record.ts';
import {
  numberValue,
  setAlways,
  setExpression,
  setKnown,
  setOnce,
  textValue,
  timeValue,
} from '../table/update-expression.ts';
import { rowKey } from '../table/writes.ts';
import type { MessageKey, OutboxOptions } from './outbox-table.ts';

interface Outcome {
  readonly state: OutgoingState;
  readonly wamid?: string | undefined;
  readonly sentAt?: number | undefined;
  readonly error?: SendError | undefined;
}

/** The row whose put is the claim on a message, and that tells what became of it. */
export interface Claims {
  /** Whether the attempt is the caller's to make. False: somebody has it, or it was decided otherwise. */
  readonly claim: (key: MessageKey, attempt: number, signal: AbortSignal) => Promise<boolean>;
  /** Decides that a message is never sent. False: it is claimed. */
  readonly settleUnsent: (
    key: MessageKey,
    state: 'cancelled' | 'expired',
    signal: AbortSignal,
  ) => Promise<boolean>;
  /**
   * Gives an attempt's claim back. False: a status told that it went out, or the claim is another's.
   *
   * @param from `uncertain` for what is to be sent again although nobody knows. @default `sending`
   */
  readonly release: (
    key: MessageKey,
    attempt: number,
    signal: AbortSignal,
    from?: 'sending' | 'uncertain',
  ) => Promise<boolean>;
  /** Keeps what became of a claimed message. */
  readonly record: (key: MessageKey, outcome: Outcome, signal: AbortSignal) => Promise<void>;
  /** Keeps which of our messages has a wamid. */
  readonly point: (key: MessageKey, wamid: string, signal: AbortSignal) => Promise<void>;
}

export interface ClaimOptions extends OutboxOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function claimTable(dynamodb: CallAws, options: ClaimOptions): Claims {
  const { tableName: TableName, expiresAt, now } = options;
  const expiry = (channel: string) => ({ [A.expiresAt]: numberValue(expiresAt(channel)) });

  async function put(
    { channel, id }: MessageKey,
    state: OutgoingState,
    attempt: number | undefined,
    signal: AbortSignal,
  ): Promise<boolean> {
    const input: PutItemCommandInput = {
      TableName,
      Item: {
        ...recordKey({ channel, id }),
        [A.state]: textValue(state),
        ...(attempt !== undefined && { [A.attempt]: numberValue(attempt) }),
        [A.claimedAt]: timeValue(now()),
        ...expiry(channel),
      },
      ConditionExpression: `attribute_not_exists(${A.partitionKey})`,
    };
    return await holds(dynamodb('PutItem', input, signal));
  }

  return {
    claim: (key, attempt, signal) => put(key, 'sending', attempt, signal),
    settleUnsent: (key, state, signal) => put(key, state, undefined, signal),
    release: async (key, attempt, signal, from = 'sending') => {
      const input: DeleteItemCommandInput = {
        ...{ TableName, Key: recordKey(key) },
        ConditionExpression: `#state = :from AND ${A.attempt} = :attempt AND attribute_not_exists(${A.wamid})`,
        ExpressionAttributeNames: { '#state': A.state },
        ExpressionAttributeValues: {
          ':from': textValue(from satisfies OutgoingState),
          ':attempt': numberValue(attempt),
        },
      };
      return await holds(dynamodb('DeleteItem', input, signal));
    },
    record: async (key, { state, wamid, sentAt, error }, signal) => {
      const assignments = [
        setAlways(A.state, textValue(state)),
        ...setKnown({ [A.wamid]: wamid }),
        ...(sentAt === undefined ? [] : [setOnce(A.sentAt, timeValue(sentAt))]),
        ...setKnown({
          [A.errorClass]: error?.class,
          [A.errorCode]: error?.code,
          [A.errorText]: error?.text,
        }),
      ];
      const update = { Key: recordKey(key), ...setExpression(assignments) };
      await dynamodb('UpdateItem', { TableName, ...update }, signal);
    },
    point: async ({ channel, id }, wamid, signal) => {
      const Item = {
        ...rowKey(messageGroup(channel, wamid), OUTGOING_SORT_KEY),
        [A.outgoingId]: textValue(id),
        ...expiry(channel),
      };
      await dynamodb('PutItem', { TableName, Item }, signal);
    },
  };
}

function recordKey({ channel, id }: MessageKey) {
  return rowKey(outgoingPartition(channel, id), MESSAGE_SORT_KEY);
}
