import type { DeadLetter } from './dead-letter.ts';
import type { Counts, DeadLetterQueue } from './dead-letter-queue.ts';
import { lookThrough } from './look-through.ts';

/** A dead letter and how many of its group lie behind it in its dead-letter queue. */
export interface Found {
  readonly letter: DeadLetter;
  readonly behind: number;
  /** Whether there may be more than could be seen. */
  readonly isMoreBehind: boolean;
}

export interface Listing {
  readonly queues: readonly {
    readonly name: string;
    readonly deadLetters: number;
    /** Of the queue whose dead letters they are; null where they are of many subscribers' queues. */
    readonly queue: Counts | null;
  }[];
  readonly deadLetters: readonly Found[];
}

export interface ListOptions {
  readonly isMeant: (letter: DeadLetter) => boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (queue: string, seen: number, total: number) => void;
}

/** Of a group that has so many, SQS hands out no more. */
const MOST_OF_A_GROUP = 10;

/** Looks at the dead letters of queues, and leaves them there. */
export async function list(
  queues: readonly DeadLetterQueue[],
  options: ListOptions,
): Promise<Listing> {
  const listed = await Promise.all(
    queues.map(async (queue) => {
      const [{ waiting }, source] = await Promise.all([queue.count(), queue.countSource()]);
      const found = waiting === 0 ? [] : await lookAt(queue, waiting, options);
      return { summary: { name: queue.name, deadLetters: waiting, queue: source ?? null }, found };
    }),
  );
  return {
    queues: listed.map(({ summary }) => summary),
    deadLetters: listed.flatMap(({ found }) => found),
  };
}

async function lookAt(
  queue: DeadLetterQueue,
  total: number,
  { isMeant, signal, onProgress }: ListOptions,
): Promise<Found[]> {
  const meant = new Set<DeadLetter>();
  const seen = await lookThrough({
    ...{ queue, isMeant, signal },
    onSelected: async (letters) => {
      for (const letter of letters) meant.add(letter);
      return [];
    },
    onProgress: (count) => onProgress(queue.name, count, total),
  });
  return withBehind(seen).filter(({ letter }) => meant.has(letter));
}

function withBehind(letters: readonly DeadLetter[]): Found[] {
  const groups = Map.groupBy(letters, ({ group, id }) => group ?? id);
  return letters.map((letter) => {
    const group = groups.get(letter.group ?? letter.id) ?? [];
    return {
      letter,
      behind: group.length - group.indexOf(letter) - 1,
      isMoreBehind: group.length >= MOST_OF_A_GROUP,
    };
  });
}
