import {
  type Check,
  isListOf,
  isObjectOf,
  isOneOf,
  isOptional,
  isText,
  isWhole,
} from '../shared/json/checks.ts';
import { keptJson } from '../shared/json/kept-json.ts';

/**
 * Which recipient of a campaign a message is for, as the row of the message keeps it, and what waits of it:
 * what is put into the template lies in the part.
 */
export interface CampaignRecipient {
  readonly template: string;
  readonly language: string;
  readonly category: 'marketing' | 'utility' | 'authentication';
  /** Which of the campaign's variants, from 0 on. */
  readonly variant: number;
  /** What the message costs, in millionths of the currency's unit. */
  readonly micros: number;
  /** Two letters; `ZZ` where it has none. */
  readonly country: string;
  /** Name of the check that wrote the part. */
  readonly check: string;
  readonly zone: string;
  /** Where its line begins, and how long it is without its end. */
  readonly offset: number;
  readonly bytes: number;
  /** In ms since 1970; from then on it is not sent any more. */
  readonly notAfter: number;
  /** Of a triggered campaign, in place of a line: a digest of the key by which they were put into it. */
  readonly trigger?: string;
  /** Of one that failed and was offered again. */
  readonly again?: OfferedAgain;
}

/** What came before a message was offered again. */
export interface OfferedAgain {
  /** How often it was offered again by now. */
  readonly times: number;
  /** The last attempt that failed. */
  readonly after: number;
  /** How that stood: what alone may be claimed anew. */
  readonly from: 'refused' | 'taken' | 'uncertain';
  /** Groups of the statuses of attempts that the provider took: what they still tell is not of this one. */
  readonly told: readonly string[];
}

/**
 * The body of a message of a template.
 *
 * @param components what is put into it; without them it says what the template says to everybody
 */
export function templateBody(
  { template: name, language: code }: Pick<CampaignRecipient, 'template' | 'language'>,
  components: readonly object[] = [],
) {
  const template = { name, language: { code }, ...(components.length > 0 && { components }) };
  return { type: 'template', template };
}

const isAgain = isObjectOf({
  times: isWhole,
  after: isWhole,
  from: isOneOf('refused', 'taken', 'uncertain'),
  told: isListOf(isText),
} satisfies Record<keyof OfferedAgain, Check>);

export function isOfferedAgain(value: unknown): value is OfferedAgain {
  return isAgain(value);
}

const RECIPIENT = {
  template: isText,
  language: isText,
  category: isOneOf('marketing', 'utility', 'authentication'),
  variant: isWhole,
  micros: isWhole,
  country: isText,
  check: isText,
  zone: isText,
  offset: isWhole,
  bytes: isWhole,
  notAfter: isWhole,
  trigger: isOptional(isText),
  again: isOptional(isAgain),
} satisfies Record<keyof CampaignRecipient, Check>;

/** Whether it is one, as what waits of it says. */
export const isCampaignRecipient = isObjectOf(RECIPIENT);

const kept = keptJson<CampaignRecipient>({ what: 'recipient', version: 1 }, RECIPIENT);

export const writeRecipient = kept.write;

/** Throws on what `writeRecipient` did not write, naming the members at fault. */
export const readRecipientOf = kept.read;
