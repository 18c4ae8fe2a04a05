/** What is due within that a lane waits for; what is due later is another invocation's. */
export const PATIENCE_MS = 5000;
/** How long one invocation works at a lane where there are enough of them; another one goes on. */
const SLICE_MS = 20_000;
/** Less would be spent on beginning and ending. */
const SHORTEST_SLICE_MS = 2_000;

/** A lane's turn. */
export interface Turn {
  readonly sliceMs: number;
  /** For so long the queue keeps back its wake where something is left: the others have theirs. */
  readonly waitSeconds: number;
}

/**
 * How lanes take turns, by how many of them have something to send for each that may send at once: where
 * they are more, each has its turn in about the time of one whole slice.
 *
 * Which wake the queue hands out next is not ours to say, and it may be the oldest. So one that comes back
 * waits until all others had a turn.
 */
export function turnOf(lanesPerSender: number): Turn {
  const share = Math.max(1, lanesPerSender);
  const sliceMs = Math.max(SHORTEST_SLICE_MS, Math.floor(SLICE_MS / share));
  return { sliceMs, waitSeconds: Math.floor((sliceMs * (share - 1)) / 1000) };
}
