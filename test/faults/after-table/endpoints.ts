import { type HttpCall, textOf } from '../exchange.ts';
import { tracersIn } from '../ledger.ts';
import type { ServiceAnswer } from '../service.ts';
import type { DeliveryLedger } from './delivery-ledger.ts';
import type { Flap } from './schedule.ts';
import type { SimulatedSubscriber } from './subscribers.ts';

export interface EndpointsOptions {
  readonly subscribers: readonly SimulatedSubscriber[];
  readonly ledger: DeliveryLedger;
  /** Since the schedule began. */
  readonly elapsedMs: () => number;
}

/** The subscribers' endpoints: each takes events, or flaps as it is scheduled. */
export class Endpoints {
  readonly #options: EndpointsOptions;
  #calls = 0;

  constructor(options: EndpointsOptions) {
    this.#options = options;
  }

  /** Undefined where no answer ever comes. */
  act(call: HttpCall): ServiceAnswer | undefined {
    const { subscribers, elapsedMs } = this.#options;
    const id = call.path.slice(1);
    const receiver = subscribers.find(({ subscriber }) => subscriber.id === id);
    if (receiver === undefined) throw new Error(`there is no endpoint ${call.path}`);
    const { goneAtMs = Number.POSITIVE_INFINITY, flaps, refusal } = receiver.spec;
    if (elapsedMs() >= goneAtMs) return answer(410);
    const flap = flaps.find(
      ({ fromMs, durationMs }) => elapsedMs() >= fromMs && elapsedMs() < fromMs + durationMs,
    );
    this.#calls += 1;
    const isWell = flap === undefined || (flap.kind === 'flickers' && this.#calls % 2 === 0);
    if (!isWell) return this.#flap(flap, receiver, call);
    const isRefused =
      refusal !== undefined &&
      elapsedMs() < refusal.untilMs &&
      tracersIn(textOf(call)).includes(`u${refusal.event}`);
    if (isRefused) return answer(500);
    this.#take(receiver, call, true);
    return answer(200);
  }

  #flap({ kind }: Flap, receiver: SimulatedSubscriber, call: HttpCall): ServiceAnswer | undefined {
    if (kind === 'hangs') return undefined;
    if (kind === 'refuses' || kind === 'flickers') return answer(500);
    if (kind === 'asks-to-wait') return { ...answer(503), headers: { 'retry-after': '40' } };
    this.#take(receiver, call, false);
    return kind === 'takes-and-hangs' ? undefined : answer(502);
  }

  #take(receiver: SimulatedSubscriber, call: HttpCall, isAnswered: boolean): void {
    const id = call.headers['webhook-id'] ?? '';
    this.#options.ledger.received({ receiver, id, body: textOf(call), isAnswered });
  }
}

function answer(statusCode: number): ServiceAnswer {
  return { statusCode, headers: {}, body: 'said by the endpoint' };
}
