import { LocalClock } from '../clock.ts';
import type { QueueModel } from './queue-model.ts';
import type { ReceivedMessage } from './queue-types.ts';

export interface WaitingReceive {
  readonly max: number;
  readonly waitMs: number;
  /** @default the queue's */
  readonly visibilityTimeoutSeconds?: number | undefined;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}

/** A queue on the stack's clock, with long polling. */
export class WaitingQueue {
  readonly queue: QueueModel;
  readonly clock: LocalClock;
  readonly #waiters = new Set<() => void>();
  #willWake = false;

  constructor(queue: QueueModel, clock = new LocalClock()) {
    this.queue = queue;
    this.clock = clock;
    queue.onAvailable = () => this.#wakeSoon();
    clock.onAdvance(() => this.#wakeSoon());
  }

  /** Waits for a first message, then returns all that are there, up to `max`. */
  async receive(request: WaitingReceive): Promise<ReceivedMessage[]> {
    const deadline = this.clock.now() + request.waitMs;
    for (;;) {
      const now = this.clock.now();
      if (request.signal?.aborted === true) return [];
      const received = this.queue.receive(request.max, now, request.visibilityTimeoutSeconds);
      if (received.length > 0 || now >= deadline) return received;
      await this.#change(Math.min(deadline, this.queue.opensAt) - now, request.signal);
    }
  }

  #change(timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiters.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(timeoutMs, 1));
      this.#waiters.add(wake);
      signal?.addEventListener('abort', wake);
    });
  }

  /** After the current turn, so that a batch that was just sent is received as one. */
  #wakeSoon(): void {
    if (this.#willWake || this.#waiters.size === 0) return;
    this.#willWake = true;
    setImmediate(() => {
      this.#willWake = false;
      for (const wake of [...this.#waiters]) wake();
    });
  }
}
