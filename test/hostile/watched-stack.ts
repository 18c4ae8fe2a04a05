import { setTimeout as sleep } from 'node:timers/promises';
import type { Pipeline } from '../support/pipeline.ts';

/** The local stack, with all that it writes and all that was private in what it was sent. */
export interface WatchedStack extends Pipeline {
  readonly written: string[];
  readonly secret: Set<string>;
}

export const denied = { code: 'AccessDeniedException', status: 400 };

export function says({ written }: Pick<WatchedStack, 'written'>, words: string): boolean {
  return written.some((line) => line.includes(words));
}

/** Refuses an action of a service for as long as nobody complains. */
export function refusesUntil(
  watched: Pick<WatchedStack, 'written'>,
  complaint: string,
  refused: string,
) {
  return (action: string) => (action === refused && !says(watched, complaint) ? denied : undefined);
}

const STEPS = 1000;
/** Leaves the functions time to finish what they have, before it is given to others. */
const STEP_MS = 300;

/** Moves the stack's time on, rather than wait for what is to be tried again. */
export async function passTime(
  { stack }: Pick<WatchedStack, 'stack'>,
  isOver: () => boolean,
): Promise<void> {
  for (let step = 0; !isOver(); step += 1) {
    if (step > STEPS) throw new Error('what is waited for does not happen');
    stack.clock.advance(4 * 60_000);
    const until = Date.now() + STEP_MS;
    while (!isOver() && Date.now() < until) await sleep(10);
  }
}
