import { styleText } from 'node:util';
import type { SendReport } from './report.ts';

type Paint = (style: 'green' | 'red' | 'dim' | 'bold', text: string) => string;

/** The report for people, in colours where `stream` shows them. */
export function drawReport(report: SendReport, stream: NodeJS.WritableStream): string {
  const paint: Paint = (style, text) => styleText(style, text, { stream });
  const rows = [...answerRows(report, paint), ...tableRows(report, paint)];
  const lines = rows.map(([label, text]) => `${paint('dim', label.padEnd(12))}${text}`);
  return `${[...lines, '', verdict(report, paint)].join('\n')}\n`;
}

type Row = readonly [label: string, text: string];

function answerRows({ webhooks, latencyMs, events }: SendReport, paint: Paint): Row[] {
  const answers = Object.entries(webhooks.answers).map(([status, number]) => {
    const text = `${status === 'none' ? 'no answer' : status}: ${count(number)}`;
    return status === '200' ? text : paint('red', text);
  });
  const all = webhooks.notSent > 0 ? ` of ${count(webhooks.sent + webhooks.notSent)}` : '';
  const sent = `${count(webhooks.sent)}${all}`;
  const retries = webhooks.retries > 0 ? ` (${count(webhooks.retries)} sent again)` : '';
  return [
    ['webhooks', `${sent} sent, ${count(webhooks.accepted)} accepted, ${webhooks.perSecond}/s`],
    ['answers', answers.join('   ') + retries],
    ...latencyRows(latencyMs),
    ['events', `${count(events.sent)} sent, ${count(events.distinct)} distinct`],
  ];
}

function latencyRows(latencyMs: SendReport['latencyMs']): Row[] {
  if (latencyMs === undefined) return [];
  const { p50, p99, max } = latencyMs;
  return [['latency', `p50 ${p50} ms   p99 ${p99} ms   max ${max} ms`]];
}

function tableRows({ isGivenUp, table, events }: SendReport, paint: Paint): Row[] {
  if (isGivenUp) return [['stored', 'not looked up']];
  if (table === undefined) return [['stored', 'not looked up: no table is known (--table NAME)']];
  const before = table.storedBefore > 0 ? ` (${count(table.storedBefore)} of them before)` : '';
  const seconds = table.secondsToLastStored;
  const when = seconds === undefined ? '' : `, the last one ${seconds} s after the first webhook`;
  const missing = count(table.missing);
  const rows: Row[] = [
    ['stored', `${count(table.stored)}${before}${when}`],
    ['duplicates', `${count(table.duplicatesDropped)} dropped`],
    ['missing', table.missing > 0 ? paint('red', missing) : missing],
  ];
  if (events.distinct === 0) return [];
  return [...rows, ...table.missingIds.map((id): Row => ['', id])];
}

const HINTS: Readonly<Record<string, string>> = {
  '401': 'the signature did not arrive',
  '403': 'the secret or the path token is not one that is known there (--secret, --token)',
  '404': 'the address has no webhook (--url)',
  '503': 'the queue or the secret cannot be reached from there',
};

function verdict({ isOk, webhooks, table }: SendReport, paint: Paint): string {
  if (isOk && table === undefined) return paint('green', 'All webhooks were accepted.');
  if (isOk) return paint('green', 'Every event is stored, once.');
  const refused = webhooks.sent + webhooks.notSent - webhooks.accepted;
  if (refused === 0) return paint('red', `${count(table?.missing ?? 0)} events are missing.`);
  const hints = Object.keys(webhooks.answers).flatMap((status) => HINTS[status] ?? []);
  return paint('red', [`${count(refused)} webhooks were not accepted.`, ...hints].join('\n'));
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
