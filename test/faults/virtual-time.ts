interface Timer {
  readonly at: number;
  /** Of two timers at one time, the one that was set first runs first. */
  readonly order: number;
  run: (() => void) | undefined;
}

export type Cancel = () => void;

/** After all promises that can settle without time passing. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A clock that stands still while code runs, and jumps to the next timer when nothing is left to do. */
export class VirtualTime {
  #now: number;
  #order = 0;
  /** A binary heap, the earliest first. */
  readonly #timers: Timer[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  /** Milliseconds since 1970. */
  get now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): Cancel {
    this.#order += 1;
    const timer: Timer = {
      at: this.#now + Math.max(0, Math.round(delayMs)),
      order: this.#order,
      run,
    };
    this.#push(timer);
    return () => {
      timer.run = undefined;
    };
  }

  /** Runs until no timer is left, or something is found that ends it. */
  async run(isOver: () => boolean): Promise<void> {
    await settled();
    for (let timer = this.#pop(); timer !== undefined && !isOver(); timer = this.#pop()) {
      if (timer.run === undefined) continue;
      this.#now = timer.at;
      timer.run();
      await settled();
    }
  }

  #push(timer: Timer): void {
    const heap = this.#timers;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, timer)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): Timer | undefined {
    const heap = this.#timers;
    const [first] = heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const child = this.#earlierOf(2 * at + 1, 2 * at + 2);
      const below = heap[child];
      if (below === undefined || isBefore(last, below)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return first;
  }

  #earlierOf(left: number, right: number): number {
    const [a, b] = [this.#timers[left], this.#timers[right]];
    return a !== undefined && b !== undefined && isBefore(b, a) ? right : left;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at;
}
