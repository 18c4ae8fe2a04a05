import { createHash } from 'node:crypto';
import type { AwsServices } from '../aws-services.ts';
import type { LocalClock } from '../clock.ts';
import type { Output } from '../output.ts';
import { failureCalls, pollingCalls } from '../rights/calls.ts';
import type { Rights } from '../rights/rights.ts';
import { WITHOUT_LIMIT } from '../template/resource-schemas.ts';
import type { Resource } from '../template/template.ts';
import type { DiscardedBatch } from './batch-delivery.ts';
import { eventFilter } from './event-filter.ts';
import { failureBucket, failurePrefix } from './failure-bucket.ts';
import type { FunctionHost } from './function-host.ts';
import { startQueuePoller } from './queue-poller.ts';
import { startStreamPoller } from './stream-poller.ts';

export interface EventSourcesOptions {
  readonly services: AwsServices;
  readonly hosts: readonly FunctionHost[];
  readonly clock: LocalClock;
  readonly rights: Rights;
  readonly output: Output;
  /** Execution environments that each function has at most. */
  readonly maxConcurrency: number;
}

/** Something that functions are invoked for. */
export interface EventSource {
  /** Messages or changes that the function is not done with. */
  readonly left: () => number;
  /** From now on waits for nothing more to come. */
  readonly hurry: () => void;
  readonly stop: () => void;
  /** Resolves after `stop`, once the function is done with what it has. */
  readonly finished: Promise<unknown>;
}

type Mapping = Resource<'eventSource'>;

/** Invokes the functions for what is in queues and streams, as the template maps them. */
export function startEventSources(options: EventSourcesOptions): EventSource[] {
  return options.services.template.eventSource.map((mapping) => {
    const { logicalId, EventSourceArn, FunctionName } = mapping;
    const host = options.hosts.find(({ function: { arn, name } }) =>
      [arn, name].includes(FunctionName),
    );
    if (host === undefined) throw new Error(`${logicalId}: no function ${FunctionName}`);
    for (const call of pollingCalls(EventSourceArn)) options.rights.use(host.function.name, call);
    return EventSourceArn.startsWith('arn:aws:sqs:')
      ? queueSource(mapping, host, options)
      : streamSource(mapping, host, options);
  });
}

/** Never more batches at once than the function has environments. */
function queueSource(
  mapping: Mapping,
  host: FunctionHost,
  { services, output, maxConcurrency }: EventSourcesOptions,
): EventSource {
  const { logicalId, EventSourceArn, ScalingConfig, BatchSize = 10 } = mapping;
  const queue = services.queues.byArn(EventSourceArn);
  if (queue === undefined) throw new Error(`${logicalId}: no queue ${EventSourceArn}`);
  if (mapping.FilterCriteria.Filters.length > 0 || mapping.MaximumBatchingWindowInSeconds > 0) {
    throw new Error(
      `${logicalId}: the local stack has filters and batching windows for streams only`,
    );
  }
  const poller = startQueuePoller({
    queue,
    batchSize: BatchSize,
    concurrency: Math.min(ScalingConfig?.MaximumConcurrency ?? maxConcurrency, maxConcurrency),
    reportsBatchItemFailures: reportsBatchItemFailures(mapping),
    invoke: (event) => host.invoke(event),
    onBatch: (size, failed) => output.detail(`batch of ${size}, ${failed} failed`),
  });
  const left = () => {
    const now = queue.clock.now();
    const { visible, inFlight } = queue.queue.counts(now);
    return visible + inFlight + queue.queue.delayed(now);
  };
  return { ...poller, left, hurry: () => undefined };
}

function streamSource(
  mapping: Mapping,
  host: FunctionHost,
  options: EventSourcesOptions,
): EventSource {
  const { services, clock, output } = options;
  const { logicalId, EventSourceArn, StartingPosition, BatchSize = 100 } = mapping;
  const stream = services.streams.find(({ arn }) => arn === EventSourceArn);
  if (stream === undefined) throw new Error(`${logicalId}: no stream ${EventSourceArn}`);
  // Here every stream is as young as its readers, so that both positions are the same.
  if (StartingPosition === undefined) throw new Error(`${logicalId}: has no StartingPosition`);
  return startStreamPoller({
    stream,
    clock,
    filter: eventFilter(mapping.FilterCriteria.Filters.map(({ Pattern }) => Pattern)),
    batchSize: BatchSize,
    batchingWindowMs: mapping.MaximumBatchingWindowInSeconds * 1000,
    reportsBatchItemFailures: reportsBatchItemFailures(mapping),
    bisectsBatch: mapping.BisectBatchOnFunctionError,
    maximumRetryAttempts: limit(mapping.MaximumRetryAttempts),
    maximumRecordAgeMs: limit(mapping.MaximumRecordAgeInSeconds) * 1000,
    invoke: (event) => host.invoke(event),
    discard: onFailure(mapping, host, options),
    onBatch: (size, failed) => output.detail(`batch of ${size} changes, ${failed} failed`),
  });
}

/** Where a mapping names no destination, what is discarded is lost. */
function onFailure(
  { logicalId, DestinationConfig, EventSourceArn }: Mapping,
  { function: { name, arn } }: FunctionHost,
  { services, clock, rights, output }: EventSourcesOptions,
): (batch: DiscardedBatch) => Promise<void> {
  const bucketArn = DestinationConfig?.OnFailure.Destination;
  const tell = ({ changes, condition }: DiscardedBatch, where: string) =>
    output.failure(name, `${condition}: ${changes.length} changes ${where}`);
  if (bucketArn === undefined) return async (batch) => tell(batch, 'are lost');
  const mappingId = uuidOf(logicalId);
  for (const call of failureCalls(bucketArn, failurePrefix(mappingId))) rights.use(name, call);
  const write = failureBucket({
    ...{ bucketArn, mappingId, functionName: name, functionArn: arn, streamArn: EventSourceArn },
    ...{ s3: services.endpoints.s3, now: clock.now },
  });
  return async (batch) => {
    try {
      await write(batch);
      tell(batch, `written to ${bucketArn}`);
    } catch (error) {
      tell(batch, `are lost: ${error instanceof Error ? error.message : error}`);
    }
  };
}

function reportsBatchItemFailures({ FunctionResponseTypes }: Mapping): boolean {
  return FunctionResponseTypes.includes('ReportBatchItemFailures');
}

function limit(value: number): number {
  return value === WITHOUT_LIMIT ? Number.POSITIVE_INFINITY : value;
}

function uuidOf(logicalId: string): string {
  const hash = createHash('md5').update(logicalId).digest('hex');
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
