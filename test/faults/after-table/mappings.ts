import type { QueueModel } from '../../../local/sqs/queue-model.ts';
import { type HttpCall, inputOf } from '../http-call.ts';
import { jsonAnswer, type ServiceAnswer, serviceError } from '../service.ts';
import type { VirtualTime } from '../virtual-time.ts';

/** What is read of a request. */
interface Settings {
  readonly Enabled?: boolean;
  readonly BatchSize?: number;
  readonly ScalingConfig?: { readonly MaximumConcurrency?: number };
}

interface Mapping {
  readonly id: string;
  readonly queueArn: string;
  state: 'Creating' | 'Enabling' | 'Enabled' | 'Disabling' | 'Disabled' | 'Updating' | 'Deleting';
  settings: Required<Settings>;
  /** Undefined while it hands over nothing. */
  poller: Stoppable | undefined;
}

interface Stoppable {
  readonly stop: () => void;
}

export interface MappingsOptions {
  readonly time: VirtualTime;
  readonly random: () => number;
  readonly queueOf: (queueArn: string) => QueueModel | undefined;
  /** Begins to hand over what a queue has. */
  readonly poll: (
    queue: QueueModel,
    settings: {
      readonly queueArn: string;
      readonly batchSize: number;
      readonly maxConcurrency: number;
    },
  ) => Stoppable;
  readonly trace: (line: string) => void;
}

/** The longest that a switch takes. */
export const SWITCH_MS = 60_000;
/** How often Lambda is busy with a mapping for reasons of its own. */
const BUSY_SHARE = 0.05;

/** Event source mappings of queues, as Lambda's control plane has them: each switch takes its time. */
export class SimulatedMappings {
  readonly #options: MappingsOptions;
  readonly #mappings = new Map<string, Mapping>();
  #made = 0;
  /** Whether a switch is over at once, as it was long ago. */
  isSettled = false;

  constructor(options: MappingsOptions) {
    this.#options = options;
  }

  get all(): readonly Pick<Mapping, 'queueArn' | 'state'>[] {
    return [...this.#mappings.values()];
  }

  /** As somebody's hand does it: it is gone at once. */
  drop(queueArn: string): void {
    const mapping = [...this.#mappings.values()].find((one) => one.queueArn === queueArn);
    mapping?.poller?.stop();
    if (mapping !== undefined) this.#mappings.delete(mapping.id);
  }

  act(call: HttpCall): ServiceAnswer {
    const [, , , id] = call.path.split('/');
    if (id === undefined && call.method === 'GET') return this.#list(call.query['EventSourceArn']);
    if (id === undefined) return this.create(inputOf(call));
    const mapping = this.#mappings.get(id);
    if (mapping === undefined) return refused('ResourceNotFoundException', 404);
    if (isSwitching(mapping) || this.#options.random() < BUSY_SHARE) {
      return refused('ResourceInUseException', 400);
    }
    if (call.method === 'DELETE') this.#switch(mapping, 'Deleting', mapping.settings);
    else if (call.method === 'PUT') this.#update(mapping, inputOf(call));
    else throw new Error(`Lambda does not know ${call.method} ${call.path}`);
    return jsonAnswer(shown(mapping));
  }

  create({
    EventSourceArn: queueArn,
    Enabled = true,
    BatchSize = 10,
    ScalingConfig = {},
  }: Settings & { readonly EventSourceArn: string }): ServiceAnswer {
    if ([...this.#mappings.values()].some((one) => one.queueArn === queueArn)) {
      return refused('ResourceConflictException', 409);
    }
    if (this.#options.queueOf(queueArn) === undefined) {
      return refused('InvalidParameterValueException', 400);
    }
    this.#made += 1;
    const id = `mapping-${this.#made}`;
    const settings = { Enabled, BatchSize, ScalingConfig };
    const mapping: Mapping = { id, queueArn, state: 'Creating', settings, poller: undefined };
    this.#mappings.set(id, mapping);
    this.#switch(mapping, 'Creating', settings);
    return { ...jsonAnswer(shown(mapping)), statusCode: 202 };
  }

  #list(queueArn: unknown): ServiceAnswer {
    const all = [...this.#mappings.values()];
    const meant = all.filter((one) => queueArn === undefined || one.queueArn === queueArn);
    return jsonAnswer({ EventSourceMappings: meant.map(shown) });
  }

  #update(mapping: Mapping, changes: Settings): void {
    const before = mapping.settings;
    const after = { ...before, ...changes };
    const via = after.Enabled ? 'Enabling' : 'Disabling';
    this.#switch(mapping, before.Enabled === after.Enabled ? 'Updating' : via, after);
  }

  /** What was before goes on until it is over. */
  #switch(mapping: Mapping, via: Mapping['state'], settings: Required<Settings>): void {
    const { time, random, trace } = this.#options;
    mapping.state = via;
    mapping.settings = settings;
    trace(`${mapping.queueArn} ${via}`);
    const end = () => {
      mapping.poller?.stop();
      mapping.poller = undefined;
      if (!this.#mappings.has(mapping.id)) return;
      if (via === 'Deleting') this.#mappings.delete(mapping.id);
      else this.#rest(mapping);
    };
    if (this.isSettled) end();
    else time.after(random() * SWITCH_MS, end);
  }

  #rest(mapping: Mapping): void {
    const { queueArn, settings } = mapping;
    const { queueOf, poll } = this.#options;
    mapping.state = settings.Enabled ? 'Enabled' : 'Disabled';
    this.#options.trace(`${queueArn} ${mapping.state}`);
    const queue = queueOf(queueArn);
    if (!settings.Enabled || queue === undefined) return;
    const { MaximumConcurrency: maxConcurrency = 1000 } = settings.ScalingConfig;
    mapping.poller = poll(queue, { queueArn, batchSize: settings.BatchSize, maxConcurrency });
  }
}

function isSwitching({ state }: Mapping): boolean {
  return state !== 'Enabled' && state !== 'Disabled';
}

function shown({ id, queueArn, state, settings }: Mapping): object {
  const { BatchSize, ScalingConfig } = settings;
  return { UUID: id, EventSourceArn: queueArn, State: state, BatchSize, ScalingConfig };
}

function refused(code: string, statusCode: number): ServiceAnswer {
  const answer = serviceError(code, 'simulated', statusCode);
  return { ...answer, headers: { 'x-amzn-errortype': code } };
}
