import type { Provider } from '../events/event.ts';
import type { Cursor } from './cursor.ts';

/**
 * - `draft`: it has no recipients yet, or its check found that it cannot be sent
 * - `checking`: its recipients are read
 * - `ready`: it can be started
 * - `scheduled`: it was started, and its time has not come
 * - `running`: its lanes send it
 * - `paused`: by somebody, or by itself; `because` says why
 * - `finished`: everybody has had their turn
 * - `cancelled`: nothing more is sent
 */
export const CAMPAIGN_STATES = [
  ...(['draft', 'checking', 'ready', 'scheduled'] as const),
  ...(['running', 'paused', 'finished', 'cancelled'] as const),
] as const;

type CampaignState = (typeof CAMPAIGN_STATES)[number];

/** One broadcast. Its recipients lie in the parts that its check wrote, and never change. */
export interface Campaign {
  /** `cmp_` and 22 characters of base64url. */
  readonly id: string;
  readonly name: string;
  readonly channel: string;
  readonly tenant: string;
  readonly provider: Provider;
  /** One, or up to four of which each person gets one, always the same, by their shares. */
  readonly variants: readonly Variant[];
  /** It has no file: software puts people into it one by one, and it runs until somebody cancels it. @default false */
  readonly isTriggered?: boolean;
  /** What follows, the first step first; its templates are sent to whom the condition holds. */
  readonly steps: readonly Step[];
  /** By a parameter of the template (`1`, a name, `header`, `button.0`): the column of the recipients' file. */
  readonly map: Readonly<Record<string, string>>;
  /** Column of phone numbers or BSUIDs. @default the first that is called as such columns are */
  readonly recipientColumn?: string;
  /** When it starts: a time of day of `timeZone` such as `2026-12-01T09:00`. @default when somebody starts it */
  readonly startAt?: string;
  /** Of `startAt` and `quiet`: an IANA name, or `recipient` for that of each person's number. */
  readonly timeZone: string;
  /** No message goes out between these times of day, `21:00` and `08:00`. */
  readonly quiet?: { readonly from: string; readonly to: string };
  /** Beneath what the channel's rate allows. */
  readonly maxPerSecond?: number;
  /** Of two campaigns of a channel, one of weight 2 has two segments for each of the other. */
  readonly weight: number;
  readonly budget?: Money;
  /** It pauses where a larger share of the last 500 outcomes of a track is that. */
  readonly stopAbove: { readonly failed: number; readonly blocked: number };
  /** For how long a message that was given its turn may be tried, in ms. */
  readonly lifeMs: number;
  /** Of rates that somebody gave in place of the dated card: JSON. */
  readonly prices?: string;
  /** What the last check found that can be sent; what it refused stands in its report. */
  readonly check?: CampaignCheck;
  /** While it is checked: which check that is. Another one is of no use any more. */
  readonly checking?: string;
  readonly state: CampaignState;
  readonly because?: string;
  /** Of its steps, how many have begun: those to whom they may go are known. @default 0 */
  readonly stepsBegun?: number;
  /** Where somebody was still to be sent the step before when it was looked for whom the next one goes to. */
  readonly stepWait?: StepWait;
  /** The last time that failures were offered again, or are about to be. */
  readonly retry?: Retry;
  /** When one of its recipients was forgotten last: who read its parts before that reads them again. In ms since 1970. */
  readonly forgotAt?: number;
  /** The newest last, 50 at most. */
  readonly changes: readonly StateChange[];
  /** Messages that may go to people outside a window in 24 hours, for all numbers of the portfolio; undefined for any. */
  readonly portfolioLimit?: number;
  /** In ms since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface Variant {
  readonly template: string;
  readonly language: string;
  /** Of all shares together. */
  readonly share: number;
}

interface StepWait {
  /** Until when nobody looks again, in ms since 1970. */
  readonly until: number;
  /** For how long that is. */
  readonly minutes: number;
}

export interface Step {
  readonly template: string;
  readonly language: string;
  /** After the step before was sent. */
  readonly delayMs: number;
  readonly condition: StepCondition;
}

/** Whoever replied gets no step any more, whatever its condition is. */
export const STEP_CONDITIONS = ['no_reply', 'read', 'not_read', 'delivered'] as const;

export type StepCondition = (typeof STEP_CONDITIONS)[number];

/** In millionths of a currency's unit. */
export interface Money {
  readonly micros: number;
  readonly currency: string;
}

export interface CampaignCheck {
  /** A random name, in the keys of what it wrote. */
  readonly id: string;
  /** In ms since 1970. */
  readonly at: number;
  /** Of the file that was read: one that is put in its place has another. */
  readonly etag: string;
  readonly category: 'marketing' | 'utility' | 'authentication';
  /** Shares of lanes that the recipients are divided into. */
  readonly tracks: number;
  readonly recipients: number;
  readonly refused: number;
  /** Of what all recipients cost, and of the dearest alone. */
  readonly cost: Money;
  readonly dearestMicros: number;
}

/** That somebody has failures offered again. They are looked for first, and then the campaign runs once more. */
export interface Retry {
  /** From 1 on. */
  readonly number: number;
  /** A random name. Whoever looks for failures by another one is not waited for any more. */
  readonly name: string;
  /** Whether those too of which nobody knows whether they went out. */
  readonly withUncertain: boolean;
  /** In ms since 1970. */
  readonly at: number;
  readonly by: string;
  /** How many are offered again, at once and a day after they failed. Undefined while they are looked for. */
  readonly found?: { readonly now: number; readonly later: number };
  /** Why none is. */
  readonly because?: string;
}

/** Rounds of a retry, after the first one and those of the steps: the second begins a day later. */
export function roundsOf(
  { steps }: Pick<Campaign, 'steps'>,
  { number }: Pick<Retry, 'number'>,
): readonly [now: number, later: number] {
  const last = steps.length + 2 * number;
  return [last - 1, last];
}

/**
 * Whether a round has begun. Who looks for whom it goes to writes its cursors first, and has to look again where
 * somebody changes the campaign meanwhile: until then nobody gets anything by them.
 */
export function hasBegun(
  { steps, stepsBegun = 0, retry }: Pick<Campaign, 'steps' | 'stepsBegun' | 'retry'>,
  { round = 0 }: Pick<Cursor, 'round'>,
): boolean {
  if (round <= steps.length) return round <= stepsBegun;
  if (retry === undefined) return false;
  const [first, last] = roundsOf({ steps }, retry);
  return retry.found === undefined ? round < first : round <= last;
}

/**
 * Whether everybody has had all that has begun of a campaign, in all lanes. Of one without any cursor nobody knows: it is
 * not.
 */
export function isRoundOver(
  campaign: Pick<Campaign, 'steps' | 'stepsBegun' | 'retry'>,
  cursors: readonly Cursor[],
): boolean {
  if (cursors.length === 0) return false;
  return cursors.every((cursor) => cursor.isOver || !hasBegun(campaign, cursor));
}

/** Whether failures of it are looked for. */
export function isPending({ found, because }: Pick<Retry, 'found' | 'because'>): boolean {
  return found === undefined && because === undefined;
}

export interface StateChange {
  /** In ms since 1970. */
  readonly at: number;
  readonly state: CampaignState;
  /** A caller of `/v1`, or `floodgate`. */
  readonly by: string;
  readonly because?: string;
}

/** Names itself where nobody did it. */
export const BY_ITSELF = 'floodgate';

const MOST_CHANGES = 50;

/** A campaign in another state, with who did it and why on its record. */
export function moved(campaign: Campaign, change: StateChange): Campaign {
  const { because: _, ...rest } = campaign;
  const { at, state, because } = change;
  return {
    ...rest,
    state,
    ...(because !== undefined && { because }),
    changes: [...campaign.changes, change].slice(-MOST_CHANGES),
    updatedAt: at,
  };
}

/** Whether its lanes have something to do. */
export function isUnderWay({ state }: Pick<Campaign, 'state'>): boolean {
  return state === 'scheduled' || state === 'running';
}
