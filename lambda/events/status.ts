/** The statuses whose order is known, from the first to the furthest. */
const ORDER = ['accepted', 'sent', 'failed', 'delivered', 'read', 'played'];

/** How far a status is; undefined for one that is not known, which is kept beside the others. */
export function statusRank(name: string): number | undefined {
  const rank = ORDER.indexOf(name);
  return rank === -1 ? undefined : rank;
}

/**
 * The status to show: the furthest of the known ones seen, in whatever order they came.
 *
 * `failed` ranks below `delivered`, for what reached a device has not failed.
 */
export function currentStatus(seen: Iterable<string>): string | undefined {
  let furthest = -1;
  for (const name of seen) furthest = Math.max(furthest, statusRank(name) ?? -1);
  return ORDER[furthest];
}
