import { SUBSCRIBER_ROUTES as R } from '../../../lambda/delivery/subscribers/routes.ts';
import { memberOf } from '../../../lambda/shared/json/json-source.ts';
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
    const event = {
      ...{ routeKey: R[route], headers: {}, body: JSON.stringify(change) },
      ...{ pathParameters: { id }, isBase64Encoded: false },
    };
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
    return new Promise((resolve) => {
      this.#options.api.invoke(event, (outcome) => {
        const status = outcome.ok ? Number(memberOf(outcome.result, 'statusCode')) : 500;
        if (status === 400) throw new Error('the API takes no such request');
        resolve(status < 300 || status === 404);
      });
    });
  }
}
