import * as z from 'zod/mini';
import type { WaitingQueue } from './waiting-queue.ts';

const schema = z.object({
  settings: z.object({
    ...{ visibilityTimeoutSeconds: z.number(), retentionSeconds: z.number() },
    ...{ delaySeconds: z.number(), deduplicationScope: z.enum(['queue', 'messageGroup']) },
    kept: z.record(z.string(), z.string()),
  }),
  /** With the name of the dead-letter queue. */
  redrive: z.optional(z.object({ deadLetterQueue: z.string(), maxReceiveCount: z.number() })),
  tags: z.record(z.string(), z.string()),
});

/** What a queue is, without its messages. */
export type KeptQueue = z.output<typeof schema>;

export function readKeptQueue(json: unknown): KeptQueue {
  return schema.parse(json);
}

export function keptQueue({ queue, tags }: WaitingQueue): KeptQueue {
  const { redrive, name: _, ...settings } = queue.settings;
  return {
    settings,
    redrive: redrive && {
      deadLetterQueue: redrive.deadLetterQueue.settings.name,
      maxReceiveCount: redrive.maxReceiveCount,
    },
    tags: Object.fromEntries(tags),
  };
}
