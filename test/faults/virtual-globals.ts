import { type ExecutionEnvironment, inEnvironment } from './execution-environment.ts';
import { virtualFetch } from './virtual-fetch.ts';
import type { Cancel } from './virtual-time.ts';

/** Stands in for a `Timeout` of Node's. */
class VirtualTimer {
  readonly cancel: Cancel;

  constructor(cancel: Cancel) {
    this.cancel = cancel;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

/** The environment whose code is running. */
export function here(): ExecutionEnvironment {
  const environment = inEnvironment.getStore();
  if (environment === undefined) throw new Error('time is known in an environment only');
  return environment;
}

function virtualSetTimeout(run: (...values: unknown[]) => void, ms = 0, ...values: unknown[]) {
  const environment = here();
  const wake = () => environment.enter(() => run(...values));
  // As Node's timers: whole milliseconds, at least one.
  const delayMs = Math.max(1, Math.trunc(ms));
  return new VirtualTimer(environment.surroundings.time.after(delayMs, wake));
}

function virtualClearTimeout(timer: unknown): void {
  if (timer instanceof VirtualTimer) timer.cancel();
}

const now = () => inEnvironment.getStore()?.surroundings.time.now ?? 0;

class VirtualDate extends Date {
  constructor(...parts: readonly (string | number | Date)[]) {
    const [first] = parts;
    if (parts.length > 1) throw new Error('dates of parts are not known here');
    super(first ?? now());
  }

  static override now(): number {
    return now();
  }
}

const virtualMath: Math = Object.create(Math, {
  random: { value: () => here().surroundings.random() },
});

const virtualAbortSignal = new Proxy(AbortSignal, {
  get: (target, member) => (member === 'timeout' ? timeoutSignal : Reflect.get(target, member)),
});

function timeoutSignal(ms: number): AbortSignal {
  const controller = new AbortController();
  virtualSetTimeout(() => controller.abort(), ms);
  return controller.signal;
}

/** What `node:timers/promises` exports, as far as it is used. */
export const virtualTimersPromises = {
  setTimeout: (ms: number, value: unknown, { signal }: { signal?: AbortSignal } = {}) =>
    new Promise((resolve, reject) => {
      const abort = () => {
        timer.cancel();
        reject(signal?.reason);
      };
      const timer = virtualSetTimeout(() => {
        signal?.removeEventListener('abort', abort);
        resolve(value);
      }, ms);
      signal?.addEventListener('abort', abort);
    }),
};

/** The globals through which code sees time and chance. */
export function virtualGlobals(variables: Readonly<Record<string, string>>) {
  return {
    setTimeout: virtualSetTimeout,
    clearTimeout: virtualClearTimeout,
    Date: VirtualDate,
    Math: virtualMath,
    AbortSignal: virtualAbortSignal,
    performance: { now },
    fetch: virtualFetch,
    process: Object.assign(Object.create(process), { env: variables }),
  };
}
