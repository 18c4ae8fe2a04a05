import { printable } from '../../shared/printable.ts';

/** Why a row of a recipients' file gets no message, in words for whoever made the file. */
const REFUSALS = {
  more_cells:
    'the row has more cells than the file has columns: a separator within a cell wants quotes around it',
  no_number: 'there is no phone number',
  scientific:
    'a spreadsheet shortened the number, and its digits are gone: format the column as text, and fill it in again',
  invalid_number:
    'no country has such a phone number: it begins with the calling code of a country, such as +52',
  doubled: 'another row is for the same person',
  opted_out: 'this person wants no marketing',
  us_marketing: 'WhatsApp delivers no marketing templates to numbers of the United States',
  needs_number: 'this template goes to phone numbers alone',
  missing_parameter: 'what the template says here is empty',
  long_parameter: 'what the template says here would be too long',
  odd_parameter:
    'the template takes no line breaks and no five spaces here, and for a file or a link a URL',
} as const;

export type RefusalReason = keyof typeof REFUSALS;

export function refusalWords(reason: RefusalReason): string {
  return REFUSALS[reason];
}

export interface Refusal {
  readonly row: number;
  readonly reason: RefusalReason;
  readonly column: string;
  /** The cell as it is in the file. */
  readonly cell: string;
}

export const REFUSALS_HEADER = 'row,column,cell,reason,words\r\n';

const LONGEST_CELL = 200;

/** A line of the list of refusals, with its end. */
export function refusalLine({ row, reason, column, cell }: Refusal): string {
  const cells = [column, printable(cell).slice(0, LONGEST_CELL), reason, REFUSALS[reason]];
  return `${[String(row), ...cells.map(csvCell)].join(',')}\r\n`;
}

/** A cell that no spreadsheet takes for a formula. */
function csvCell(text: string): string {
  const plain = /^\s*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
