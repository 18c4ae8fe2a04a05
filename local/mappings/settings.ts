import { refusals } from './errors.ts';
import type { SettingsRequest } from './requests.ts';

/** How a mapping hands a queue's messages to its function. */
export interface MappingSettings {
  readonly isEnabled: boolean;
  readonly batchSize: number;
  /** Undefined for as many as there can be. */
  readonly maximumConcurrency: number | undefined;
  readonly reportsBatchItemFailures: boolean;
}

export const DEFAULT_SETTINGS: MappingSettings = {
  isEnabled: true,
  batchSize: 10,
  maximumConcurrency: undefined,
  reportsBatchItemFailures: false,
};

const MOST_OF_FIFO = 10;

/** Settings as a request changes them. Throws what Lambda answers to those that a queue cannot have. */
export function changedSettings(
  before: MappingSettings,
  request: SettingsRequest,
  isFifo: boolean,
): MappingSettings {
  const { Enabled, BatchSize, FunctionResponseTypes, ScalingConfig } = request;
  checkBatches(request, isFifo);
  const concurrency = ScalingConfig?.MaximumConcurrency;
  if (concurrency !== undefined) {
    checkBetween('scalingConfig.maximumConcurrency', concurrency, 2, 1_000);
  }
  return {
    isEnabled: Enabled ?? before.isEnabled,
    batchSize: BatchSize ?? before.batchSize,
    // An empty configuration takes the limit away.
    maximumConcurrency: ScalingConfig === undefined ? before.maximumConcurrency : concurrency,
    reportsBatchItemFailures:
      FunctionResponseTypes === undefined
        ? before.reportsBatchItemFailures
        : FunctionResponseTypes.length > 0,
  };
}

function checkBatches(request: SettingsRequest, isFifo: boolean): void {
  const { BatchSize = 1, MaximumBatchingWindowInSeconds: window = 0 } = request;
  checkBetween('batchSize', BatchSize, 1, 10_000);
  if (window > 0) {
    throw refusals.invalid(
      isFifo
        ? 'Invalid request provided: Batching window is not supported for FIFO queues'
        : 'the local stack has batching windows for streams only',
    );
  }
  if (BatchSize > MOST_OF_FIFO) {
    throw refusals.invalid(
      isFifo
        ? 'Invalid request provided: The maximum batch size of FIFO queues is 10'
        : 'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
  }
}

function checkBetween(name: string, value: number, from: number, to: number): void {
  if (value >= from && value <= to) return;
  const bound = value < from ? `greater than or equal to ${from}` : `less than or equal to ${to}`;
  throw refusals.invalid(
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must have value ${bound}`,
  );
}
