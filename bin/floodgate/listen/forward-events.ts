import { type HaltedGroup, runInGroupOrder } from '../../../lambda/shared/queue/group-order.ts';
import { reasonOf } from '../stack/deployed-stack.ts';
import { UnavailableError } from '../terminal/command.ts';
import type { Posted } from './post-event.ts';
import type { WaitingEvent } from './waiting-event.ts';

export interface ForwardDeps {
  /**
   * Waits a while for events. Of a group they are the first, in order, and no more of it comes before
   * these are removed or given back.
   *
   * Rejects with `UnavailableError` where there never will be any; else it may be tried again.
   */
  readonly receive: () => Promise<readonly WaitingEvent[]>;
  readonly post: (event: WaitingEvent) => Promise<Posted>;
  readonly remove: (event: WaitingEvent) => Promise<void>;
  /** Lets them be received again after so many seconds. */
  readonly giveBack: (events: readonly WaitingEvent[], seconds: number) => Promise<void>;
  readonly show: (event: WaitingEvent, posted: Posted) => void;
  /** Tells the user what holds events up, and that it is over. */
  readonly notice: (text: string) => void;
  /** Resolves early when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What a post may take, its answer included. */
export const POST_MS = 30_000;

const LONGEST_DELAY_SECONDS = 30;
/** A server that is restarted is back soon. */
const AWAY_DELAY_SECONDS = 2;

/** Why a group was stopped: it is given back for so long. */
class Held extends Error {
  readonly seconds: number;

  constructor(seconds: number) {
    super();
    this.seconds = seconds;
  }
}

/**
 * Posts what comes to the queue until the signal aborts: groups side by side, each in order.
 *
 * An event leaves the queue once it is taken. One that is not is posted again, before those behind it.
 */
export async function forwardEvents(signal: AbortSignal, deps: ForwardDeps): Promise<void> {
  /** Those that the server took and the queue still has: to be removed, not posted again. */
  const taken = new Set<string>();
  const server = availability(deps.notice, {
    lost: (reason) => `your server cannot be reached (${reason}): events wait until it can`,
    found: 'your server answers again',
  });
  const queue = availability(deps.notice, {
    lost: (reason) => `the queue cannot be reached (${reason}): events wait there, trying again`,
    found: 'the queue answers again',
  });

  async function post(event: WaitingEvent): Promise<void> {
    // After a sleep, say: whoever receives it next posts it.
    if (deps.now() > event.heldUntil - POST_MS) throw new Held(0);
    const posted = await deps.post(event);
    if (posted.kind === 'unreachable') {
      server.isLost(posted.fault);
      throw new Held(AWAY_DELAY_SECONDS);
    }
    server.isFound();
    deps.show(event, posted);
    if (posted.kind !== 'taken') throw new Held(retryDelaySeconds(event.receiveCount));
    taken.add(event.messageId);
  }

  async function forward(event: WaitingEvent): Promise<void> {
    if (signal.aborted) throw new Held(0);
    if (!taken.has(event.messageId)) await post(event);
    await deps.remove(event);
    taken.delete(event.messageId);
  }

  async function receive(): Promise<readonly WaitingEvent[]> {
    try {
      const events = await deps.receive();
      queue.isFound();
      return events;
    } catch (error) {
      if (signal.aborted) return [];
      if (error instanceof UnavailableError) throw error;
      const failures = queue.isLost(reasonOf(error));
      await deps.sleep(1000 * retryDelaySeconds(failures), signal);
      return [];
    }
  }

  while (!signal.aborted) {
    const halted = await runInGroupOrder(await receive(), ({ group }) => group, forward);
    await Promise.all(halted.map((group) => giveBack(group, deps)));
    // Nothing else will fare better: to look for more would hammer the queue.
    if (server.failures() > 0) await deps.sleep(1000 * AWAY_DELAY_SECONDS, signal);
  }
}

/** Where this fails, the queue lets them be received again of itself. */
async function giveBack({ items, error }: HaltedGroup<WaitingEvent>, deps: ForwardDeps) {
  const seconds = error instanceof Held ? error.seconds : 0;
  await deps.giveBack(items, seconds).catch(() => undefined);
}

function retryDelaySeconds(tries: number): number {
  return Math.min(2 ** (tries - 1), LONGEST_DELAY_SECONDS);
}

/** Tells once that something is lost, and once that it is found. */
function availability(
  notice: ForwardDeps['notice'],
  texts: { readonly lost: (reason: string) => string; readonly found: string },
) {
  let failures = 0;
  return {
    failures: () => failures,
    isFound: () => {
      if (failures > 0) notice(texts.found);
      failures = 0;
    },
    isLost: (reason: string): number => {
      if (failures === 0) notice(texts.lost(reason));
      failures += 1;
      return failures;
    },
  };
}
