import { mappingArn } from '../account.ts';
import type { LocalClock } from '../clock.ts';
import type { QueuePoller } from '../functions/queue-poller.ts';
import type { MappingSettings } from './settings.ts';

type Settled = 'Enabled' | 'Disabled' | 'Deleted';
type Switching = 'Creating' | 'Enabling' | 'Disabling' | 'Updating' | 'Deleting';

export interface MappingOptions {
  readonly uuid: string;
  readonly eventSourceArn: string;
  readonly functionArn: string;
  readonly clock: LocalClock;
  /** How long a switch takes. */
  readonly switchMs: number;
  /** Begins to hand messages to the function. */
  readonly poll: (settings: MappingSettings) => QueuePoller;
}

/**
 * A queue's event source mapping, as Lambda switches it: what was before goes on until a switch is over.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html
 */
export class Mapping {
  readonly options: MappingOptions;
  readonly #stopping = new AbortController();
  /** Those that were stopped and have something in hand, and at most one that polls. */
  readonly #pollers = new Set<QueuePoller>();
  #polling: QueuePoller | undefined;
  #settings: MappingSettings;
  #state: Settled | Switching;
  #changedAt: number;

  /** Polls at once if it is enabled, as one that was there before. */
  constructor(options: MappingOptions, settings: MappingSettings) {
    this.options = options;
    this.#settings = settings;
    this.#state = settings.isEnabled ? 'Enabled' : 'Disabled';
    this.#changedAt = options.clock.now();
    if (settings.isEnabled) this.#start();
  }

  get settings(): MappingSettings {
    return this.#settings;
  }

  /** Lambda changes nothing of it meanwhile. */
  get isSwitching(): boolean {
    return this.#state !== 'Enabled' && this.#state !== 'Disabled';
  }

  /** As Lambda's API shows it. */
  get shown() {
    const { uuid, eventSourceArn, functionArn } = this.options;
    const { batchSize, maximumConcurrency, reportsBatchItemFailures } = this.#settings;
    return {
      UUID: uuid,
      EventSourceMappingArn: mappingArn(uuid),
      EventSourceArn: eventSourceArn,
      FunctionArn: functionArn,
      BatchSize: batchSize,
      MaximumBatchingWindowInSeconds: 0,
      FunctionResponseTypes: reportsBatchItemFailures ? ['ReportBatchItemFailures'] : [],
      ...(maximumConcurrency !== undefined && {
        ScalingConfig: { MaximumConcurrency: maximumConcurrency },
      }),
      State: this.#state,
      StateTransitionReason: 'USER_INITIATED',
      LastModified: this.#changedAt / 1000,
    };
  }

  /** Whether the function is given what is in the queue. */
  get isPolling(): boolean {
    return this.#polling !== undefined;
  }

  /** Resolves once it is over; a switch to rest waits for what the function has in hand. */
  async switchTo(to: Settled, via: Switching, settings: MappingSettings): Promise<void> {
    const { clock, switchMs } = this.options;
    this.#settings = settings;
    this.#enter(via);
    await clock.sleep(switchMs, this.#stopping.signal);
    if (this.#stopping.signal.aborted) return;
    this.#polling?.stop();
    this.#polling = undefined;
    if (to === 'Enabled') this.#start();
    else await this.finished();
    this.#enter(to);
  }

  /** Takes no more messages, and switches no more. */
  stop(): void {
    this.#stopping.abort();
    this.#polling?.stop();
  }

  /** Resolves once the function is done with what it has; after a stop only. */
  async finished(): Promise<void> {
    await Promise.all([...this.#pollers].map(({ finished }) => finished));
  }

  #enter(state: Settled | Switching): void {
    this.#state = state;
    this.#changedAt = this.options.clock.now();
  }

  #start(): void {
    const poller = this.options.poll(this.#settings);
    this.#polling = poller;
    this.#pollers.add(poller);
    void poller.finished.then(() => this.#pollers.delete(poller));
  }
}
