import type { MappedFunction } from '../mappings/mapping-host.ts';
import type { Output } from '../output.ts';
import type { QueueHost } from '../sqs/queue-host.ts';
import type { FunctionHost } from './function-host.ts';
import { startQueueSource } from './queue-source.ts';

export interface MappedFunctionOptions {
  readonly queues: QueueHost;
  readonly output: Output;
  /** Batches of a queue that the machine has use for at once. */
  readonly maxConcurrency: number;
}

/**
 * Never more batches of a queue at once than the machine has use for, and for those an environment each,
 * as in AWS: a queue whose batches take long keeps no other one waiting.
 */
export function mappedFunction(
  host: FunctionHost,
  { queues, output, maxConcurrency }: MappedFunctionOptions,
): MappedFunction {
  const { name, arn, timeoutSeconds } = host.function;
  return {
    ...{ name, arn, timeoutSeconds },
    poll: (sourceArn, { batchSize, maximumConcurrency, reportsBatchItemFailures }) => {
      const concurrency = Math.min(maximumConcurrency ?? maxConcurrency, maxConcurrency);
      const release = host.reserve(concurrency);
      const source = startQueueSource({
        ...{ queues, arn: sourceArn, batchSize, concurrency, reportsBatchItemFailures },
        invoke: (event) => host.invoke(event),
        onBatch: (size, failed) => output.detail(`batch of ${size}, ${failed} failed`),
      });
      void source.finished.then(release);
      return source;
    },
  };
}
