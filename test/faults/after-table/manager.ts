import { SUBSCRIBER_ROUTES as R } from '../../../lambda/delivery/subscribers/routes.ts';
import { askApi, httpEvent } from '../http-api.ts';
import type { SimulatedFunction } from '../simulated-function.ts';
import type { VirtualTime } from '../virtual-time.ts';

export interface ManagerOptions {
  readonly time: VirtualTime;
  /** What answers the API. */
  readonly api: SimulatedFunction;
}

const AGAIN_MS = 20_000;

/** Somebody who manages subscribers by the API, and asks again until it says that it is done. */
export class Manager {
  readonly #options: ManagerOptions;
  readonly #lines = new Map<string, Promise<void>>();

  constructor(options: ManagerOptions) {
    this.#options = options;
  }

  /** One thing after another of each subscriber. */
  ask(route: keyof typeof R, id: string, change: object = {}): void {
    const before = this.#lines.get(id) ?? Promise.resolve();
    const body = JSON.stringify(change);
    const event = httpEvent({ routeKey: R[route], headers: {}, path: { id }, body });
    this.#lines.set(
      id,
      before.then(() => this.#untilDone(event)),
    );
  }

  async #untilDone(event: object): Promise<void> {
    const { time } = this.#options;
    while (!(await this.#isDone(event))) {
      await new Promise<void>((resolve) => void time.after(AGAIN_MS, resolve));
    }
  }

  #isDone(event: object): Promise<boolean> {
    const { time, api } = this.#options;
    return new Promise((resolve) => {
      askApi(time, api, event, (status) => {
        if (status === 400) throw new Error('the API takes no such request');
        resolve(status < 300 || status === 404);
      });
    });
  }
}
