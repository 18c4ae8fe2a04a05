import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { holds } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { ATTRIBUTES as A } from '../table/keys.ts';
import { outgoingClaim } from '../table/outgoing-claim.ts';
import { pointerKeyOf, recordKeyOf } from '../table/outgoing-keys.ts';
import type { Addressed, OutgoingState } from '../table/outgoing-message.ts';
import type { SendError } from '../table/outgoing-record.ts';
import { rowReader } from '../table/row-reader.ts';
import { textIn } from '../table/stored-rows.ts';
import {
  type Assignment,
  numberValue,
  setAlways,
  setExpression,
  setKnown,
  setOnce,
  textValue,
  timeValue,
} from '../table/update-expression.ts';
import { keyAttributes } from '../table/writes.ts';
import type { MessageKey, OutboxOptions } from './outbox-table.ts';

export interface Outcome {
  readonly state: OutgoingState;
  readonly wamid?: string | undefined;
  /** WasenderApi's number of it. */
  readonly msgId?: string | undefined;
  readonly sentAt?: number | undefined;
  readonly error?: SendError | undefined;
}

/** The row whose put is the claim on a message, and that tells what became of it. */
export interface Claims {
  /**
   * Whether the attempt is the caller's to make. False: somebody has it, or it was decided otherwise.
   *
   * Where the table does not answer, it rejects, and gives back what may have been put all the same.
   */
  readonly claim: (message: Addressed, attempt: number, signal: AbortSignal) => Promise<boolean>;
  /** Decides that a message is never sent. False: it is claimed. */
  readonly settleUnsent: (
    message: Addressed,
    state: 'cancelled' | 'expired',
    signal: AbortSignal,
  ) => Promise<boolean>;
  /**
   * Gives an attempt's claim back for the next one. False: a status told that it went out, or the claim
   * is another's.
   *
   * The row stays: who knows only of the attempt before can claim nothing by it, and a status that comes
   * all the same is found in it.
   *
   * @param from `uncertain` for what is to be sent again although nobody knows. @default `sending`
   */
  readonly release: (
    key: MessageKey,
    given: { readonly attempt: number; readonly retryAt: number },
    signal: AbortSignal,
    from?: 'sending' | 'uncertain',
  ) => Promise<boolean>;
  /** Keeps that nobody knows whether an attempt went out. False: more is known, or less. */
  readonly doubt: (key: MessageKey, attempt: number, signal: AbortSignal) => Promise<boolean>;
  /** Keeps what became of a claimed message. */
  readonly record: (key: MessageKey, outcome: Outcome, signal: AbortSignal) => Promise<void>;
  /** Keeps that one that is uncertain went out under a wamid. False: more is known, or less. */
  readonly link: (
    key: MessageKey,
    found: { readonly attempt: number; readonly wamid: string },
    signal: AbortSignal,
  ) => Promise<boolean>;
  /** Keeps which wamid a message has that the provider took. */
  readonly learn: (key: MessageKey, wamid: string, signal: AbortSignal) => Promise<void>;
  /** Keeps which of our messages has a wamid. */
  readonly point: (key: MessageKey, wamid: string, signal: AbortSignal) => Promise<void>;
}

export interface ClaimOptions extends OutboxOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A random name for a claim, by which one whose answer was lost is known again. @default none is */
  readonly newClaimId?: () => string;
}

export function claimTable(dynamodb: CallAws, options: ClaimOptions): Claims {
  const move = mover(dynamodb, options);
  return {
    ...claiming(dynamodb, move, options),
    ...givingBack(move),
    ...recording(dynamodb, options),
  };
}

function claiming(
  dynamodb: CallAws,
  move: ReturnType<typeof mover>,
  { tableName: TableName, expiresAt, now, newClaimId }: ClaimOptions,
): Pick<Claims, 'claim' | 'settleUnsent'> {
  const read = rowReader(dynamodb, TableName);

  /** @param attempt undefined for whatever attempt it waits */
  async function put(
    message: Addressed,
    state: OutgoingState,
    { attempt, claimId }: { readonly attempt?: number; readonly claimId?: string | undefined },
    signal: AbortSignal,
  ): Promise<boolean> {
    const rest = { at: now(), expiresAt: expiresAt(message.channel) };
    const input = { TableName, ...outgoingClaim(message, { state, attempt, claimId, ...rest }) };
    return await holds(dynamodb('PutItem', input, signal));
  }

  /** A put whose answer was lost has met its condition itself. */
  async function isOurs(key: MessageKey, claimId: string, signal: AbortSignal): Promise<boolean> {
    const row = (await read(recordKeyOf(key), signal)) ?? {};
    return textIn(row, A.claimedBy) === claimId && textIn(row, A.state) === 'sending';
  }

  /** Nothing was asked for it, which nobody could tell any more who found it. */
  async function giveBack(key: MessageKey, attempt: number, claimId: string, signal: AbortSignal) {
    const given = { attempt, from: 'sending', to: 'queued', claimId } as const;
    await move(key, given, nextAttempt(attempt, now()), signal).catch(() => false);
  }

  return {
    claim: async (key, attempt, signal) => {
      // Of this one call: an earlier claim of the caller's may have led to a request.
      const claimId = newClaimId?.();
      try {
        if (await put(key, 'sending', { attempt, claimId }, signal)) return true;
        return claimId !== undefined && (await isOurs(key, claimId, signal));
      } catch (error) {
        if (claimId !== undefined) await giveBack(key, attempt, claimId, signal);
        throw error;
      }
    },
    settleUnsent: (key, state, signal) => put(key, state, {}, signal),
  };
}

interface Move {
  readonly attempt: number;
  readonly from: OutgoingState;
  readonly to: OutgoingState;
  /** @default whoever claimed it */
  readonly claimId?: string;
}

/** From one state to another, if the attempt is in the first and no status told that it went out. */
function mover(
  dynamodb: CallAws,
  { tableName: TableName, now }: Pick<ClaimOptions, 'tableName' | 'now'>,
) {
  return async (
    key: MessageKey,
    { attempt, from, to, claimId }: Move,
    others: readonly Assignment[],
    signal: AbortSignal,
  ): Promise<boolean> => {
    const isClaimants = claimId === undefined ? '' : ` AND ${A.claimedBy} = :claimant`;
    const set = setExpression([
      setAlways(A.state, textValue(to)),
      setAlways(A.stateAt, timeValue(now())),
      ...others,
    ]);
    const input: UpdateItemCommandInput = {
      ...{ TableName, Key: keyAttributes(recordKeyOf(key)), ...set },
      ConditionExpression: `#0 = :from AND ${A.attempt} = :attempt AND attribute_not_exists(${A.wamid})${isClaimants}`,
      ExpressionAttributeValues: {
        ...set.ExpressionAttributeValues,
        ':from': textValue(from),
        ':attempt': numberValue(attempt),
        ...(claimId !== undefined && { ':claimant': textValue(claimId) }),
      },
    };
    return await holds(dynamodb('UpdateItem', input, signal));
  };
}

function nextAttempt(attempt: number, retryAt: number): readonly Assignment[] {
  return [setAlways(A.attempt, numberValue(attempt + 1)), setAlways(A.retryAt, timeValue(retryAt))];
}

/** What may be said of an attempt of which nothing is known but its claim. */
function givingBack(move: ReturnType<typeof mover>): Pick<Claims, 'release' | 'doubt' | 'link'> {
  return {
    release: (key, { attempt, retryAt }, signal, from = 'sending') =>
      move(key, { attempt, from, to: 'queued' }, nextAttempt(attempt, retryAt), signal),
    link: (key, { attempt, wamid }, signal) => {
      const linked = [setAlways(A.wamid, textValue(wamid))];
      return move(key, { attempt, from: 'uncertain', to: 'sent' }, linked, signal);
    },
    doubt: (key, attempt, signal) =>
      move(key, { attempt, from: 'sending', to: 'uncertain' }, [], signal),
  };
}

function recording(
  dynamodb: CallAws,
  { tableName: TableName, expiresAt, now }: ClaimOptions,
): Pick<Claims, 'record' | 'learn' | 'point'> {
  return {
    record: async (key, { state, wamid, msgId, sentAt, error }, signal) => {
      const assignments = [
        setAlways(A.state, textValue(state)),
        setAlways(A.stateAt, timeValue(now())),
        ...setKnown({ [A.wamid]: wamid, [A.msgId]: msgId }),
        ...(sentAt === undefined ? [] : [setOnce(A.sentAt, timeValue(sentAt))]),
        ...setKnown({
          [A.errorClass]: error?.class,
          [A.errorCode]: error?.code,
          [A.errorText]: error?.text,
        }),
      ];
      const update = { Key: keyAttributes(recordKeyOf(key)), ...setExpression(assignments) };
      await dynamodb('UpdateItem', { TableName, ...update }, signal);
    },
    learn: async (key, wamid, signal) => {
      const input: UpdateItemCommandInput = {
        ...{ TableName, Key: keyAttributes(recordKeyOf(key)) },
        ...setExpression(setKnown({ [A.wamid]: wamid })),
        ConditionExpression: `attribute_exists(${A.partitionKey}) AND attribute_not_exists(${A.forgottenAt})`,
      };
      await holds(dynamodb('UpdateItem', input, signal));
    },
    point: async ({ channel, id }, wamid, signal) => {
      const Item = {
        ...keyAttributes(pointerKeyOf(channel, wamid)),
        [A.outgoingId]: textValue(id),
        [A.expiresAt]: numberValue(expiresAt(channel)),
      };
      await dynamodb('PutItem', { TableName, Item }, signal);
    },
  };
}
