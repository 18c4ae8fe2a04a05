import type { DeadLetter } from './dead-letter.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';

export interface LookThrough {
  readonly queue: DeadLetterQueue;
  /** Which of them are meant. */
  readonly isMeant: (letter: DeadLetter) => boolean;
  /** No more is received once it is aborted. */
  readonly signal: AbortSignal;
  /** Gets those of a batch that are meant, in order. Returns which of them it has removed. */
  readonly onSelected: (letters: readonly DeadLetter[]) => Promise<readonly DeadLetter[]>;
  /** Gets how many were received so far. */
  readonly onProgress: (seen: number) => void;
}

/**
 * Goes once through the messages of a dead-letter queue. Returns what stays there, in the order in
 * which it was received; everybody sees it again.
 *
 * SQS hands out no more of a group of which ten are held: of each group, the first ten that stay are
 * seen, and none behind them.
 */
export async function lookThrough(options: LookThrough): Promise<readonly DeadLetter[]> {
  const { queue, isMeant, signal, onSelected, onProgress } = options;
  const held = new Set<DeadLetter>();
  try {
    for (let seen = 0; !signal.aborted; onProgress(seen)) {
      const letters = await queue.receive();
      if (letters.length === 0) break;
      seen += letters.length;
      for (const letter of letters) held.add(letter);
      for (const letter of await onSelected(letters.filter(isMeant))) held.delete(letter);
    }
  } finally {
    await queue.release([...held]);
  }
  return [...held];
}
