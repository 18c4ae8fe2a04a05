import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import type { PlacedEvent } from './replayed-events.ts';
import type { ReplayTarget } from './target.ts';

/** How far a replay has got. */
export interface ReplayProgress {
  /** Up to there all is sent; empty at the beginning. */
  readonly place: string;
  readonly events: number;
  readonly deliveries: number;
}

export interface SendReplayDeps {
  readonly target: ReplayTarget;
  /** Resolves when so many deliveries may be sent. */
  readonly pace: (deliveries: number) => Promise<void>;
  /** Resolves once a resumed replay would go on from there. */
  readonly keep: (progress: ReplayProgress) => Promise<void>;
  /** Milliseconds of any beginning. */
  readonly now: () => number;
  /** Aborted when no more is to be sent. */
  readonly signal: AbortSignal;
}

/** For so long a replay that dies has sent what its record does not say, and sends it again. */
const KEEP_EVERY_MS = 1000;

/**
 * Sends events in their order, and keeps how far it got: at least every second, and at the end, be
 * that an abort or a failure.
 *
 * What is kept as sent is sent. What is sent after that is sent again by a resumed replay, with the
 * same deduplication id, and by the same `webhook-id` for receivers.
 */
export async function sendReplay(
  events: AsyncIterable<PlacedEvent>,
  start: ReplayProgress,
  { target, pace, keep, now, signal }: SendReplayDeps,
): Promise<ReplayProgress> {
  let progress = start;
  let kept = start;
  let keptAt = now();

  async function keepNow(): Promise<void> {
    if (kept === progress) return;
    await keep(progress);
    kept = progress;
    keptAt = now();
  }

  async function sendChunk(chunk: readonly PlacedEvent[]): Promise<void> {
    const { place = progress.place } = chunk.at(-1) ?? {};
    const deliveries = countDeliveries(
      target,
      chunk.map(({ event }) => event),
    );
    await pace(deliveries);
    // Not sent yet: a resumed replay begins with these.
    if (signal.aborted) return;
    await target.send(chunk.map(({ event }) => event));
    progress = {
      place,
      events: progress.events + chunk.length,
      deliveries: progress.deliveries + deliveries,
    };
    if (now() - keptAt >= KEEP_EVERY_MS) await keepNow();
  }

  try {
    for await (const chunk of chunksOf(events, target.mostAtOnce)) {
      if (signal.aborted) break;
      await sendChunk(chunk);
    }
  } finally {
    await keepNow();
  }
  return progress;
}

function countDeliveries(target: ReplayTarget, events: readonly RoutedEvent[]): number {
  return events.reduce((sum, event) => sum + target.recipientsOf(event).length, 0);
}

async function* chunksOf<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<readonly T[]> {
  let chunk: T[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
