import { PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/min/metadata';
import { alternateNumber } from '../../events/alternate-numbers.ts';
import { type Recipient, readRecipient } from '../../providers/recipient.ts';

/** Of a number or an id of which nobody knows the country. */
const NO_COUNTRY = 'ZZ';

export type ReadNumber =
  | { readonly ok: true; readonly to: Recipient; readonly country: string }
  | { readonly ok: false; readonly reason: 'no_number' | 'scientific' | 'invalid_number' };

/** What spreadsheets make of a number with many digits: the digits are gone. */
const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+$/;
const PLAIN = /^\+?([1-9]\d{6,14})$/;
/** What people put between digits, marks of direction that come with what is copied, and a spreadsheet's sign for text. */
const BESIDE = /[\s\p{Cf}()./'\u2010-\u2015-]/gu;
/** A text as a formula, an address of Twilio's or of a link, and a number that a program took for a fraction. */
const AROUND = /^(?:="(.*)"|(?:tel|whatsapp):(.*)|(\+?\d+)\.0)$/i;

/** Reads a cell with a phone number, in international form with `+`, `00` or without, or with a BSUID. */
export function readNumber(cell: string): ReadNumber {
  const text = cell.trim();
  const plain = PLAIN.exec(text)?.[1];
  if (plain !== undefined) return ofDigits(plain);
  if (text === '') return { ok: false, reason: 'no_number' };
  if (SCIENTIFIC.test(text)) return { ok: false, reason: 'scientific' };
  const [, formula, address, fraction] = AROUND.exec(text) ?? [];
  const bare = (formula ?? address ?? fraction ?? text).replace(BESIDE, '');
  const digits = PLAIN.exec(bare.replace(/^00/, ''))?.[1];
  if (digits !== undefined) return ofDigits(digits);
  const to = readRecipient(text, false);
  return to?.kind === 'userId'
    ? { ok: true, to, country: text.slice(0, 2) }
    : { ok: false, reason: 'invalid_number' };
}

function ofDigits(digits: string): ReadNumber {
  const alternate = alternateNumber(digits);
  const valid =
    validNumber(digits) ??
    // Forms of earlier years, which WhatsApp still takes.
    (alternate === undefined
      ? undefined
      : validNumber(alternate) && { digits, country: countryOf(alternate) });
  if (valid === undefined) return { ok: false, reason: 'invalid_number' };
  return { ok: true, to: { kind: 'phone', name: valid.digits }, country: valid.country };
}

interface ValidNumber {
  readonly digits: string;
  readonly country: string;
}

/** Undefined where no country has such a number. */
function validNumber(digits: string): ValidNumber | undefined {
  const country = countryOfCallingCode(digits);
  if (country !== undefined && isValid(digits)) return { digits, country };
  // Several countries share the code, or a trunk's 0 stands behind it.
  const number = parsePhoneNumberFromString(`+${digits}`, metadata);
  if (number?.isValid() !== true) return undefined;
  return { digits: number.number.slice(1), country: number.country ?? NO_COUNTRY };
}

function countryOf(digits: string): string {
  return validNumber(digits)?.country ?? NO_COUNTRY;
}

function isValid(digits: string): boolean {
  return new PhoneNumber(`+${digits}`, metadata).isValid();
}

const LONGEST_CODE = 3;

/** Undefined where more than one has the calling code, or none. */
function countryOfCallingCode(digits: string): string | undefined {
  for (let length = 1; length <= LONGEST_CODE; length += 1) {
    const countries = COUNTRIES.get(digits.slice(0, length));
    if (countries !== undefined) return countries.length === 1 ? countries[0] : undefined;
  }
  return undefined;
}

const COUNTRIES = new Map<string, readonly string[]>(
  Object.entries(metadata.country_calling_codes),
);
