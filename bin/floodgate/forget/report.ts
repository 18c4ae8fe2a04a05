import { styleText } from 'node:util';
import { drawColumns } from '../terminal/columns.ts';
import type { SweepReport } from './sweep.ts';

/** What was emptied in the table, and in S3 by what rows pointed at. */
export interface ForgottenRowCounts {
  readonly events: number;
  readonly messages: number;
  readonly payloads: number;
  readonly files: number;
  readonly links: number;
}

/** What a run has forgotten, or in a dry run would forget. */
export interface ForgetReport {
  readonly isDryRun: boolean;
  /** Undefined where only what is pending was meant. */
  readonly rows: ForgottenRowCounts | undefined;
  /** Undefined where it was stopped before. */
  readonly rest: SweepReport | undefined;
  readonly isComplete: boolean;
  /** Whether a person was named of whom there is nothing anywhere: a slip of the pen, or all is forgotten already. */
  readonly isUnknown: boolean;
}

type Found = Pick<ForgetReport, 'rows' | 'rest'>;

/** Whether nothing was found of who was named. */
export function isNobody({ rows, rest }: Found): boolean {
  if (rows === undefined || rest === undefined) return false;
  const { archiveLines, deadLetters, putAside, setAside, undecided } = rest;
  const counts = [...Object.values(rows), archiveLines, deadLetters, putAside, setAside];
  return undecided.length === 0 && counts.every((count) => count === 0);
}

/** For people; in colours where `stream` shows them. */
export function drawForgotten(report: ForgetReport, stream: NodeJS.WritableStream): string {
  const { isDryRun, rows, rest } = report;
  if (report.isUnknown) return drawUnknown(stream);
  const isStopped = rest?.isComplete !== true && !isDryRun;
  const places = [...placesOfRows(rows), ...placesOfRest(rest)];
  const lines = [
    ...drawColumns([isDryRun ? 'WOULD FORGET' : 'FORGOTTEN', ''], places, stream),
    ...drawUndecided(rest, stream),
    ...(isStopped ? [styleText('red', 'There is more: run it again.', { stream })] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function drawUnknown(stream: NodeJS.WritableStream): string {
  const found = styleText('red', 'Nothing is known of that contact on that channel.', { stream });
  return `${found} Are both typed right?\nWhoever was forgotten before is not known either.\n`;
}

function placesOfRows(rows: ForgottenRowCounts | undefined): string[][] {
  if (rows === undefined) return [];
  const { events, messages, payloads, files, links } = rows;
  return [
    ['table: events', String(events)],
    ['table: sent messages', String(messages)],
    ['table: links between names', String(links)],
    ['oversized payloads', String(payloads)],
    ['files', String(files)],
  ];
}

function placesOfRest(rest: SweepReport | undefined): string[][] {
  if (rest === undefined) return [];
  const { people, archiveLines, archiveObjects, archiveObjectsRead } = rest;
  const archive = `${archiveLines} in ${archiveObjects} of ${archiveObjectsRead} objects`;
  return [
    ['archive: lines', people === 0 ? 'nobody is pending' : archive],
    ['dead letters', String(rest.deadLetters)],
    ['deliveries put aside', String(rest.putAside)],
    ['changes set aside', String(rest.setAside)],
  ];
}

function drawUndecided(rest: SweepReport | undefined, stream: NodeJS.WritableStream): string[] {
  if (rest === undefined || rest.undecided.length === 0) return [];
  return [
    styleText('red', 'Look at these, then run it again; docs/runbook.md says how:', { stream }),
    ...rest.undecided.map((place) => `  ${place}`),
  ];
}
