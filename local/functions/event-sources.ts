import { createHash } from 'node:crypto';
import { mappingArn } from '../account.ts';
import type { AwsServices } from '../aws-services.ts';
import type { LocalClock } from '../clock.ts';
import type { Keep } from '../keep/keep.ts';
import type { Output } from '../output.ts';
import { failureCalls, pollingCalls } from '../rights/calls.ts';
import type { Rights } from '../rights/rights.ts';
import { WITHOUT_LIMIT } from '../template/resource-schemas.ts';
import type { Resource } from '../template/template.ts';
import type { DiscardedBatch } from './batch-delivery.ts';
import { eventFilter } from './event-filter.ts';
import type { EventSource } from './event-source.ts';
import { failureBucket, failurePrefix } from './failure-bucket.ts';
import type { FunctionHost } from './function-host.ts';
import { mappedFunction } from './mapped-function.ts';
import { startStreamPoller } from './stream-poller.ts';

export interface EventSourcesOptions {
  readonly services: AwsServices;
  readonly hosts: readonly FunctionHost[];
  readonly clock: LocalClock;
  readonly rights: Rights;
  readonly output: Output;
  /** Execution environments that each function has at most. */
  readonly maxConcurrency: number;
  /** @default what streams have left at the end is lost */
  readonly keep?: Keep | undefined;
}

type Mapping = Resource<'eventSource'>;

/** Invokes the functions for what is in queues and streams, as the template maps them, and queues at run time. */
export function startEventSources(options: EventSourcesOptions): EventSource[] {
  const { services, hosts, rights, output, maxConcurrency } = options;
  const { mappings, template } = services;
  const mapped = { queues: services.queues, output, maxConcurrency };
  for (const host of hosts) mappings.addFunction(mappedFunction(host, mapped));
  const streams = template.eventSource.flatMap((mapping) => {
    const { logicalId, EventSourceArn, FunctionName } = mapping;
    const host = hosts.find(({ function: { arn, name } }) => [arn, name].includes(FunctionName));
    if (host === undefined) throw new Error(`${logicalId}: no function ${FunctionName}`);
    for (const call of pollingCalls(EventSourceArn)) rights.use(host.function.name, call);
    if (!EventSourceArn.startsWith('arn:aws:sqs:')) return [streamSource(mapping, host, options)];
    mapQueue(mapping, host, services);
    return [];
  });
  mappings.restore();
  return [mappings, ...streams];
}

function mapQueue(mapping: Mapping, host: FunctionHost, { queues, mappings }: AwsServices): void {
  const { logicalId, EventSourceArn, ScalingConfig, BatchSize = 10 } = mapping;
  if (queues.byArn(EventSourceArn) === undefined) {
    throw new Error(`${logicalId}: no queue ${EventSourceArn}`);
  }
  if (mapping.FilterCriteria.Filters.length > 0 || mapping.MaximumBatchingWindowInSeconds > 0) {
    throw new Error(
      `${logicalId}: the local stack has filters and batching windows for streams only`,
    );
  }
  mappings.adopt(uuidOf(logicalId), EventSourceArn, host.function.arn, {
    isEnabled: true,
    batchSize: BatchSize,
    maximumConcurrency: ScalingConfig?.MaximumConcurrency,
    reportsBatchItemFailures: reportsBatchItemFailures(mapping),
  });
}

function streamSource(
  mapping: Mapping,
  host: FunctionHost,
  options: EventSourcesOptions,
): EventSource {
  const { services, clock, output, keep } = options;
  const { logicalId, EventSourceArn, StartingPosition, BatchSize = 100 } = mapping;
  const stream = services.streams.find(({ arn }) => arn === EventSourceArn);
  if (stream === undefined) throw new Error(`${logicalId}: no stream ${EventSourceArn}`);
  // Here every stream is as young as its readers, so that both positions are the same.
  if (StartingPosition === undefined) throw new Error(`${logicalId}: has no StartingPosition`);
  services.mappings.show(shownStream(mapping, host, clock.now()));
  return startStreamPoller({
    ...{ stream, clock, kept: keep && { in: keep, as: logicalId } },
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

/** As Lambda's API shows it; its members that queues do not have are those of the template. */
function shownStream(mapping: Mapping, { function: { arn } }: FunctionHost, now: number) {
  const uuid = uuidOf(mapping.logicalId);
  const { EventSourceArn, StartingPosition, BatchSize = 100, DestinationConfig } = mapping;
  return {
    ...{ UUID: uuid, EventSourceMappingArn: mappingArn(uuid), EventSourceArn, FunctionArn: arn },
    ...{ StartingPosition, BatchSize, DestinationConfig },
    MaximumBatchingWindowInSeconds: mapping.MaximumBatchingWindowInSeconds,
    FunctionResponseTypes: mapping.FunctionResponseTypes,
    BisectBatchOnFunctionError: mapping.BisectBatchOnFunctionError,
    MaximumRetryAttempts: mapping.MaximumRetryAttempts,
    MaximumRecordAgeInSeconds: mapping.MaximumRecordAgeInSeconds,
    ...{ State: 'Enabled', StateTransitionReason: 'USER_INITIATED', LastModified: now / 1000 },
  };
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
