import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { contactGroup } from '../events/event.ts';
import { present } from '../shared/json/fields.ts';
import { type OfferedAgain, writeRecipient } from './campaign-recipient.ts';
import { ATTRIBUTES as A, STATUS_PREFIXES, timeKey } from './keys.ts';
import { recordKeyOf } from './outgoing-keys.ts';
import { type Addressed, namesOfRecipient, type OutgoingState } from './outgoing-message.ts';
import { numberValue, textValue, timeValue } from './update-expression.ts';
import { keyAttributes, type Put, recipientAttributes } from './writes.ts';

interface Claim {
  readonly state: OutgoingState;
  /** Undefined for whatever attempt it waits. */
  readonly attempt?: number | undefined;
  /** A random name of it. */
  readonly claimId?: string | undefined;
  /** In ms since 1970. */
  readonly at: number;
  /** In seconds since 1970. */
  readonly expiresAt: number;
}

/** Longer than an invocation can live: whoever claimed before that is no more. */
export const CLAIM_LIFE_MS = 60_000;

/**
 * Claims a message that somebody asked to send: to send it, or to decide that it is never sent. Fails
 * where somebody has claimed it, or decided.
 */
export function outgoingClaim(message: Addressed, claim: Claim): Put {
  const { state, attempt, claimId, at, expiresAt } = claim;
  const { again } = message.recipient ?? {};
  const isFirstAgain = again !== undefined && attempt === again.after + 1;
  return {
    Item: {
      ...keyAttributes(recordKeyOf(message)),
      [A.state]: textValue(state),
      [A.stateAt]: timeValue(at),
      ...addressOf(message),
      ...placeOf(message, at),
      ...(attempt !== undefined && { [A.attempt]: numberValue(attempt) }),
      ...(claimId !== undefined && { [A.claimedBy]: textValue(claimId) }),
      [A.claimedAt]: timeValue(at),
      [A.expiresAt]: numberValue(expiresAt),
    },
    ...(isFirstAgain ? ifItFailed(again) : ifNobodyHasIt(attempt)),
  };
}

type Condition = Required<
  Pick<Put, 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>
>;

/** @param attempt undefined for whatever attempt it waits */
function ifNobodyHasIt(attempt: number | undefined): Condition {
  const released = ifReleased(attempt);
  const isNew = `attribute_not_exists(${A.partitionKey})`;
  return { ...released, ConditionExpression: `${isNew} OR (${released.ConditionExpression})` };
}

function ifReleased(attempt: number | undefined): Condition {
  const isNext = attempt === undefined ? '' : ` AND ${A.attempt} = :attempt`;
  return {
    ConditionExpression: `#state = :queued${isNext} AND attribute_not_exists(${A.wamid})`,
    ExpressionAttributeNames: { '#state': A.state },
    ExpressionAttributeValues: {
      ':queued': textValue('queued' satisfies OutgoingState),
      ...(attempt !== undefined && { ':attempt': numberValue(attempt) }),
    },
  };
}

/**
 * Of one that is offered again: nothing has come of the attempt before since it was found to have failed, or
 * somebody has given the next one back.
 */
function ifItFailed({ after, from }: OfferedAgain): Condition {
  const released = ifReleased(after + 1);
  const failed = from === 'taken' ? ifStatusFailed() : ifStateIs(STATES[from]);
  const isOfAttempt = `attribute_not_exists(${A.forgottenAt}) AND ${A.attempt} = :after`;
  return {
    ConditionExpression: `(${isOfAttempt} AND ${failed.ConditionExpression}) OR (${released.ConditionExpression})`,
    ExpressionAttributeNames: {
      ...released.ExpressionAttributeNames,
      ...failed.ExpressionAttributeNames,
    },
    ExpressionAttributeValues: {
      ...released.ExpressionAttributeValues,
      ...failed.ExpressionAttributeValues,
      ':after': numberValue(after),
    },
  };
}

const STATES = { refused: 'failed', uncertain: 'uncertain' } as const satisfies Record<
  string,
  OutgoingState
>;

function ifStateIs(state: OutgoingState): Condition {
  return {
    ConditionExpression: `#state = :from AND attribute_not_exists(${A.wamid})`,
    ExpressionAttributeNames: {},
    ExpressionAttributeValues: { ':from': textValue(state) },
  };
}

function ifStatusFailed(): Condition {
  const status = (name: string) => `${STATUS_PREFIXES.time}${name}`;
  return {
    ConditionExpression:
      'attribute_exists(#failed) AND attribute_not_exists(#delivered) AND attribute_not_exists(#read) AND attribute_not_exists(#played)',
    ExpressionAttributeNames: {
      ...{ '#failed': status('failed'), '#delivered': status('delivered') },
      ...{ '#read': status('read'), '#played': status('played') },
    },
    ExpressionAttributeValues: {},
  };
}

/** Of a campaign's, which has no other row: which recipient it is for, and that it stands in their timeline. */
function placeOf(
  { channel, to, recipient }: Addressed,
  at: number,
): Record<string, AttributeValue> {
  if (to === undefined || recipient === undefined) return {};
  return {
    [A.recipient]: textValue(writeRecipient(recipient)),
    [A.timelinePk]: textValue(contactGroup(channel, to.name)),
    [A.timelineAt]: textValue(timeKey(at)),
  };
}

/** Who gets it, for whoever follows the table's changes: they see this row and no other. */
function addressOf({ to, provider }: Addressed): Record<string, AttributeValue> {
  const names = to === undefined ? {} : recipientAttributes(namesOfRecipient(to));
  const texts = present({ ...names, [A.via]: provider });
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, textValue(text)]));
}
