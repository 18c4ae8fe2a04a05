import { readCursor } from '../../answers/cursor.ts';
import { limitOf, MAX_LIMIT, type Parameters, unknownNames } from '../../answers/parameters.ts';
import { eventIdOf } from '../../events/webhook-id.ts';
import { parseMoment } from '../../shared/json/moment.ts';

type Raw = Readonly<Record<string, string | undefined>>;

export interface DeliveriesParameters {
  readonly subscriberId: string;
  readonly isFailedOnly: boolean;
  /** Undefined for all. */
  readonly eventId: string | undefined;
  /** In ms since 1970. */
  readonly since: number;
  readonly limit: number;
  /** Position of the last try of the page before. */
  readonly after: string | undefined;
}

const FLAGS: Readonly<Record<string, boolean>> = { true: true, false: false };

/** Tells all that is wrong at once. */
export function deliveriesParameters(
  subscriberId: string,
  query: Raw,
): Parameters<DeliveriesParameters> {
  const { failed = 'false', since, event } = query;
  const isFailedOnly = FLAGS[failed];
  const sinceMs = since === undefined ? 0 : parseMoment(since);
  const limit = limitOf(query['limit']);
  const cursor = cursorOf(query['cursor'], subscriberId);
  const faults = [
    unknownNames(query, ['event', 'failed', 'since', 'limit', 'cursor']),
    isFailedOnly === undefined ? `failed takes true or false, not ${failed}` : undefined,
    sinceMs === undefined
      ? `since takes a time such as 2026-11-22T06:00:00Z, not ${since}`
      : undefined,
    limit === undefined ? `limit is not a whole number from 1 to ${MAX_LIMIT}` : undefined,
    cursor.ok ? undefined : cursor.reason,
  ].filter((fault) => fault !== undefined);
  if (
    isFailedOnly === undefined ||
    sinceMs === undefined ||
    limit === undefined ||
    !cursor.ok ||
    faults.length > 0
  ) {
    return { ok: false, reason: faults.join('; ') };
  }
  return {
    ...{ ok: true, subscriberId, isFailedOnly, since: sinceMs, limit, after: cursor.position },
    eventId: event === undefined ? undefined : eventIdOf(event),
  };
}

function cursorOf(cursor: string | undefined, subscriberId: string) {
  if (cursor === undefined) return { ok: true, position: undefined } as const;
  return readCursor(cursor, 'deliveries', subscriberId);
}
