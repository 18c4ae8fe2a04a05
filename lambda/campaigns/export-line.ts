import { readCampaignMessageId } from '../events/outgoing-id.ts';
import { ATTRIBUTES as A } from '../table/keys.ts';
import { outgoingKeyOf } from '../table/outgoing-keys.ts';
import { type OutgoingRecord, stateOf, toRecord } from '../table/outgoing-record.ts';
import { type Item, keyOf, numberIn } from '../table/stored-rows.ts';
import type { Campaign } from './campaign.ts';
import { costOf, countedMessage, errorOf } from './figures.ts';
import type { PartLine } from './part.ts';
import type { TriggeredEnd } from './triggered.ts';

export type ExportFormat = 'csv' | 'ndjson';

/** One message of a campaign, or a recipient for whom there is none yet, as an export has it. */
export interface ExportLine {
  /** Of the recipients' file. */
  readonly row: number;
  readonly recipient: string;
  readonly country: string;
  readonly variant: number;
  readonly step: number;
  readonly template: string;
  readonly language: string;
  /**
   * As of any message; or `waiting` for their turn, or `left_out` when that came: they had opted out. Of a
   * triggered campaign also why they wait no more, such as `removed`.
   */
  readonly state: string;
  readonly sentAt: string;
  readonly deliveredAt: string;
  readonly readAt: string;
  readonly repliedAt: string;
  readonly errorClass: string;
  readonly errorCode: string;
  readonly errorText: string;
  /** What was charged; empty while it is not known. */
  readonly category: string;
  readonly price: string;
  readonly currency: string;
  readonly messageId: string;
  /** By which the company's software knows them in a triggered campaign; empty in others. */
  readonly key: string;
}

/** What is said of somebody of whom there is no row. */
export type UnsentState = 'waiting' | 'left_out' | 'cancelled' | Exclude<TriggeredEnd, 'opted_out'>;

const COLUMNS = [
  ...(['row', 'recipient', 'country', 'variant', 'step', 'template', 'language'] as const),
  ...(['state', 'sentAt', 'deliveredAt', 'readAt', 'repliedAt'] as const),
  ...(['errorClass', 'errorCode', 'errorText', 'category', 'price', 'currency'] as const),
  ...(['messageId', 'key'] as const),
] as const satisfies readonly (keyof ExportLine)[];

/** Of somebody of whom there is no row. */
export function unsentLine(campaign: Campaign, line: PartLine, state: UnsentState): ExportLine {
  const nothing = { sentAt: '', deliveredAt: '', readAt: '', repliedAt: '', messageId: '' };
  const unpriced = { category: '', price: '', currency: '' };
  const noError = { errorClass: '', errorCode: '', errorText: '' };
  return { ...whoIn(campaign, line, 0), state, ...nothing, ...noError, ...unpriced };
}

/** Undefined where the row is of no message of a campaign. */
export function messageLine(campaign: Campaign, line: PartLine, row: Item): ExportLine | undefined {
  const key = outgoingKeyOf(keyOf(row));
  const message = key && readCampaignMessageId(key.id);
  if (key === undefined || message === undefined) return undefined;
  const record = toRecord(row);
  const state = stateOf(record);
  const error = state === 'failed' ? errorOf(row, record) : undefined;
  return {
    ...whoIn(campaign, line, message.step),
    state,
    ...timesIn(record, row),
    errorClass: error?.class ?? '',
    errorCode: error?.code ?? '',
    errorText: error?.text ?? '',
    ...priceOf(campaign, countedMessage(row)?.micros ?? line.micros, row),
    messageId: key.id,
  };
}

function whoIn(
  { variants, steps }: Campaign,
  { row, to, country, variant }: PartLine,
  step: number,
) {
  const sent = step === 0 ? variants[variant] : steps[step - 1];
  const { template = '', language = '' } = sent ?? {};
  return { row, recipient: to.name, key: '', country, variant, step, template, language };
}

function timesIn({ sentAt, statuses }: OutgoingRecord, row: Item) {
  const at = (name: string) => statuses.find((status) => status.name === name)?.at;
  return {
    sentAt: timeOf(sentAt ?? at('sent')),
    deliveredAt: timeOf(at('delivered')),
    readAt: timeOf(at('read')),
    repliedAt: timeOf(numberIn(row, A.repliedAt)),
  };
}

function priceOf({ check }: Campaign, micros: number, row: Item) {
  const { is, category } = costOf(row, stateOf(toRecord(row)));
  if (is !== 'due') return { category: '', price: is === 'free' ? '0' : '', currency: '' };
  return { category, price: decimalOf(micros), currency: check?.cost.currency ?? '' };
}

const MICROS = 1_000_000;

function decimalOf(micros: number): string {
  const rest = String(micros % MICROS)
    .padStart(6, '0')
    .replace(/0{1,6}$/, '');
  return `${Math.trunc(micros / MICROS)}${rest === '' ? '' : `.${rest}`}`;
}

function timeOf(timeMs: number | undefined): string {
  return timeMs === undefined ? '' : new Date(timeMs).toISOString();
}

/** What an export begins with. */
export function exportHead(format: ExportFormat): string {
  return format === 'csv' ? csvLine(COLUMNS) : '';
}

export function writeExportLine(line: ExportLine, format: ExportFormat): string {
  if (format === 'ndjson') return `${JSON.stringify(line)}\n`;
  return csvLine(COLUMNS.map((column) => String(line[column])));
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Spreadsheets run what begins so. */
const RUN = /^[=+\-@\t\r]/;

/** @see https://owasp.org/www-community/attacks/CSV_Injection */
function csvCell(text: string): string {
  const harmless = RUN.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
