import type { Provider } from '../events/event.ts';
import { readCampaignMessageId } from '../events/outgoing-id.ts';
import { textOf as wordOf } from '../shared/json/fields.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { readVersioned } from '../shared/json/versioned.ts';
import { chargeIn } from '../table/charge.ts';
import { failureByStatus } from '../table/failure-of.ts';
import { ATTRIBUTES as A, TRIGGERED_PREFIX } from '../table/keys.ts';
import { outgoingKeyOf } from '../table/outgoing-keys.ts';
import type { OutgoingState } from '../table/outgoing-message.ts';
import {
  type OutgoingRecord,
  type SendError,
  stateOf,
  toRecord,
} from '../table/outgoing-record.ts';
import { type Item, keyOf, providerIn, textIn } from '../table/stored-rows.ts';
import { type Counts, countsOf, readCounts } from './counts.ts';

/** What the last change of a message means for whether its campaign goes on. */
export type Outcome = 'fine' | 'failed' | 'blocked';

/** What one change of the table adds to the figures of a campaign. */
export interface CountedChange {
  readonly campaign: string;
  /** Whose sums it goes into: of a track, or of a partition of those who were put into a triggered campaign. */
  readonly part: string;
  readonly difference: Counts;
  /** Where it is new. */
  readonly outcome?: Outcome;
  /** For so long the row lives, in seconds since 1970. */
  readonly expiresAt: number;
}

/**
 * What a message of a campaign counts for, by its row as it is.
 *
 * One that is being sent counts for nothing yet but that it was offered again: its first claim is no news to
 * whoever follows the table's changes. A row that was forgotten keeps its counts, and nothing else.
 */
export function countsOfRow(row: Item): Counts {
  const kept = textIn(row, A.counted);
  if (kept !== undefined) return readCounts(kept);
  if (A.triggered in row) return countsOfTriggered(row);
  const message = countedMessage(row);
  if (message === undefined) return {};
  const record = toRecord(row);
  const state = stateOf(record);
  const { variant, step, micros, country, times } = message;
  const again = [['again'], times] as const;
  if (state === 'sending') return countsOf([again]);
  const charge = costOf(row, state);
  const error = state === 'failed' ? errorOf(row, record) : undefined;
  return countsOf([
    [['state', variant, step, state], 1],
    [['replied', variant, step], A.repliedAt in row ? 1 : 0],
    ...(error === undefined ? [] : [[['failed', error.class, codeOf(error)], 1] as const]),
    [['cost', country, charge.category], charge.is === 'due' ? micros : 0],
    [['pending'], charge.is === 'open' ? micros : 0],
    again,
  ]);
}

/** What somebody counts for who was put into a triggered campaign: that they wait, or wait no more. */
function countsOfTriggered(row: Item): Counts {
  const step = wholeOf(Number(row[A.step]?.N));
  const ended = textIn(row, A.ended);
  return countsOf([[ended === undefined ? ['waiting', step] : ['ended', step, ended], 1]]);
}

/** Undefined where a change is of no message of a campaign, and of nobody in it, or counts for nothing. */
export function countedChange(
  before: Item | undefined,
  after: Item | undefined,
): CountedChange | undefined {
  // What expired was counted, and stays so.
  if (after === undefined) return undefined;
  const whose = sumsOf(after);
  if (whose === undefined) return undefined;
  const [was, is] = [countsOfRow(before ?? {}), countsOfRow(after)];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const difference = countsOf(names.map((name) => [[name], (is[name] ?? 0) - (was[name] ?? 0)]));
  const outcome = outcomeOf(after);
  const isNew = outcome !== undefined && outcome !== (before && outcomeOf(before));
  if (Object.keys(difference).length === 0 && !isNew) return undefined;
  const expiresAt = Number(after[A.expiresAt]?.N ?? 0);
  return { ...whose, difference, expiresAt, ...(isNew && { outcome }) };
}

/** Rows of one sum are one collection, whose changes come in order. */
function sumsOf(row: Item): Pick<CountedChange, 'campaign' | 'part'> | undefined {
  const message = partOf(row);
  if (message !== undefined) return { campaign: message.campaign, part: String(message.track) };
  const [, campaign, shard] = TRIGGERED.exec(textIn(row, A.partitionKey) ?? '') ?? [];
  return campaign === undefined ? undefined : { campaign, part: `${TRIGGERED_PREFIX}${shard}` };
}

const TRIGGERED = /^triggered\.(cmp_[\w-]{22})\.(\d)$/;

function partOf(row: Item) {
  if (!(A.partitionKey in row && A.sortKey in row)) return undefined;
  const key = outgoingKeyOf(keyOf(row));
  return key && readCampaignMessageId(key.id);
}

interface CountedMessage {
  readonly variant: number;
  readonly step: number;
  readonly micros: number;
  readonly country: string;
  /** How often it was offered again. */
  readonly times: number;
}

/** Undefined where the row does not say whose message it is: a forged mark left it. */
export function countedMessage(row: Item): CountedMessage | undefined {
  const text = textIn(row, A.recipient);
  const part = text === undefined ? undefined : partOf(row);
  if (text === undefined || part === undefined) return undefined;
  const recipient = readVersioned({ what: 'recipient', version: 1 }, text);
  const whole = (member: string) => wholeOf(memberOf(recipient, member));
  const country = wordOf(recipient, 'country') ?? '';
  return {
    ...{ variant: whole('variant'), micros: whole('micros'), step: part.step },
    times: wholeOf(memberOf(memberOf(recipient, 'again'), 'times')),
    country: /^[A-Z]{2}$/.test(country) ? country : NOWHERE,
  };
}

function wholeOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : 0;
}

const NOWHERE = 'ZZ';

/** Why it failed: as a status says, else as the provider refused it. */
export function errorOf(row: Item, record: OutgoingRecord): SendError {
  const failure = failureByStatus(record, providerOf(row));
  return failure?.error ?? record.error ?? { class: 'unknown' };
}

export function providerOf(row: Item): Provider {
  return A.via in row ? providerIn(row, A.via) : 'meta';
}

function codeOf({ code = '' }: SendError): string {
  return /^\d{1,10}$/.test(code) ? code : '';
}

/** That a provider keeps its users from a business: they opted out, or got more than they bear. */
const BLOCKED: ReadonlySet<string> = new Set(['opted-out', 'recipient-later']);

/** Undefined while nothing is known but that the provider took it. */
function outcomeOf(row: Item): Outcome | undefined {
  if (countedMessage(row) === undefined) return undefined;
  const record = toRecord(row);
  const state = stateOf(record);
  if (state === 'failed') return BLOCKED.has(errorOf(row, record).class) ? 'blocked' : 'failed';
  return record.statuses.some(({ name }) => FINE.has(name)) ? 'fine' : undefined;
}

const FINE: ReadonlySet<string> = new Set(['sent', 'delivered', 'read', 'played']);

/**
 * Whether it costs. Meta charges what is delivered. What it took may be that yet, unless a status says
 * that it is free.
 */
interface Cost {
  readonly is: 'due' | 'open' | 'free';
  readonly category: string;
}

const DELIVERED: ReadonlySet<OutgoingState> = new Set(['delivered', 'read']);
const MAY_COME: ReadonlySet<OutgoingState> = new Set(['sent', 'held', 'uncertain']);

export function costOf(row: Item, state: OutgoingState): Cost {
  const { isTold, isFree, category } = chargeIn(row);
  if (isFree) return { is: 'free', category };
  if (DELIVERED.has(state)) return { is: isTold ? 'due' : 'free', category };
  return { is: MAY_COME.has(state) ? 'open' : 'free', category };
}
