import type { FunctionHost } from './functions/function-host.ts';
import type { QueuePollerOptions } from './functions/queue-poller.ts';
import type { HttpRoute } from './http/front.ts';
import { pollingCalls } from './rights/calls.ts';
import type { Rights } from './rights/rights.ts';
import type { QueueHost } from './sqs/queue-host.ts';
import type { LocalTemplate } from './template/template.ts';

type Hosts = readonly FunctionHost[];

/** The routes of the HTTP API, each to the function of its integration. */
export function routesOf({ route, integration }: LocalTemplate, hosts: Hosts): HttpRoute[] {
  return route.map(({ logicalId, RouteKey, Target, AuthorizationType }) => {
    const target = integration.find(({ ref }) => Target === `integrations/${ref}`);
    const host = hosts.find(({ function: { arn } }) => arn === target?.IntegrationUri);
    if (host === undefined) throw new Error(`${logicalId}: no function takes ${RouteKey}`);
    return {
      key: RouteKey,
      authorization: AuthorizationType,
      invoke: (event) => host.invoke(event),
    };
  });
}

/** What is polled for which function; never more batches at once than the function has environments. */
export function eventSourcesOf(
  { eventSource }: LocalTemplate,
  hosts: Hosts,
  queues: QueueHost,
  rights: Rights,
  maxConcurrency: number,
): QueuePollerOptions[] {
  return eventSource.map((source) => {
    const { logicalId, EventSourceArn, FunctionName, BatchSize, ScalingConfig } = source;
    const queue = queues.byArn(EventSourceArn);
    const host = hosts.find(({ function: { arn, name } }) => [arn, name].includes(FunctionName));
    if (queue === undefined || host === undefined) {
      throw new Error(`${logicalId}: no queue ${EventSourceArn} or function ${FunctionName}`);
    }
    for (const call of pollingCalls(EventSourceArn)) rights.use(host.function.name, call);
    return {
      queue,
      batchSize: BatchSize,
      concurrency: Math.min(ScalingConfig?.MaximumConcurrency ?? maxConcurrency, maxConcurrency),
      reportsBatchItemFailures: source.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      invoke: (event) => host.invoke(event),
    };
  });
}
