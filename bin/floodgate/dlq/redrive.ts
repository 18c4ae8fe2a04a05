import { readDelivery, writeDelivery } from '../../../lambda/delivery/delivery.ts';
import { digest } from '../../../lambda/events/event.ts';
import { runInGroupOrder } from '../../../lambda/shared/queue/group-order.ts';
import { reasonOf } from '../stack/deployed-stack.ts';
import { type DeadLetter, isSelected, type Selection } from './dead-letter.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import { lookThrough } from './look-through.ts';

export interface RedriveOptions {
  readonly selection: Selection;
  readonly signal: AbortSignal;
  /** Gets how many were sent back so far. */
  readonly onProgress: (sent: number) => void;
}

export interface RedriveReport {
  readonly queue: string;
  readonly sentBack: number;
  /** Sent back, and in the dead-letter queue again before all was done. */
  readonly cameBack: number;
  /** Why some were not sent back, or their copies not deleted; they stay, and all behind them in their groups. */
  readonly failures: readonly string[];
  readonly stayed: number;
}

/**
 * Sends dead letters back to where they came from: groups side by side, each in order. A dead letter
 * is removed only when its copy is confirmed.
 */
export async function redrive(
  queue: DeadLetterQueue,
  { selection, signal, onProgress }: RedriveOptions,
): Promise<RedriveReport> {
  const sent = new Set<string>();
  const failures = new Set<string>();
  const stop = new AbortController();

  async function sendBack(letter: DeadLetter): Promise<void> {
    await queue.sendBack(letter);
    await queue.remove(letter);
    sent.add(contentOf(letter));
    onProgress(sent.size);
  }

  async function sendAllBack(letters: readonly DeadLetter[]): Promise<readonly DeadLetter[]> {
    const first = letters.filter((letter) => !sent.has(contentOf(letter)));
    const halted = await runInGroupOrder(first, ({ group, id }) => group ?? id, sendBack);
    for (const { error } of halted) failures.add(reasonOf(error));
    const stayed = new Set(halted.flatMap(({ items }) => items));
    if (first.length > 0 && stayed.size === first.length) stop.abort();
    return first.filter((letter) => !stayed.has(letter));
  }

  /** Again for as long as that uncovers more of what is meant. */
  async function goThrough(): Promise<readonly DeadLetter[]> {
    const sentBefore = sent.size;
    const startedAt = Date.now();
    const stayed = await lookThrough({
      ...{ queue, signal: AbortSignal.any([signal, stop.signal]) },
      isMeant: (letter) => isSelected(letter, selection, startedAt),
      ...{ onSelected: sendAllBack, onProgress: () => undefined },
    });
    const isDone = stayed.length === 0 || sent.size === sentBefore || failures.size > 0;
    return isDone || signal.aborted ? stayed : goThrough();
  }

  const stayed = await goThrough();
  const cameBack = stayed.filter((letter) => sent.has(contentOf(letter))).length;
  return {
    queue: queue.name,
    ...{ sentBack: sent.size, cameBack, failures: [...failures], stayed: stayed.length },
  };
}

/** Tells what comes back: its copy has another id, and a delivery another time at which it was handed on. */
function contentOf({ group = '', body }: DeadLetter): string {
  const reading = readDelivery(body);
  const content = reading.ok ? writeDelivery({ ...reading.delivery, routedAt: 0 }) : body;
  return digest([group, content]);
}
