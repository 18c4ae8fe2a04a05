import { hash } from 'node:crypto';
import { accountNumber } from '../../events/alternate-numbers.ts';
import { isOfUnitedStates } from '../../providers/north-america.ts';
import type { Recipient } from '../../providers/recipient.ts';
import type { PartLine } from '../part.ts';
import type { Render } from '../templates/rendering.ts';
import type { NameSet } from './number-set.ts';
import { type ReadNumber, readNumber } from './read-number.ts';
import type { Refusal, RefusalReason } from './refusal.ts';
import type { Row } from './rows.ts';

/** What rows of a campaign are checked against. */
export interface RowRules {
  readonly campaign: string;
  readonly columns: readonly string[];
  /** Which of them has numbers. */
  readonly recipientColumn: number;
  readonly isMarketing: boolean;
  /** Whether BSUIDs are refused. */
  readonly needsNumber: boolean;
  /** Shares of the variants, and how each is filled in. */
  readonly variants: readonly { readonly share: number; readonly render: Render }[];
  /** Those of the steps behind. */
  readonly steps: readonly Render[];
  readonly microsOf: (country: string) => number;
  readonly optedOut: Pick<NameSet, 'has'>;
}

/** A row whose recipient was read. */
export interface ReadRow extends Row {
  readonly number: ReadNumber;
}

export type CheckedRow =
  | { readonly ok: true; readonly line: PartLine }
  | { readonly ok: false; readonly refusal: Refusal };

export function readRow({ row, cells }: Row, { recipientColumn }: RowRules): ReadRow {
  return { row, cells, number: readNumber(cells[recipientColumn] ?? '') };
}

/**
 * Checks a row. Whoever it takes is in `taken` from then on.
 *
 * @param aliases other names of the same person
 */
export function checkRow(
  { row, cells, number }: ReadRow,
  aliases: readonly string[],
  taken: NameSet,
  rules: RowRules,
): CheckedRow {
  const refused = (reason: RefusalReason, column = rules.recipientColumn): CheckedRow => {
    const place = { row, column: rules.columns[column] ?? '', cell: cells[column] ?? '' };
    return { ok: false, refusal: { ...place, reason } };
  };
  if (hasMore(cells, rules.columns.length)) return refused('more_cells');
  if (!number.ok) return refused(number.reason);
  const names = [number.to.name, ...aliases];
  const reason = reasonOf(number.to, names, taken, rules);
  if (reason !== undefined) return refused(reason);
  const variant = variantOf(number.to, rules);
  const components: (readonly object[])[] = [];
  for (const render of [rules.variants[variant]?.render, ...rules.steps]) {
    const rendered = render?.(cells) ?? NOTHING;
    if (!rendered.ok) return refused(rendered.reason, rendered.column);
    components.push(rendered.components);
  }
  for (const name of names) taken.add(name);
  const { to, country } = number;
  const micros = rules.microsOf(country);
  return { ok: true, line: { row, to, variant, components, micros, country } };
}

const NOTHING = { ok: true, components: [] } as const;

function hasMore(cells: readonly string[], columns: number): boolean {
  return cells.length > columns && cells.slice(columns).some((cell) => cell.trim() !== '');
}

function reasonOf(
  { kind, name }: Recipient,
  names: readonly string[],
  taken: NameSet,
  { needsNumber, isMarketing, optedOut }: RowRules,
): RefusalReason | undefined {
  if (kind === 'userId' && needsNumber) return 'needs_number';
  if (isMarketing && isOfUnitedStates(name)) return 'us_marketing';
  if (names.some(taken.has)) return 'doubled';
  return isMarketing && names.some(optedOut.has) ? 'opted_out' : undefined;
}

/** The same for a person's number each time, and in another campaign another one. */
function variantOf({ name }: Recipient, { campaign, variants }: RowRules): number {
  if (variants.length < 2) return 0;
  const shares = variants.reduce((sum, { share }) => sum + share, 0);
  const place = hash('sha256', `${campaign} ${accountNumber(name)}`, 'buffer').readUInt32BE(0);
  let left = (place / 2 ** 32) * shares;
  const found = variants.findIndex(({ share }) => {
    left -= share;
    return left < 0;
  });
  return Math.max(found, 0);
}
