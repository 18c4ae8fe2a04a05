const BASE_SECONDS = 4;
const CAP_SECONDS = 300;

/**
 * How long a message that was received so many times waits for its next try: doubling from 2 to 4
 * seconds up to a cap, spread over half of it so that what failed together comes back apart.
 *
 * @param random from 0 up to 1
 * @param capSeconds 5 minutes unless told
 */
export function retryDelaySeconds(
  receiveCount: number,
  random: number,
  capSeconds = CAP_SECONDS,
): number {
  const ceiling = Math.min(BASE_SECONDS * 2 ** (receiveCount - 1), capSeconds);
  return Math.round((ceiling / 2) * (1 + random));
}
