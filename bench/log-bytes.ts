import { ASSUMED } from './assumed.ts';

/** As CloudWatch counts log lines. */
export function logBytes(lines: readonly string[]): number {
  return lines.reduce(
    (sum, line) => sum + Buffer.byteLength(line) + ASSUMED.logLineOverheadBytes,
    0,
  );
}
