import { randomUUID } from 'node:crypto';
import { functionArn } from '../account.ts';
import { ApiError } from '../aws/json-protocol.ts';
import type { LocalClock } from '../clock.ts';
import type { EventSource } from '../functions/event-source.ts';
import type { QueuePoller } from '../functions/queue-poller.ts';
import { pollingCalls } from '../rights/calls.ts';
import type { Rights } from '../rights/rights.ts';
import type { QueueHost } from '../sqs/queue-host.ts';
import { refusals } from './errors.ts';
import { Mapping } from './mapping.ts';
import type { ListRequest, SettingsRequest } from './requests.ts';
import { changedSettings, DEFAULT_SETTINGS, type MappingSettings } from './settings.ts';

export interface MappingHostOptions {
  readonly queues: QueueHost;
  readonly rights: Rights;
  readonly clock: LocalClock;
  /** How long Lambda takes to switch a mapping. */
  readonly switchMs: number;
}

/** A function that mappings can be for. */
export interface MappedFunction {
  readonly name: string;
  readonly arn: string;
  readonly timeoutSeconds: number;
  /** Begins to hand it what is in a queue. */
  readonly poll: (sourceArn: string, settings: MappingSettings) => QueuePoller;
}

/** What another mapping, such as that of a stream, shows of itself. */
export type FixedMapping = Pick<Mapping['shown'], 'UUID' | 'EventSourceArn' | 'FunctionArn'>;

const MOST_LISTED = 100;

/** The event source mappings of the local stack, those of its template and those made at run time. */
export class MappingHost implements EventSource {
  readonly #options: MappingHostOptions;
  readonly #functions = new Map<string, MappedFunction>();
  readonly #mappings = new Map<string, Mapping>();
  readonly #fixed: FixedMapping[] = [];

  constructor(options: MappingHostOptions) {
    this.#options = options;
  }

  addFunction(mapped: MappedFunction): void {
    this.#functions.set(mapped.arn, mapped);
  }

  /** One of the template: it is there when the stack is. */
  adopt(uuid: string, sourceArn: string, arn: string, settings: MappingSettings): void {
    this.#add(uuid, sourceArn, this.#function(arn), settings);
  }

  /** One that is listed, and that nobody changes. */
  show(mapping: FixedMapping): void {
    this.#fixed.push(mapping);
  }

  create(sourceArn: string, name: string, request: SettingsRequest) {
    const mapped = this.#function(functionArn(name));
    const isFifo = sourceArn.endsWith('.fifo');
    const settings = changedSettings(DEFAULT_SETTINGS, request, isFifo);
    this.#checkSource(sourceArn, mapped);
    this.#checkNew(sourceArn, mapped);
    const mapping = this.#add(randomUUID(), sourceArn, mapped, { ...settings, isEnabled: false });
    void mapping.switchTo(restOf(settings), 'Creating', settings);
    return mapping.shown;
  }

  update(uuid: string, name: string | undefined, request: SettingsRequest) {
    const mapping = this.#changeable(uuid, 'update');
    const { eventSourceArn, functionArn: current } = mapping.options;
    if (name !== undefined && functionArn(name) !== current) {
      throw refusals.invalid('the local stack has no mapping that changes its function');
    }
    const before = mapping.settings;
    const settings = changedSettings(before, request, eventSourceArn.endsWith('.fifo'));
    if (settings.isEnabled) this.#checkSource(eventSourceArn, this.#function(current));
    void mapping.switchTo(restOf(settings), switchOf(before, settings), settings);
    return mapping.shown;
  }

  /** Lists it as `Deleting` until it is gone. */
  delete(uuid: string) {
    const mapping = this.#changeable(uuid, 'delete');
    void mapping
      .switchTo('Deleted', 'Deleting', mapping.settings)
      .then(() => this.#mappings.delete(uuid));
    return mapping.shown;
  }

  get(uuid: string): FixedMapping {
    const found = this.#all().find(({ UUID }) => UUID === uuid);
    if (found === undefined) throw refusals.noMapping();
    return found;
  }

  /** A marker is the id of the mapping that comes next. */
  list({ FunctionName, EventSourceArn, Marker, MaxItems = MOST_LISTED }: ListRequest) {
    const matching = this.#all().filter(
      (one) =>
        (FunctionName === undefined || one.FunctionArn === functionArn(FunctionName)) &&
        (EventSourceArn === undefined || one.EventSourceArn === EventSourceArn),
    );
    const from = Marker ? matching.findIndex(({ UUID }) => UUID >= Marker) : 0;
    const rest = from < 0 ? [] : matching.slice(from);
    const size = Math.min(Math.max(MaxItems, 1), MOST_LISTED);
    const NextMarker = rest[size]?.UUID;
    return {
      EventSourceMappings: rest.slice(0, size),
      ...(NextMarker !== undefined && { NextMarker }),
    };
  }

  /** The ARN of the function that a mapping is for. */
  functionOf(uuid: string): string | undefined {
    return this.#all().find(({ UUID }) => UUID === uuid)?.FunctionArn;
  }

  readonly left = (): number => this.#left(({ isPolling }) => isPolling);

  /** Messages that wait for their mapping to be enabled. */
  get resting(): number {
    return this.#left(({ isPolling }) => !isPolling);
  }

  readonly hurry = (): void => undefined;

  readonly stop = (): void => {
    for (const mapping of this.#mappings.values()) mapping.stop();
  };

  get finished(): Promise<unknown> {
    return Promise.all([...this.#mappings.values()].map((mapping) => mapping.finished()));
  }

  #add(
    uuid: string,
    eventSourceArn: string,
    mapped: MappedFunction,
    settings: MappingSettings,
  ): Mapping {
    const { clock, switchMs } = this.#options;
    const poll = (current: MappingSettings) => mapped.poll(eventSourceArn, current);
    const mapping = new Mapping(
      { uuid, eventSourceArn, functionArn: mapped.arn, clock, switchMs, poll },
      settings,
    );
    this.#mappings.set(uuid, mapping);
    return mapping;
  }

  #left(isOne: (mapping: Mapping) => boolean): number {
    return [...this.#mappings.values()]
      .filter(isOne)
      .reduce(
        (sum, { options }) => sum + (this.#options.queues.byArn(options.eventSourceArn)?.left ?? 0),
        0,
      );
  }

  #all(): FixedMapping[] {
    const changeable = [...this.#mappings.values()].map(({ shown }) => shown);
    return [...changeable, ...this.#fixed].toSorted((a, b) => (a.UUID < b.UUID ? -1 : 1));
  }

  #function(arn: string): MappedFunction {
    const mapped = this.#functions.get(arn);
    if (mapped === undefined) throw refusals.noFunction(arn);
    return mapped;
  }

  #changeable(uuid: string, what: 'update' | 'delete'): Mapping {
    const mapping = this.#mappings.get(uuid);
    if (mapping?.isSwitching) throw refusals.inUse(what);
    if (mapping !== undefined) return mapping;
    if (this.#fixed.some(({ UUID }) => UUID === uuid)) {
      throw refusals.invalid('the local stack changes no mapping of a stream');
    }
    throw refusals.noMapping();
  }

  #checkNew(sourceArn: string, { arn, name }: MappedFunction): void {
    for (const { options } of this.#mappings.values()) {
      if (options.eventSourceArn === sourceArn && options.functionArn === arn) {
        throw refusals.exists(sourceArn, name, options.uuid);
      }
    }
  }

  /** Whether Lambda could poll there for that function, which it does by the function's own role. */
  #checkSource(sourceArn: string, { name, timeoutSeconds }: MappedFunction): void {
    const { queues, rights } = this.#options;
    for (const call of pollingCalls(sourceArn)) {
      try {
        rights.use(name, call);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        throw refusals.mayNot(call.action.replace(/^sqs:/, ''));
      }
    }
    const queue = queues.byArn(sourceArn)?.queue;
    if (queue === undefined) throw refusals.noQueue();
    const { visibilityTimeoutSeconds } = queue.settings;
    if (visibilityTimeoutSeconds < timeoutSeconds) {
      throw refusals.tooShortHiding(visibilityTimeoutSeconds, timeoutSeconds);
    }
  }
}

function restOf({ isEnabled }: MappingSettings): 'Enabled' | 'Disabled' {
  return isEnabled ? 'Enabled' : 'Disabled';
}

function switchOf(
  before: MappingSettings,
  after: MappingSettings,
): 'Updating' | 'Enabling' | 'Disabling' {
  if (before.isEnabled === after.isEnabled) return 'Updating';
  return after.isEnabled ? 'Enabling' : 'Disabling';
}
