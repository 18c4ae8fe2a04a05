import type { Ask } from '../../channels/ask.ts';
import type { Channel } from '../../channels/channel.ts';
import type { StoredChannel } from '../../channels/channel-table.ts';
import { checkChannel } from '../../channels/check-channel.ts';
import { type Finding, good } from '../../channels/finding.ts';
import type { ChannelTokens } from '../../channels/ssm-tokens.ts';
import { equalInConstantTime } from '../../providers/signature.ts';
import type { LogFields } from '../../shared/aws/telemetry.ts';
import { faultName } from '../../shared/queue/failure.ts';

export interface CheckDeps {
  /** Reads a channel as it is now. */
  readonly readChannel: (id: string, signal: AbortSignal) => Promise<StoredChannel | undefined>;
  readonly tokens: ChannelTokens;
  readonly askBy: (channel: Channel, token: string, signal: AbortSignal) => Ask;
  /** Keeps what was found at a time, and pauses the channel where that stops it. */
  readonly keep: (
    id: string,
    told: { readonly findings: readonly Finding[]; readonly at: number },
    signal: AbortSignal,
  ) => Promise<void>;
  readonly now: () => number;
  readonly warn: (message: string, fields: LogFields) => void;
}

/** A token is written after its channel: so long nobody misses it. */
const SETTLED_MS = 5 * 60_000;

/**
 * Asks a channel's provider how it fares, and keeps that. Where nobody can be asked it says so in the log
 * alone: the next hour's check finds out.
 */
export async function check(id: string, signal: AbortSignal, deps: CheckDeps): Promise<void> {
  try {
    const stored = await deps.readChannel(id, signal);
    if (stored === undefined || deps.now() - stored.channel.createdAt < SETTLED_MS) return;
    const at = deps.now();
    const findings = await find(stored.channel, signal, deps);
    await deps.keep(id, { findings, at }, signal);
  } catch (error) {
    deps.warn('Channel not checked', { channel: id, fault: faultName(error) });
  }
}

async function find(
  channel: Channel,
  signal: AbortSignal,
  deps: CheckDeps,
): Promise<readonly Finding[]> {
  const { tokens, askBy, now } = deps;
  const by = (token: string) => checkChannel(channel, token, askBy(channel, token, signal), now());
  const token = await tokens.current(channel.id);
  if (token === undefined) {
    // It only takes what comes in: the first message that somebody wants to send pauses it.
    return [good('token', 'there is none: nothing is sent from here')];
  }
  const findings = await by(token);
  if (findings.every(({ stops }) => stops !== 'token')) return findings;
  // Somebody may have put another one in its place.
  const newer = await tokens.newer(channel.id);
  return newer === undefined || equalInConstantTime(newer, token) ? findings : await by(newer);
}
