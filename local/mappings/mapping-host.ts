import { randomUUID } from 'node:crypto';
import { functionArn } from '../account.ts';
import type { LocalClock } from '../clock.ts';
import type { EventSource } from '../functions/event-source.ts';
import type { QueuePoller } from '../functions/queue-poller.ts';
import { KEEPS_NOTHING, type Keep, type Shelf } from '../keep/keep.ts';
import type { Rights } from '../rights/rights.ts';
import type { QueueHost } from '../sqs/queue-host.ts';
import { refusals } from './errors.ts';
import { type KeptMapping, readKeptMapping } from './kept-mapping.ts';
import { listed, type ShownMapping } from './listing.ts';
import { Mapping } from './mapping.ts';
import type { ListRequest, SettingsRequest } from './requests.ts';
import { changedSettings, DEFAULT_SETTINGS, type MappingSettings } from './settings.ts';
import { checkSource } from './source-check.ts';

export interface MappingHostOptions {
  readonly queues: QueueHost;
  readonly rights: Rights;
  readonly clock: LocalClock;
  /** How long Lambda takes to switch a mapping. */
  readonly switchMs: number;
  /** @default nothing is kept */
  readonly keep?: Keep | undefined;
}

/** A function that mappings can be for. */
export interface MappedFunction {
  readonly name: string;
  readonly arn: string;
  readonly timeoutSeconds: number;
  /** Begins to hand it what is in a queue. */
  readonly poll: (sourceArn: string, settings: MappingSettings) => QueuePoller;
}

/** The event source mappings of the local stack, those of its template and those made at run time. */
export class MappingHost implements EventSource {
  readonly #options: MappingHostOptions;
  readonly #functions = new Map<string, MappedFunction>();
  readonly #mappings = new Map<string, Mapping>();
  readonly #fixed: ShownMapping[] = [];
  readonly #kept: Shelf<KeptMapping>;

  constructor(options: MappingHostOptions) {
    this.#options = options;
    this.#kept = (options.keep ?? KEEPS_NOTHING).shelf('mappings', readKeptMapping);
  }

  addFunction(mapped: MappedFunction): void {
    this.#functions.set(mapped.arn, mapped);
  }

  /** One of the template: it is there when the stack is. */
  adopt(uuid: string, sourceArn: string, arn: string, settings: MappingSettings): void {
    this.#add(uuid, sourceArn, this.#function(arn), settings);
  }

  /** Makes those again that were made at run time, as far as their functions and queues are there. */
  restore(): void {
    for (const [uuid, { eventSourceArn, functionArn: arn, settings }] of this.#kept.entries()) {
      const mapped = this.#functions.get(arn);
      const isQueueThere = this.#options.queues.byArn(eventSourceArn) !== undefined;
      if (mapped === undefined || !isQueueThere || this.#mappings.has(uuid)) continue;
      this.#add(uuid, eventSourceArn, mapped, settings);
    }
  }

  /** One that is listed, and that nobody changes. */
  show(mapping: ShownMapping): void {
    this.#fixed.push(mapping);
  }

  create(sourceArn: string, name: string, request: SettingsRequest) {
    const mapped = this.#function(functionArn(name));
    const isFifo = sourceArn.endsWith('.fifo');
    const settings = changedSettings(DEFAULT_SETTINGS, request, isFifo);
    checkSource(sourceArn, mapped, this.#options);
    this.#checkNew(sourceArn, mapped);
    const mapping = this.#add(randomUUID(), sourceArn, mapped, { ...settings, isEnabled: false });
    void mapping.switchTo(restOf(settings), 'Creating', settings);
    this.#keepMapping(mapping);
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
    if (settings.isEnabled) checkSource(eventSourceArn, this.#function(current), this.#options);
    void mapping.switchTo(restOf(settings), switchOf(before, settings), settings);
    this.#keepMapping(mapping);
    return mapping.shown;
  }

  /** Lists it as `Deleting` until it is gone. */
  delete(uuid: string) {
    const mapping = this.#changeable(uuid, 'delete');
    this.#kept.remove(uuid);
    void mapping
      .switchTo('Deleted', 'Deleting', mapping.settings)
      .then(() => this.#mappings.delete(uuid));
    return mapping.shown;
  }

  get(uuid: string): ShownMapping {
    const found = this.#all().find(({ UUID }) => UUID === uuid);
    if (found === undefined) throw refusals.noMapping();
    return found;
  }

  list(request: ListRequest) {
    return listed(this.#all(), request);
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

  #keepMapping({ options, settings }: Mapping): void {
    const { uuid, eventSourceArn, functionArn: arn } = options;
    this.#kept.put(uuid, { eventSourceArn, functionArn: arn, settings });
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

  #all(): ShownMapping[] {
    const changeable = [...this.#mappings.values()].map(({ shown }) => shown);
    return [...changeable, ...this.#fixed];
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
