import type { MappedFunction } from '../mappings/mapping-host.ts';
import type { Output } from '../output.ts';
import type { QueueHost } from '../sqs/queue-host.ts';
import type { FunctionHost } from './function-host.ts';
import { startQueueSource } from './queue-source.ts';

/** As AWS has it for a mapping that names no maximum: the account's limit. */
const MOST_BATCHES = 1000;

export interface MappedFunctionOptions {
  readonly queues: QueueHost;
  readonly output: Output;
  /** Batches of a queue that the machine has use for at once, where each takes an environment for itself. */
  readonly maxConcurrency: number;
}

/** Hands queues to a function, as many batches of each at once as its mapping says. */
export function mappedFunction(
  host: FunctionHost,
  { queues, output, maxConcurrency }: MappedFunctionOptions,
): MappedFunction {
  const { name, arn, timeoutSeconds } = host.function;
  return {
    ...{ name, arn, timeoutSeconds },
    poll: (sourceArn, { batchSize, maximumConcurrency, reportsBatchItemFailures }) => {
      const most = host.sharesEnvironments ? MOST_BATCHES : maxConcurrency;
      const concurrency = Math.min(maximumConcurrency ?? most, most);
      return startQueueSource({
        ...{ queues, arn: sourceArn, batchSize, concurrency, reportsBatchItemFailures },
        invoke: (event) => host.invoke(event),
        onBatch: (size, failed) => output.detail(`batch of ${size}, ${failed} failed`),
      });
    },
  };
}
