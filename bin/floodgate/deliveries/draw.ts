import { styleText } from 'node:util';
import type { DropAnswer } from '../../../lambda/delivery/subscribers/schemas.ts';
import { webhookIdOf } from '../../../lambda/events/webhook-id.ts';
import { printable } from '../../../lambda/shared/printable.ts';
import { drawColumns } from '../terminal/columns.ts';
import type { DeliveryTry, ShownDelivery } from './read-deliveries.ts';

const HEADINGS = ['WHEN', 'OUTCOME', 'WHY', 'TRY', 'TOOK', 'WHAT', 'NEXT TRY BY', 'WEBHOOK-ID'];

export function drawTries(
  tries: readonly DeliveryTry[],
  isAll: boolean,
  stream: NodeJS.WritableStream,
): string {
  if (tries.length === 0) return 'Nothing was tried.\n';
  const areNoneNext = tries.every(({ nextTryBy = null }) => nextTryBy === null);
  const without = (row: readonly string[]) =>
    areNoneNext ? row.filter((_, column) => HEADINGS[column] !== 'NEXT TRY BY') : row;
  const rows = tries.map((one) => [
    one.at,
    styleText(one.outcome === 'delivered' ? 'green' : 'red', one.outcome, { stream }),
    printable(`${reasonOf(one)} ${one.answer?.slice(0, SHOWN_ANSWER) ?? ''}`.trim()),
    String(one.try),
    `${Math.round(one.latencyMs)} ms`,
    printable(one.what ?? ''),
    one.nextTryBy ?? '',
    webhookIdOf(one.eventId),
  ]);
  const more = isAll ? [] : ['… and more: --limit N shows them'];
  const table = drawColumns(without(HEADINGS), rows.map(without), stream);
  return `${[...table, ...more].join('\n')}\n`;
}

/** Of what an endpoint says, in a column. */
const SHOWN_ANSWER = 60;

const FAULTS: Readonly<Record<string, string>> = {
  refused: 'nothing listens there',
  'hung-up': 'ended the connection without an answer',
  connection: 'the connection failed',
  'name-unknown': 'its name is not known',
  'address-refused': 'its address is not public',
};

/** What the endpoint answered, or why it did not. */
export function reasonOf({ status, fault }: Pick<DeliveryTry, 'status' | 'fault'>): string {
  return status === null ? (FAULTS[fault ?? ''] ?? fault ?? '') : `answered ${status}`;
}

/** All tries of an event, and what waits of it. */
export function drawDelivery(
  { tries, waiting, droppedAt }: ShownDelivery,
  stream: NodeJS.WritableStream,
): string {
  const waits = waiting.map(
    (one) =>
      `Waits after ${one.tries} tries from ${one.firstTriedAt} to ${one.lastTriedAt}, the last one ${one.fault}; next by ${one.nextTryBy}, until ${one.triedUntil}.\n`,
  );
  const dropped = droppedAt === null ? '' : `What was handed on before ${droppedAt} is dropped.\n`;
  const nothing = waiting.length === 0 ? 'Nothing is known to wait.\n' : '';
  return drawTries(tries, true, stream) + waits.join('') + nothing + dropped;
}

export function drawDropped({ waiting, isComplete }: DropAnswer): string {
  const known = `${waiting} ${waiting === 1 ? 'delivery is' : 'deliveries are'} known to have failed`;
  const rest = isComplete
    ? ''
    : 'The contact has more names than are followed: drop by those too.\n';
  return `Dropped, each when its turn comes: ${known}; those behind them are not counted.\n${rest}`;
}
