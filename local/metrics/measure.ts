import type { LocalClock } from '../clock.ts';
import type { InvocationResult } from '../functions/execution-environment.ts';
import type { QueueHost } from '../sqs/queue-host.ts';
import type { QueueModel } from '../sqs/queue-model.ts';
import { embeddedMetrics } from './embedded-metrics.ts';
import type { MetricStore } from './metric-store.ts';

/** Puts into a store what AWS's services measure of themselves, and what functions count. */
export interface Measures {
  /** A line that a function wrote. */
  readonly line: (line: string) => void;
  readonly invocation: (
    functionName: string,
    milliseconds: number,
    result: InvocationResult,
  ) => void;
  /** An answer of the HTTP API. */
  readonly answer: (status: number, milliseconds: number) => void;
  /** Looks every two seconds at the queues that are there now. Returns what ends that. */
  readonly watchQueues: (queues: QueueHost) => () => void;
}

const LOOK_EVERY_MS = 2_000;

/** @param apiId by which the dimensions of the HTTP API name it */
export function measuresInto(store: MetricStore, apiId: string, { now }: LocalClock): Measures {
  return {
    line: (line) => {
      for (const { metric, values } of embeddedMetrics(line)) {
        for (const value of values) store.add(metric, value, now());
      }
    },
    invocation: (FunctionName, milliseconds, { ok }) => {
      const add = (name: string, value: number) =>
        store.add({ namespace: 'AWS/Lambda', name, dimensions: { FunctionName } }, value, now());
      add('Invocations', 1);
      add('Errors', ok ? 0 : 1);
      add('Throttles', 0);
      add('Duration', milliseconds);
    },
    answer: (status, milliseconds) => {
      const dimensions = { ApiId: apiId, Stage: '$default' };
      const add = (name: string, value: number) =>
        store.add({ namespace: 'AWS/ApiGateway', name, dimensions }, value, now());
      add('Count', 1);
      add('4xx', status >= 400 && status < 500 ? 1 : 0);
      add('5xx', status >= 500 ? 1 : 0);
      add('Latency', milliseconds);
    },
    watchQueues: (queues) => {
      const seen = new Map<string, Seen>();
      const all = queues.all();
      const look = () => {
        for (const queue of all) {
          seen.set(queue.settings.name, measureQueue(store, queue, now(), seen));
        }
      };
      look();
      const timer = setInterval(look, LOOK_EVERY_MS);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}

/** What a queue had at the last look. */
interface Seen {
  readonly taken: number;
  readonly held: number;
}

function measureQueue(
  store: MetricStore,
  queue: QueueModel,
  at: number,
  seen: ReadonlyMap<string, Seen>,
): Seen {
  const { name: QueueName } = queue.settings;
  const { visible, inFlight } = queue.counts(at);
  const now = { taken: queue.taken, held: queue.held };
  // What a queue had from before was not sent now.
  const before = seen.get(QueueName) ?? now;
  const sent = now.taken - before.taken;
  const measured = {
    NumberOfMessagesSent: sent,
    NumberOfMessagesDeleted: Math.max(sent - (now.held - before.held), 0),
    ApproximateNumberOfMessagesVisible: visible,
    ApproximateNumberOfMessagesNotVisible: inFlight,
    ApproximateAgeOfOldestMessage: (at - (queue.oldestSentAt ?? at)) / 1000,
  };
  for (const [name, value] of Object.entries(measured)) {
    store.add({ namespace: 'AWS/SQS', name, dimensions: { QueueName } }, value, at);
  }
  return now;
}
