import { type Check, failedChecks, isText, isWhole } from '../shared/json/checks.ts';
import { readVersioned, writeVersioned } from '../shared/json/versioned.ts';
import type { PartLine } from './part.ts';

/**
 * Which recipient of a campaign a message is for, as the row of the message keeps it, and what waits of it:
 * what it says lies in the part.
 */
export interface CampaignRecipient extends Pick<PartLine, 'variant' | 'micros' | 'country'> {
  /** Name of the check that wrote the part. */
  readonly check: string;
  readonly zone: string;
  /** Where its line begins, and how long it is without its end. */
  readonly offset: number;
  readonly bytes: number;
}

const KEPT = { what: 'recipient', version: 1 };

export function writeRecipient(recipient: CampaignRecipient): string {
  return writeVersioned(KEPT, recipient);
}

/** Throws on what `writeRecipient` did not write, naming the members at fault. */
export function readRecipientOf(text: string): CampaignRecipient {
  const recipient = readVersioned(KEPT, text);
  if (isRecipient(recipient)) return recipient;
  throw new Error(`no recipient, by ${failedChecks(recipient, RECIPIENT).join(', ')}`);
}

const RECIPIENT = {
  variant: isWhole,
  micros: isWhole,
  country: isText,
  check: isText,
  zone: isText,
  offset: isWhole,
  bytes: isWhole,
} satisfies Record<keyof CampaignRecipient, Check>;

function isRecipient(value: object): value is CampaignRecipient {
  return failedChecks(value, RECIPIENT).length === 0;
}
