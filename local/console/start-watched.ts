import { MetricStore } from '../metrics/metric-store.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../stack.ts';
import { EventFeed } from './event-feed.ts';
import { lazyConsole } from './lazy-console.ts';

/** Starts a local stack that is watched, with its console at `/`. */
export async function startWatchedStack(
  options: LocalStackOptions,
  onFault: (error: unknown) => void,
): Promise<LocalStack> {
  const watch = { metrics: new MetricStore(), feed: new EventFeed() };
  const { promise: running, resolve: tellRunning } = Promise.withResolvers<LocalStack>();
  const stack = await startLocalStack({
    ...options,
    metrics: watch.metrics,
    onChange: (change) => watch.feed.hear(change),
    beside: lazyConsole({
      openDesk: async () => {
        const { openLocalDesk } = await import('./local-desk.ts');
        return await openLocalDesk(await running, watch);
      },
      onFault,
    }),
  });
  tellRunning(stack);
  return stack;
}
