import type { ProcessorDeps } from '../../../lambda/inbound/processor/process-batch.ts';
import type { MetricName } from '../../../lambda/metric-names.ts';
import type { Return } from '../../../lambda/shared/queue/queued-message.ts';

type FakeOptions = Partial<ProcessorDeps> & {
  /** Errors of the store, by event id. */
  readonly failing?: Readonly<Record<string, Error>>;
};

/** Dependencies that succeed unless told otherwise, and record what they were asked for, in order. */
export function fakeDeps({ failing = {}, ...overrides }: FakeOptions = {}) {
  const calls: string[] = [];
  const sequenceNumbers: string[] = [];
  const returns: Return[] = [];
  const lines: { message: string; fields: object }[] = [];
  const counts: Partial<Record<MetricName, number>> = {};

  const deps: ProcessorDeps = {
    store: async (event, sequenceNumber, signal) => {
      calls.push(`store ${event.id}`);
      sequenceNumbers.push(sequenceNumber);
      const error = failing[event.id];
      if (error !== undefined) throw error;
      return overrides.store?.(event, sequenceNumber, signal) ?? 'stored';
    },
    deadLetter: async (message, reason, signal) => {
      calls.push(`dead-letter ${message.messageId} ${reason}`);
      await overrides.deadLetter?.(message, reason, signal);
      // Confirmed late, so that whoever does not wait is seen.
      await new Promise((resolve) => setImmediate(resolve));
      calls.push(`dead-lettered ${message.messageId}`);
    },
    delayReturns: async (given) => {
      calls.push(`delay ${given.length}`);
      returns.push(...given);
      await overrides.delayReturns?.(given);
    },
    random: () => 0.5,
    count: (metric, value = 1) => {
      counts[metric] = (counts[metric] ?? 0) + value;
    },
    warn: (message, fields) => {
      lines.push({ message, fields });
    },
  };
  return { deps, calls, sequenceNumbers, returns, lines, counts };
}
