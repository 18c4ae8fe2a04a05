import { statusGroup } from '../events/event.ts';
import { LOOK_MS, mayHaveGoneOut, type Prospect, prospectOf } from '../providers/error-classes.ts';
import { type OfferedAgain, readRecipientOf } from '../table/campaign-recipient.ts';
import { ATTRIBUTES as A } from '../table/keys.ts';
import { outgoingKeyOf } from '../table/outgoing-keys.ts';
import { type OutgoingRecord, stateOf, toRecord } from '../table/outgoing-record.ts';
import { type Item, keyOf, textIn } from '../table/stored-rows.ts';
import { errorOf, providerOf } from './figures.ts';
import type { CampaignFigures } from './track-figures.ts';

/** A message that failed and may be offered again. */
export interface Offer {
  readonly again: OfferedAgain;
  /** Whether it is for the round that begins a day later. */
  readonly isLater: boolean;
  /** In ms since 1970; 0 for at once. */
  readonly notBefore: number;
}

const DAY_MS = 86_400_000;

/** Somebody found that an uncertain message did not go out. */
const RESOLVED = 'resolved';

function prospect(errorClass: string): Prospect {
  return errorClass === RESOLVED ? 'now' : prospectOf(errorClass);
}

/**
 * What a message's row says of whether it may be offered again; undefined where it may not.
 *
 * @param withUncertain whether also those may of which nobody knows whether they went out
 */
export function offerOf(row: Item, withUncertain: boolean): Offer | undefined {
  const text = textIn(row, A.recipient);
  if (text === undefined || A.forgottenAt in row) return undefined;
  const record = toRecord(row);
  const { attempt } = record;
  const found = foundIn(row, record, withUncertain);
  if (found === undefined || attempt === undefined) return undefined;
  const { from, ...when } = found;
  const { again } = readRecipientOf(text);
  const told = [...(again?.told ?? []), ...(from === 'taken' ? toldTo(row, record) : [])];
  return { again: { times: (again?.times ?? 0) + 1, after: attempt, from, told }, ...when };
}

type Found = Pick<OfferedAgain, 'from'> & Omit<Offer, 'again'>;

function foundIn(row: Item, record: OutgoingRecord, withUncertain: boolean): Found | undefined {
  const state = stateOf(record);
  if (state === 'failed') return failureIn(row, record);
  const isOpen = state === 'uncertain' && record.wamid === undefined;
  if (!isOpen || !withUncertain) return undefined;
  // It may still be told what became of it.
  return { from: 'uncertain', isLater: false, notBefore: (record.stateAt ?? 0) + LOOK_MS };
}

function failureIn(row: Item, record: OutgoingRecord): Found | undefined {
  const error = errorOf(row, record);
  const hopes = prospect(error.class);
  if (hopes === 'never') return undefined;
  const status = record.statuses.find(({ name }) => name === 'failed');
  // A wamid without that status is of one that went out after all.
  if (status === undefined && record.wamid !== undefined) return undefined;
  const failedAt = status?.at ?? record.stateAt ?? 0;
  if (status !== undefined) return { from: 'taken', ...whenBy(hopes, failedAt) };
  const isLooked = mayHaveGoneOut(providerOf(row), Number(error.code));
  return { from: 'refused', ...whenBy(hopes, failedAt, isLooked ? failedAt + LOOK_MS : 0) };
}

/** @param soonest where it is for the first round */
function whenBy(hopes: Prospect, failedAt: number, soonest = 0): Omit<Offer, 'again'> {
  const isLater = hopes === 'later';
  return { isLater, notBefore: isLater ? failedAt + DAY_MS : soonest };
}

function toldTo(row: Item, { wamid }: OutgoingRecord): readonly string[] {
  const key = outgoingKeyOf(keyOf(row));
  return key === undefined || wamid === undefined ? [] : [statusGroup(key.channel, wamid)];
}

/** How many messages could be offered again. */
export interface Retriable {
  readonly now: number;
  /** A day after they failed. */
  readonly later: number;
  /** Of whom nobody knows whether they got it. */
  readonly uncertain: number;
}

/** As the figures tell it. */
export function retriableIn({
  failures,
  states,
}: Pick<CampaignFigures, 'failures' | 'states'>): Retriable {
  const of = (wanted: Prospect) =>
    failures
      .filter((one) => prospect(one.class) === wanted)
      .reduce((sum, { messages }) => sum + messages, 0);
  return { now: of('now'), later: of('later'), uncertain: states.uncertain };
}
