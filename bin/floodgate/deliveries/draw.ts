import { styleText } from 'node:util';
import type { DropAnswer } from '../../../lambda/delivery/subscribers/schemas.ts';
import { printable } from '../../../lambda/shared/printable.ts';
import { drawColumns } from '../terminal/columns.ts';
import type { DeliveryTry, ShownDelivery } from './read-deliveries.ts';

const HEADINGS = ['WHEN', 'OUTCOME', 'WHY', 'TRY', 'TOOK', 'WHAT', 'EVENT'];

export function drawTries(
  tries: readonly DeliveryTry[],
  isAll: boolean,
  stream: NodeJS.WritableStream,
): string {
  if (tries.length === 0) return 'Nothing was tried.\n';
  const rows = tries.map((one) => [
    one.at,
    styleText(one.outcome === 'delivered' ? 'green' : 'red', one.outcome, { stream }),
    reasonOf(one),
    String(one.try),
    `${Math.round(one.latencyMs)} ms`,
    printable(one.what ?? ''),
    one.eventId,
  ]);
  const more = isAll ? [] : ['… and more: --limit N shows them'];
  return `${[...drawColumns(HEADINGS, rows, stream), ...more].join('\n')}\n`;
}

/** What the endpoint answered, or why it did not. */
export function reasonOf({ status, fault }: Pick<DeliveryTry, 'status' | 'fault'>): string {
  return status === null ? (fault ?? '') : `answered ${status}`;
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
