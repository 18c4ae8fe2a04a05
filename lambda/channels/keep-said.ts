import type { Provider } from '../events/event.ts';
import type { MetricName } from '../metric-names.ts';
import type { LogFields } from '../shared/aws/telemetry.ts';
import { type ChannelEditing, editChannel } from './edit-channel.ts';
import type { Finding } from './finding.ts';
import { heeded } from './heard.ts';

export interface KeepDeps {
  readonly table: ChannelEditing;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly count: (metric: MetricName) => void;
  readonly warn: (message: string, fields: LogFields) => void;
}

interface Told {
  readonly findings: readonly Finding[];
  /** When it was so, in ms since 1970. */
  readonly at: number;
  /** Who said it: of a channel of another's it is not. @default the channel's */
  readonly provider?: Provider;
}

/** Keeps what a provider said of a channel, and pauses it where that stops it. */
export async function keepSaid(
  id: string,
  { findings, at, provider }: Told,
  deps: KeepDeps,
  signal: AbortSignal,
): Promise<void> {
  const { table, now } = deps;
  const edited = await editChannel(
    id,
    (channel) =>
      provider === undefined || provider === channel.provider
        ? heeded(channel, findings, at, now())
        : undefined,
    table,
    signal,
  );
  if (edited === undefined) return;
  const { before, after } = edited;
  const isPaused = before.state === 'active' && after.state === 'paused';
  if (isPaused) tellPaused(id, after.pausedBecause, deps);
}

/** That a provider stopped a channel. */
export function tellPaused(
  channel: string,
  because: string | undefined,
  { count, warn }: Pick<KeepDeps, 'count' | 'warn'>,
): void {
  count('ChannelPaused');
  warn('Channel paused', { channel, because });
}
