import { functionArn } from '../account.ts';
import type { Mapping } from './mapping.ts';
import type { ListRequest } from './requests.ts';

/** What every mapping shows of itself, that of a stream too. */
export type ShownMapping = Pick<Mapping['shown'], 'UUID' | 'EventSourceArn' | 'FunctionArn'>;

const MOST_LISTED = 100;

/** A page, in the order of ids. A marker is the id of the mapping that comes next. */
export function listed(
  all: readonly ShownMapping[],
  { FunctionName, EventSourceArn, Marker = '', MaxItems = MOST_LISTED }: ListRequest,
) {
  const rest = all
    .filter(
      (one) =>
        one.UUID >= Marker &&
        (FunctionName === undefined || one.FunctionArn === functionArn(FunctionName)) &&
        (EventSourceArn === undefined || one.EventSourceArn === EventSourceArn),
    )
    .toSorted((a, b) => (a.UUID < b.UUID ? -1 : 1));
  const size = Math.min(Math.max(MaxItems, 1), MOST_LISTED);
  const NextMarker = rest[size]?.UUID;
  return {
    EventSourceMappings: rest.slice(0, size),
    ...(NextMarker !== undefined && { NextMarker }),
  };
}
