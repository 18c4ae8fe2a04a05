/** The middle value; of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new Error('no values, so no median');
  return (lower + upper) / 2;
}

/** The smallest value that so many of the values do not exceed: `share` 0.99 is the p99. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)];
  if (value === undefined) throw new Error('no values, so no quantile');
  return value;
}

/**
 * How many times as much the one costs as the other: the median over pairs measured side by side.
 *
 * What slows the machine for a while slows both of a pair, so it does not show in their ratio.
 */
export function medianRatio(pairs: readonly { real: number; bare: number }[]): number {
  return median(pairs.map(({ real, bare }) => real / bare));
}
