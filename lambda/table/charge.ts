import { memberOf } from '../shared/json/json-source.ts';
import { ATTRIBUTES as A } from './keys.ts';
import { type Item, textIn } from './stored-rows.ts';
import { type Assignment, setKnown } from './update-expression.ts';

/** What statuses say of the price of a message: as which category it is charged, or that it is free. */
export interface Charge {
  readonly isTold: boolean;
  readonly isFree: boolean;
  readonly category: string;
}

/**
 * What a status says of the price, as the row of one of our messages keeps it: two words in the place of an
 * object.
 *
 * @param detail JSON of the status's other members
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing
 */
export function chargeAssignments(detail: string | undefined): Assignment[] {
  const pricing = detail === undefined ? undefined : pricingIn(detail);
  if (pricing === undefined) return [];
  const attribute = isBillable(pricing) ? A.chargedAs : A.freeAs;
  return setKnown({ [attribute]: categoryOf(pricing) });
}

/** Charged where any status says so. */
export function chargeIn(row: Item): Charge {
  const charged = textIn(row, A.chargedAs);
  const free = textIn(row, A.freeAs);
  const category = charged ?? free;
  return {
    isTold: category !== undefined,
    isFree: charged === undefined && free !== undefined,
    category: category ?? OTHER,
  };
}

function pricingIn(detail: string): unknown {
  if (!detail.includes('"pricing"')) return undefined;
  try {
    return memberOf(JSON.parse(detail), 'pricing');
  } catch {
    return undefined;
  }
}

/** Meta means to drop `billable` for the type. */
function isBillable(pricing: unknown): boolean {
  const billable = memberOf(pricing, 'billable');
  return typeof billable === 'boolean' ? billable : memberOf(pricing, 'type') === 'regular';
}

const OTHER = 'other';
const PRICED = [
  ...['marketing', 'utility', 'authentication', 'authentication_international'],
  ...['marketing_lite', 'service', 'referral_conversion'],
];

/** Meta writes some with a hyphen in one place and an underscore in another. */
function categoryOf(pricing: unknown): string {
  const told = String(memberOf(pricing, 'category') ?? '').replaceAll('-', '_');
  return PRICED.includes(told) ? told : OTHER;
}
