import { styleText } from 'node:util';
import { PRICED } from '../prices.ts';
import { drawColumns } from '../terminal/columns.ts';
import type { ReplayState } from './record.ts';

/** What a replay did, or would do. */
export interface ReplayReport {
  /** Undefined for a dry run. */
  readonly replayId: string | undefined;
  readonly state: ReplayState | 'dry-run';
  readonly from: string;
  readonly to: string;
  /** With those of the runs before, where it was resumed. */
  readonly events: number;
  readonly deliveries: number;
  /** Of this run. */
  readonly recipients: readonly {
    readonly id: string;
    readonly name: string;
    readonly deliveries: number;
    /** Of those, what was received before it was there. */
    readonly older: number;
  }[];
  /** Whether the archive does not have yet all that was asked for. */
  readonly isCutShort: boolean;
  readonly archiveObjects: number;
  readonly archiveBytes: number;
  /** Whether the table was read, and not the archive. */
  readonly isTableRead: boolean;
  /** Lines and rows that this release cannot read, and did not send. */
  readonly unreadable: number;
  /** Events that were named and not found, or that nobody wants. */
  readonly missing: number;
  readonly dollars: Readonly<Record<string, number>>;
}

export function drawReport(report: ReplayReport, stream: NodeJS.WritableStream): string {
  return `${[
    headline(report, stream),
    ...drawRecipients(report, stream),
    ...(report.state === 'dry-run' ? drawCost(report, stream) : []),
    ...closing(report, stream),
  ].join('\n')}\n`;
}

function headline(report: ReplayReport, stream: NodeJS.WritableStream): string {
  const { state, events, deliveries, from, to } = report;
  const verb = state === 'dry-run' ? 'Would send' : 'Sent';
  const text = `${verb} ${plural(deliveries, 'delivery', 'deliveries')} of ${plural(events, 'event')}, received from ${from} to ${to}`;
  return styleText('bold', text, { stream });
}

function drawRecipients({ recipients }: ReplayReport, stream: NodeJS.WritableStream): string[] {
  if (recipients.length === 0) return [];
  const rows = recipients.map(({ name, deliveries, id }) => [name, String(deliveries), id]);
  const older = recipients.filter((one) => one.older > 0);
  return [
    ...drawColumns(['TO', 'DELIVERIES', 'ID'], rows, stream),
    ...older.map((one) =>
      styleText('yellow', `${one.older} of those to "${one.name}" are older than it is`, {
        stream,
      }),
    ),
  ];
}

function drawCost(report: ReplayReport, stream: NodeJS.WritableStream): string[] {
  const { dollars, archiveObjects, archiveBytes, isTableRead } = report;
  const source = isTableRead
    ? 'Reads the table'
    : `Reads ${plural(archiveObjects, 'object')} of the archive, ${megabytes(archiveBytes)} MB`;
  const total = Object.values(dollars).reduce((sum, one) => sum + one, 0);
  const rows = Object.entries(dollars)
    .filter(([, one]) => one > 0)
    .map(([part, one]) => [part, money(one)]);
  return [
    source,
    ...drawColumns(['COSTS ABOUT', money(total)], rows, stream),
    `At the list prices of ${PRICED.on} in ${PRICED.region}; this dry run has cost the reading.`,
  ];
}

function closing(report: ReplayReport, stream: NodeJS.WritableStream): string[] {
  const { state, replayId, unreadable, missing, isCutShort, to } = report;
  const lines = [
    ...(state === 'stopped'
      ? [`Stopped. To go on: npx floodgate replay --resume ${replayId}`]
      : []),
    ...(isCutShort
      ? [`The archive has the last half hour later: --from ${to} --from-table reads that`]
      : []),
  ];
  const notSent = state === 'dry-run' ? 'would not be sent' : 'were not sent';
  const warnings = [
    ...(unreadable === 0
      ? []
      : [
          `${plural(unreadable, 'line or row', 'lines or rows')} cannot be read by this release, and ${notSent}`,
        ]),
    ...(missing === 0 || state === 'stopped'
      ? []
      : [`${plural(missing, 'event')} of those named not found, or wanted by nobody`]),
  ];
  return [...lines, ...warnings.map((warning) => styleText('red', warning, { stream }))];
}

function money(dollars: number): string {
  return `$${dollars.toFixed(dollars < 0.01 ? 6 : 2)}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1);
}

function plural(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
