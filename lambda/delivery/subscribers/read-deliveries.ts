import { writeCursor } from '../../answers/cursor.ts';
import type { LoggedRow, ReadDeliveryLog } from '../log-reader-table.ts';
import type { LoggedAttempt } from '../log-table.ts';
import type { DeliveriesParameters } from './deliveries-parameters.ts';
import type { DeliveriesAnswer } from './schemas.ts';

export interface ReadDeliveriesDeps {
  readonly deliveryLog: ReadDeliveryLog;
}

/** Rows that one request reads at most: with few failures among many tries it would read for long. */
const MAX_ROWS = 2000;

/** Reads what was tried to deliver to a subscriber, newest first. */
export async function readDeliveries(
  parameters: DeliveriesParameters,
  deps: ReadDeliveriesDeps,
  signal: AbortSignal,
): Promise<DeliveriesAnswer> {
  const { subscriberId, since, limit, after } = parameters;
  const deliveries: DeliveriesAnswer['deliveries'] = [];
  let last = after;
  const page = (position: string | undefined): DeliveriesAnswer => ({
    deliveries,
    nextCursor: position === undefined ? null : writeCursor(position, 'deliveries', subscriberId),
  });
  const place = after === undefined ? undefined : placeOf(after);
  const rows = deps.deliveryLog({ subscriberId, since, until: place?.key }, signal);
  for await (const { position, logged, rowNumber } of triesAfter(place, rows)) {
    if (deliveries.length === limit || rowNumber > MAX_ROWS) return page(last);
    last = position;
    if (isMeant(logged, parameters)) deliveries.push(tryAnswer(logged));
  }
  return page(undefined);
}

/** A row that ends after the time may have begun before it. */
function isMeant({ outcome, at, eventId }: LoggedAttempt, wanted: DeliveriesParameters): boolean {
  if (wanted.eventId !== undefined && eventId !== wanted.eventId) return false;
  return at >= wanted.since && (!wanted.isFailedOnly || outcome !== 'delivered');
}

interface Place {
  readonly key: string;
  /** Among the tries of the row. */
  readonly index: number;
}

function placeOf(position: string): Place {
  const at = position.lastIndexOf('#');
  return { key: position.slice(0, at), index: Number(position.slice(at + 1)) };
}

/** The tries behind a place, newest first. */
async function* triesAfter(place: Place | undefined, rows: AsyncIterable<LoggedRow>) {
  let rowNumber = 0;
  for await (const { key, tries } of rows) {
    rowNumber += 1;
    const first = place?.key === key ? place.index + 1 : 0;
    for (const [index, logged] of tries.entries()) {
      if (index >= first) yield { position: `${key}#${index}`, logged, rowNumber };
    }
  }
}

function tryAnswer(logged: LoggedAttempt): DeliveriesAnswer['deliveries'][number] {
  const { eventId, outcome, latencyMs } = logged;
  return {
    ...{ eventId, outcome, latencyMs, try: logged.try },
    at: new Date(logged.at).toISOString(),
    status: logged.status ?? null,
    what: logged.what ?? null,
    fault: logged.fault ?? null,
    answer: logged.answer ?? null,
  };
}
