import { type HttpCall, textOf } from '../http-call.ts';
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

const SLOW_MS = 8000;
const CHATTER = 'What an endpoint says.\n'.repeat(2850);
const DRIP_MS = 100;

/** The subscribers' endpoints: each takes events in its manner, or flaps as it is scheduled. */
export class Endpoints {
  readonly #options: EndpointsOptions;
  #calls = 0;
  /** Whether somebody has made all of them well. */
  isMended = false;

  constructor(options: EndpointsOptions) {
    this.#options = options;
  }

  /** Undefined where no answer ever comes. */
  act(call: HttpCall): ServiceAnswer | undefined {
    const receiver = this.receiverOf(call);
    const { manner } = receiver.spec;
    const answered = this.#answer(receiver, call);
    const isAnswer = answered !== undefined && answered.statusCode < 500;
    if (isAnswer) this.#options.ledger.answered(receiver.id);
    if (answered === undefined || this.isMended) return answered;
    if (manner === 'slow') return { ...answered, afterMs: SLOW_MS };
    return manner === 'chatty' ? { ...answered, body: CHATTER, dripMs: DRIP_MS } : answered;
  }

  receiverOf({ path }: HttpCall): SimulatedSubscriber {
    const [, id] = path.split('/');
    const receiver = this.#options.subscribers.find((one) => one.id === id);
    if (receiver === undefined) throw new Error(`there is no endpoint ${path}`);
    return receiver;
  }

  #answer(receiver: SimulatedSubscriber, call: HttpCall): ServiceAnswer | undefined {
    const elapsedMs = this.#options.elapsedMs();
    const { goneAtMs = Number.POSITIVE_INFINITY, flaps } = receiver.spec;
    if (elapsedMs >= goneAtMs) return answer(410);
    const flap = flaps.find(
      ({ fromMs, durationMs }) => elapsedMs >= fromMs && elapsedMs < fromMs + durationMs,
    );
    this.#calls += 1;
    const isWell = flap === undefined || (flap.kind === 'flickers' && this.#calls % 2 === 0);
    if (!this.isMended) {
      if (!isWell) return this.#flap(flap, receiver, call);
      const status = this.#refusal(receiver, call, elapsedMs);
      if (status !== undefined) return answer(status);
    }
    this.#take(receiver, call, true);
    return answer(200);
  }

  /** Of one event, or of all of a contact. */
  #refusal(
    { spec: { refusal, refusedContact } }: SimulatedSubscriber,
    call: HttpCall,
    elapsedMs: number,
  ): number | undefined {
    const [tracer = ''] = tracersIn(textOf(call));
    if (refusal !== undefined && elapsedMs < refusal.untilMs && tracer === `u${refusal.event}`)
      return 500;
    const { ledger } = this.#options;
    const isRefused = refusedContact !== undefined && ledger.isOf(tracer, refusedContact);
    return isRefused ? 400 : undefined;
  }

  #flap({ kind }: Flap, receiver: SimulatedSubscriber, call: HttpCall): ServiceAnswer | undefined {
    if (kind.startsWith('takes')) this.#take(receiver, call, false);
    return FLAPPING[kind];
  }

  #take(receiver: SimulatedSubscriber, call: HttpCall, isAnswered: boolean): void {
    const id = call.headers['webhook-id'] ?? '';
    this.#options.ledger.received({ receiver, id, body: textOf(call), isAnswered });
  }
}

const FLAPPING: Readonly<Record<Flap['kind'], ServiceAnswer | undefined>> = {
  refuses: answer(500),
  flickers: answer(500),
  'refuses-all': answer(400),
  'asks-to-wait': { ...answer(503), headers: { 'retry-after': '40' } },
  limits: answer(429),
  'limits-for-long': { ...answer(429), headers: { 'retry-after': '30' } },
  hangs: undefined,
  'takes-and-refuses': answer(502),
  'takes-and-hangs': undefined,
};

function answer(statusCode: number): ServiceAnswer {
  return { statusCode, headers: {}, body: 'said by the endpoint' };
}
