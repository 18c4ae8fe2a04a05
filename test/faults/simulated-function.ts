import type { Release } from './bundles.ts';
import { ExecutionEnvironment, inEnvironment, type Surroundings } from './execution-environment.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { ColdStart, FunctionName, Handler } from './realm.ts';

export type Outcome =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly why: 'throttled' | 'gone' | 'error' };

export interface FunctionOptions extends Surroundings {
  readonly name: FunctionName;
  readonly timeoutMs: number;
  readonly coldStart: ColdStart;
  readonly faults: FaultPlan;
  /** The releases that take invocations now. */
  readonly releases: () => readonly [Release, ...Release[]];
  readonly trace: (line: string) => void;
}

interface Started {
  readonly environment: ExecutionEnvironment;
  readonly handler: Handler;
  readonly release: Release;
}

const COLD_START_MS = 200;
/** How often an idle environment is gone when it is needed again. */
const REPLACED_SHARE = 0.05;

/** A function of Lambda: an environment takes one invocation at a time, and may die at any. */
export class SimulatedFunction {
  readonly #options: FunctionOptions;
  #idle: Started[] = [];
  #invocations = 0;

  constructor(options: FunctionOptions) {
    this.#options = options;
  }

  invoke(event: unknown, done: (outcome: Outcome) => void): void {
    const { time, faults } = this.#options;
    if (faults.isThrottled(time.now)) {
      time.after(5, () => done({ ok: false, why: 'throttled' }));
      return;
    }
    const idle = this.#takeIdle();
    if (idle === undefined) time.after(COLD_START_MS, () => this.#run(this.#start(), event, done));
    else this.#run(idle, event, done);
  }

  #run(started: Started, event: unknown, done: (outcome: Outcome) => void): void {
    const { name, time, timeoutMs, trace } = this.#options;
    const { environment, handler } = started;
    const endsAt = time.now + timeoutMs;
    trace(`${name} is invoked`);
    let isOver = false;
    const finish = (outcome: Outcome) => {
      if (isOver) return;
      isOver = true;
      cancel();
      trace(`${name} ${outcome.ok ? 'answers' : outcome.why}`);
      if (!environment.isDead) {
        environment.freeze();
        this.#idle.push(started);
      }
      done(outcome);
    };
    environment.onDeath = () => time.after(50, () => finish({ ok: false, why: 'gone' }));
    const cancel = time.after(timeoutMs, () => environment.kill());
    environment.thaw();
    this.#invocations += 1;
    const context = {
      awsRequestId: `${name}-${this.#invocations}`,
      getRemainingTimeInMillis: () => endsAt - time.now,
    };
    inEnvironment
      .run(environment, () => handler(event, context))
      .then(
        (result) => {
          if (!environment.isDead) finish({ ok: true, result });
        },
        () => {
          if (!environment.isDead) finish({ ok: false, why: 'error' });
        },
      );
  }

  #takeIdle(): Started | undefined {
    const { random, releases } = this.#options;
    const wanted = releases();
    this.#idle = this.#idle.filter(
      ({ release, environment }) => wanted.includes(release) && !environment.isDead,
    );
    if (random() < REPLACED_SHARE) this.#idle.shift();
    return this.#idle.splice(Math.floor(random() * this.#idle.length), 1)[0];
  }

  #start(): Started {
    const { name, random, releases, coldStart } = this.#options;
    const wanted = releases();
    const release = wanted[Math.floor(random() * wanted.length)] ?? wanted[0];
    const environment = new ExecutionEnvironment(this.#options, name);
    const handler = inEnvironment.run(environment, () => coldStart(name, release));
    return { environment, handler, release };
  }
}
