import type { ServiceName } from './service.ts';

export const CALL_FAULTS = [
  'reset',
  'lost-answer',
  'throttled',
  'server-error',
  'slow',
  'hang',
  'partly',
  'crash-before',
  'crash-after',
  'crash-midway',
] as const;

/** What happens to the n-th call to a service. */
export interface PointFault {
  readonly service: ServiceName;
  readonly call: number;
  /** `unreachable`: not even a connection comes about. */
  readonly kind: (typeof CALL_FAULTS)[number] | 'unreachable';
  readonly delayMs: number;
  /** Which entries of a batch fail, as bits. */
  readonly shape: number;
}

export const OUTAGES = [
  'throttled',
  'server-error',
  'reset',
  'lost-answer',
  'hang',
  'partly',
] as const;

/** What happens to every call to a service, or to every invocation, for a while. */
export interface Outage {
  readonly service: ServiceName | 'invocations';
  readonly kind: (typeof OUTAGES)[number];
  readonly fromMs: number;
  readonly durationMs: number;
  /** Which entries of a batch fail, as bits. */
  readonly shape: number;
}

export const HOST_FAULTS = ['answer-lost', 'delete-lost'] as const;

/** What happens to the n-th answer to a provider, or the n-th message that is to be deleted. */
export interface HostFault {
  readonly kind: (typeof HOST_FAULTS)[number];
  readonly occasion: number;
}

/** The faults of one schedule, and how many of them came to pass. */
export class FaultPlan {
  readonly #calls = new Map<string, number>();
  readonly #points: ReadonlyMap<string, PointFault>;
  readonly #outages: readonly Outage[];
  readonly #startedAt: number;
  readonly #hosts: ReadonlySet<string>;
  readonly #met = new Set<Outage>();
  #injected = 0;
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(
    plan: {
      readonly faults: readonly PointFault[];
      readonly outages: readonly Outage[];
      readonly hostFaults: readonly HostFault[];
    },
    startedAt: number,
  ) {
    this.#points = new Map(plan.faults.map((fault) => [`${fault.service} ${fault.call}`, fault]));
    this.#hosts = new Set(plan.hostFaults.map(({ kind, occasion }) => `${kind} ${occasion}`));
    this.#outages = plan.outages;
    this.#startedAt = startedAt;
  }

  /** An outage counts once. */
  get injected(): number {
    return this.#injected + this.#met.size;
  }

  /** When the last fault came to pass, in ms since 1970. */
  get lastAt(): number {
    return this.#lastAt;
  }

  next(service: ServiceName, now: number): PointFault | undefined {
    const call = this.#countCall(service);
    const outage = this.#outageOf(service, now);
    if (outage !== undefined) return { ...outage, service, call, delayMs: 0 };
    const fault = this.#points.get(`${service} ${call}`);
    if (fault !== undefined) this.count(now);
    return fault;
  }

  isThrottled(now: number): boolean {
    return this.#outageOf('invocations', now) !== undefined;
  }

  hits(kind: HostFault['kind'], now: number): boolean {
    const isHit = this.#hosts.has(`${kind} ${this.#countCall(kind)}`);
    if (isHit) this.count(now);
    return isHit;
  }

  /** One that is planned elsewhere came to pass. */
  count(now: number): void {
    this.#injected += 1;
    this.#lastAt = now;
  }

  #countCall(key: string): number {
    const call = this.#calls.get(key) ?? 0;
    this.#calls.set(key, call + 1);
    return call;
  }

  #outageOf(service: Outage['service'], now: number): Outage | undefined {
    const at = now - this.#startedAt;
    const outage = this.#outages.find(
      (one) => one.service === service && one.fromMs <= at && at < one.fromMs + one.durationMs,
    );
    if (outage === undefined) return undefined;
    this.#met.add(outage);
    this.#lastAt = now;
    return outage;
  }
}
