import { LONGEST_TIMER_MS, LocalClock } from '../clock.ts';
import type { QueueModel, SettingChanges } from './queue-model.ts';
import type { ReceivedMessage } from './queue-types.ts';

export interface WaitingReceive {
  readonly max: number;
  /** Without end where it is infinite. */
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
  readonly createdAt: number;
  readonly tags = new Map<string, string>();
  readonly #waiters = new Set<() => void>();
  readonly #unfollowClock: () => void;
  #willWake = false;
  #isClosed = false;
  #changedAt: number;

  constructor(queue: QueueModel, clock = new LocalClock()) {
    this.queue = queue;
    this.clock = clock;
    this.createdAt = clock.now();
    this.#changedAt = this.createdAt;
    queue.onAvailable = () => this.#wakeSoon();
    this.#unfollowClock = clock.onAdvance(() => this.#wakeSoon());
  }

  /** Whether it was deleted: nobody receives from it any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  get changedAt(): number {
    return this.#changedAt;
  }

  /** Messages that nobody deleted yet. */
  get left(): number {
    const now = this.clock.now();
    const { visible, inFlight } = this.queue.counts(now);
    return visible + inFlight + this.queue.delayed(now);
  }

  configure(changes: SettingChanges): void {
    this.queue.configure(changes);
    this.#changedAt = this.clock.now();
  }

  /** Ends every wait. */
  close(): void {
    this.#isClosed = true;
    this.#unfollowClock();
    this.#wakeSoon();
  }

  /** Waits for a first message, then returns all that are there, up to `max`. */
  async receive(request: WaitingReceive): Promise<ReceivedMessage[]> {
    const deadline = this.clock.now() + request.waitMs;
    for (;;) {
      const now = this.clock.now();
      if (request.signal?.aborted === true || this.#isClosed) return [];
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
      const timer = Number.isFinite(timeoutMs)
        ? setTimeout(wake, Math.min(Math.max(timeoutMs, 1), LONGEST_TIMER_MS))
        : undefined;
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
