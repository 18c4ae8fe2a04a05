import { ApiError } from '../aws/json-protocol.ts';
import { pollingCalls } from '../rights/calls.ts';
import type { Rights } from '../rights/rights.ts';
import type { QueueHost } from '../sqs/queue-host.ts';
import { refusals } from './errors.ts';

interface Polling {
  readonly queues: QueueHost;
  readonly rights: Rights;
}

/** Throws where Lambda could not poll a queue for a function, which it does by the function's own role. */
export function checkSource(
  sourceArn: string,
  { name, timeoutSeconds }: { readonly name: string; readonly timeoutSeconds: number },
  { queues, rights }: Polling,
): void {
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
