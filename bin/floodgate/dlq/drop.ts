import type { DeadLetter } from './dead-letter.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import { lookThrough } from './look-through.ts';

export interface DropOptions {
  readonly isMeant: (letter: DeadLetter) => boolean;
  readonly signal: AbortSignal;
  /** Resolves once it is on record that these are deleted. */
  readonly record: (letters: readonly DeadLetter[]) => Promise<void>;
  /** Gets how many were dropped so far. */
  readonly onProgress: (dropped: number) => void;
}

export interface DropReport {
  readonly queue: string;
  readonly dropped: number;
  readonly stayed: number;
}

/** Deletes dead letters for good: first the record, then the message. */
export async function drop(
  queue: DeadLetterQueue,
  { isMeant, signal, record, onProgress }: DropOptions,
): Promise<DropReport> {
  let dropped = 0;

  async function dropAll(letters: readonly DeadLetter[]): Promise<readonly DeadLetter[]> {
    if (letters.length === 0) return [];
    await record(letters);
    await Promise.all(letters.map((letter) => queue.remove(letter)));
    dropped += letters.length;
    onProgress(dropped);
    return letters;
  }

  /** Again for as long as that uncovers more of what is meant. */
  async function goThrough(): Promise<number> {
    const droppedBefore = dropped;
    const stayed = await lookThrough({
      ...{ queue, isMeant, signal, onSelected: dropAll, onProgress: () => undefined },
    });
    const isDone = stayed.length === 0 || dropped === droppedBefore || signal.aborted;
    return isDone ? stayed.length : goThrough();
  }

  const stayed = await goThrough();
  return { queue: queue.name, dropped, stayed };
}

/** What is kept on record of those that were dropped. */
export function dropped(queue: string, letters: readonly DeadLetter[]): object {
  const deadLetters = letters.map(({ id, reason, group, event }) => ({
    ...{ id, reason, group, eventId: event?.eventId },
  }));
  return { queue, deadLetters };
}
