import { gzipSync } from 'node:zlib';
import { handOnMissed } from '../../../bin/floodgate/catch-up/hand-on-missed.ts';
import type { OutgoingMessage, SendBatch } from '../../../lambda/shared/queue/outgoing-message.ts';
import { MINUTE_MS, START_MS } from '../schedule.ts';
import type { SimulatedFunction } from '../simulated-function.ts';
import { queueNameOf } from './queues.ts';
import type { AfterTableSchedule } from './schedule.ts';
import { tableCalls } from './stored-updates.ts';
import type { AfterTableWorld } from './world.ts';

/** Does after a gap of the stream what the runbook says. */
export async function makeUp({ gap }: AfterTableSchedule, world: AfterTableWorld): Promise<void> {
  const { functions } = world;
  const isHandedOver = [
    handOver(world, 'unrouted', functions.router),
    handOver(world, 'archive', functions.archiver),
  ].some(Boolean);
  if (!isHandedOver && gap === undefined) return;
  world.ledger.isMadeUp = true;
  await world.run();
  if (gap === undefined || world.violation !== undefined) return;
  const from = START_MS + gap.fromMs - MINUTE_MS;
  const until = START_MS + gap.fromMs + gap.durationMs + MINUTE_MS;
  await handOnMissed({ from, until }, new AbortController().signal, {
    ...{ dynamodb: tableCalls(world.table), tableName: 'events', now: world.now },
    store: async (key, lines) => {
      const text = lines.map((line) => `${line}\n`).join('');
      world.buckets.objects.set(`archive/${key}`, gzipSync(text));
    },
    sendTo: (id) => sender(world, queueNameOf(id)),
    isQueueGone: () => false,
    deadLetter: async () => {
      throw new Error('all queues are there');
    },
    sendMediaJobs: sender(world, 'media-jobs'),
  });
  await world.run();
}

/** Hands a function what Lambda gave up, until it takes it. Whether there was anything. */
function handOver(
  { buckets, time }: AfterTableWorld,
  bucket: string,
  reader: SimulatedFunction,
): boolean {
  const keys = [...buckets.objects.keys()].filter((key) => key.startsWith(`${bucket}/aws/lambda/`));
  const next = () => {
    const [key] = keys;
    if (key === undefined) return;
    const { payload } = JSON.parse(new TextDecoder().decode(buckets.objects.get(key)));
    reader.invoke(JSON.parse(payload), (outcome) => {
      const isDone = outcome.ok && failuresOf(outcome.result).length === 0;
      if (isDone) keys.shift();
      time.after(isDone ? 0 : MINUTE_MS, next);
    });
  };
  next();
  return keys.length > 0;
}

function failuresOf(result: unknown): readonly unknown[] {
  return Object(result ?? {})['batchItemFailures'] ?? [];
}

function sender<T extends OutgoingMessage>(
  { queues }: AfterTableWorld,
  queue: string,
): SendBatch<T> {
  return async (batch) => {
    for (const { group: groupId, deduplicationId = '', body } of batch) {
      queues.send(queue, { groupId, deduplicationId, body });
    }
    return [];
  };
}
