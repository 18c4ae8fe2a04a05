import type { FaultPlan, PointFault } from './fault-plan.ts';
import type { HttpAnswer, HttpCall } from './http-call.ts';
import type { BatchFault } from './queues.ts';
import {
  objectError,
  SERVICES,
  type ServiceAnswer,
  type ServiceName,
  serviceError,
} from './service.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Whose code makes a call. */
export interface Caller {
  readonly functionName: string;
  readonly isDead: boolean;
  readonly kill: () => void;
}

export interface Reply {
  readonly answer: (answer: HttpAnswer) => void;
  readonly disconnect: () => void;
  readonly refuse: () => void;
}

/**
 * Does a call's work in one step, at the time when it reaches the service. Undefined where the
 * service never answers.
 */
export type Act = (call: HttpCall, fault: BatchFault | undefined) => ServiceAnswer | undefined;

export interface NetworkOptions {
  readonly time: VirtualTime;
  readonly random: () => number;
  readonly faults: FaultPlan;
  /** Nobody calls those that are not there. */
  readonly services: Readonly<Partial<Record<ServiceName, Act>>>;
  /** Whether the function does not survive to make this call. */
  readonly kills: (call: HttpCall, functionName: string) => boolean;
  /** Called when a function makes a call. @default nobody hears of it */
  readonly onCall?: (service: ServiceName, call: HttpCall) => void;
  readonly trace: (line: string) => void;
}

const THROTTLES: Record<ServiceName, readonly [code: string, status: number]> = {
  sqs: ['com.amazonaws.sqs#RequestThrottled', 400],
  dynamodb: ['com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException', 400],
  s3: ['SlowDown', 503],
  secretsmanager: ['ThrottlingException', 400],
  ssm: ['ThrottlingException', 400],
  lambda: ['TooManyRequestsException', 429],
  provider: ['TooManyRequests', 429],
  endpoint: ['TooManyRequests', 429],
};

/** What lies between the functions and AWS's services: it is slow, and it fails as planned. */
export class Network {
  readonly #options: NetworkOptions;
  /** Metrics that the functions counted. */
  readonly counts = new Map<string, number>();

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  count(metric: string, value: number): void {
    this.counts.set(metric, (this.counts.get(metric) ?? 0) + value);
  }

  send(environment: Caller, call: HttpCall, reply: Reply): void {
    if (environment.isDead) return;
    const { time, faults } = this.#options;
    const service = serviceOf(call.hostname);
    if (this.#options.kills(call, environment.functionName)) {
      environment.kill();
      return;
    }
    this.#options.onCall?.(service, call);
    const fault = faults.next(service, time.now);
    this.#options.trace(
      `${service} ${call.headers['x-amz-target'] ?? call.path} ${fault?.kind ?? ''}`,
    );
    const there = this.#latency();
    const act = () => this.#act(service, call, batchFault(fault));
    const back = (answer: HttpAnswer | undefined) => {
      if (answer === undefined) return;
      time.after(this.#latency() + (answer.afterMs ?? 0), () => reply.answer(answer));
    };
    const failed = (code: string, status: number) =>
      time.after(there, () => back(errorOf(service, code, status)));
    const run: Record<PointFault['kind'] | 'none', () => void> = {
      none: () => time.after(there, () => back(act())),
      partly: () => time.after(there, () => back(act())),
      slow: () => time.after(fault?.delayMs ?? 0, () => back(act())),
      hang: () => undefined,
      reset: () => time.after(there, reply.disconnect),
      unreachable: () => time.after(there, reply.refuse),
      'lost-answer': () =>
        time.after(there, () => {
          act();
          time.after(this.#latency(), reply.disconnect);
        }),
      throttled: () => failed(...THROTTLES[service]),
      'server-error': () => failed('InternalServerError', 500),
      'crash-before': () => environment.kill(),
      'crash-after': () =>
        time.after(there, () => {
          act();
          environment.kill();
        }),
      // What was sent before the crash arrives when nobody waits for it any more.
      'crash-midway': () => {
        environment.kill();
        time.after(fault?.delayMs ?? 0, act);
      },
    };
    run[fault?.kind ?? 'none']();
  }

  #act(service: ServiceName, call: HttpCall, fault: BatchFault | undefined) {
    const act = this.#options.services[service];
    if (act === undefined) throw new Error(`there is no ${service}`);
    return act(call, fault);
  }

  #latency(): number {
    return 1 + Math.floor(this.#options.random() ** 3 * 60);
  }
}

function errorOf(service: ServiceName, code: string, status: number): ServiceAnswer {
  return service === 's3' ? objectError(code, status) : serviceError(code, 'simulated', status);
}

function serviceOf(hostname: string): ServiceName {
  const service = SERVICES.find((name) => hostname.startsWith(`${name}.`));
  if (service === undefined) throw new Error(`a call to ${hostname}`);
  return service;
}

/** Which entries of a batch fail, and how, by the bits of the fault's shape. */
function batchFault(fault: PointFault | undefined): BatchFault | undefined {
  if (fault?.kind !== 'partly') return undefined;
  const { shape } = fault;
  return {
    entry: (index) => {
      const isHit = ((shape >> (index % 8)) & 1) === 1;
      return { isTaken: !isHit || (shape & 256) !== 0, isConfirmed: !isHit };
    },
    namesFailed: (shape & 512) === 0,
  };
}
