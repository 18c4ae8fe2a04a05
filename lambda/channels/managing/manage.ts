import { type Answered, refusal } from '../../answers/json-answer.ts';
import { namesAnother } from '../../answers/tenancy.ts';
import { type Channel, lanesOf, PAUSED_FOR_LANES } from '../channel.ts';
import type { ChannelReader, ChannelWriter } from '../channel-table.ts';
import { EDIT_ATTEMPTS } from '../edit-channel.ts';
import type { IsOutboxEmpty } from '../outbox-look-table.ts';
import { channelAnswer } from './channel-answer.ts';
import { changed, channelFaults, newChannel, paused } from './channel-changes.ts';
import type { KeptDays } from './kept-days.ts';
import type { ChannelChange, ChannelInput, ChannelsAnswer } from './schemas.ts';

export interface ManageDeps {
  readonly table: ChannelReader & ChannelWriter;
  /** Of whom the caller is, to whom the table shows no others. @default sees all of them */
  readonly tenant?: string;
  readonly isOutboxEmpty: IsOutboxEmpty;
  readonly keptDays: KeptDays;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export async function listChannels(deps: ManageDeps, signal: AbortSignal): Promise<Answered> {
  const { channels, unreadable } = await deps.table.list(signal);
  const body: ChannelsAnswer = {
    channels: channels.map(({ channel }) => channelAnswer(channel)),
    unreadable: [...unreadable],
  };
  return { status: 200, body };
}

export async function addChannel(
  input: ChannelInput,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const channel = newChannel(input, deps.now());
  const faults = channelFaults(channel, deps);
  if (faults.length > 0) return refusal('invalid_parameter', faults.join('; '));
  if (!(await deps.table.add(channel, signal))) {
    return refusal('conflict', `there is a channel ${channel.id} already: change or remove it`);
  }
  return { status: 201, body: channelAnswer(channel) };
}

export async function showChannel(
  id: string,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const stored = await deps.table.get(id, signal);
  return stored === undefined ? unknown(id) : { status: 200, body: channelAnswer(stored.channel) };
}

export async function removeChannel(
  id: string,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const stored = await deps.table.get(id, signal);
  if (stored === undefined) return unknown(id);
  const busy = await busyBecause(stored.channel, deps, signal);
  if (busy !== undefined) return refusal('conflict', `${id} cannot be removed: ${busy}`);
  return (await deps.table.remove(id, signal)) ? { status: 204, body: undefined } : unknown(id);
}

/** Whoever could say so would get, or give away, what was said on a channel. */
export const OWNERSHIP =
  'whose a channel is, and of which account, is said by callers that see all tenants alone';

export async function changeChannel(
  id: string,
  change: ChannelChange,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const { accountId, portfolioId } = change;
  const isOfAccount = accountId !== undefined || portfolioId !== undefined;
  const saysAccount = deps.tenant !== undefined && isOfAccount;
  if (namesAnother(change, deps) || saysAccount) return refusal('forbidden', OWNERSHIP);
  return await answerEdit(
    id,
    async (before) => {
      const after = changed(before, change);
      const faults = channelFaults(after, deps, change);
      if (faults.length > 0) return refusal('invalid_parameter', faults.join('; '));
      if (lanesOf(after) === lanesOf(before)) return after;
      const busy = await busyBecause(before, deps, signal);
      if (busy === undefined) return after;
      const lanes = `from ${lanesOf(before)} to ${lanesOf(after)}`;
      return refusal('conflict', `this rate changes the lanes of ${id} ${lanes}: ${busy}`);
    },
    deps,
    signal,
  );
}

/** The pauses that somebody asked for; in any other nothing can be sent. */
const ASKED_FOR: readonly (string | undefined)[] = ['user', PAUSED_FOR_LANES];

export async function pauseChannel(
  id: string,
  drain: boolean,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  return await answerEdit(
    id,
    (channel) => {
      const { state, pausedBecause } = channel;
      const isStopped = state === 'paused' && !ASKED_FOR.includes(pausedBecause);
      if (!drain || !isStopped) return paused(channel, drain);
      const why = `${id} is paused because of ${pausedBecause}, so nothing that waits can be sent`;
      return refusal('conflict', `${why}: mend that and resume it first`);
    },
    deps,
    signal,
  );
}

/** Changes a channel as it is now; what the edit answers instead of a channel is the answer. */
export async function answerEdit(
  id: string,
  edit: (channel: Channel) => Channel | Answered | Promise<Channel | Answered>,
  { table, now }: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  for (let attempt = 1; attempt <= EDIT_ATTEMPTS; attempt += 1) {
    const before = await table.get(id, signal);
    if (before === undefined) return unknown(id);
    const edited = await edit(before.channel);
    if ('status' in edited) return edited;
    const channel = { ...edited, updatedAt: now() };
    if (await table.update(before, channel, signal)) {
      return { status: 200, body: channelAnswer(channel) };
    }
  }
  return refusal('conflict', `others are changing ${id}: try again`);
}

/** Who accepts messages knows a channel as it was ten seconds ago, and may take thirty over one. */
const SETTLED_MS = 40_000;

/** Why something may still wait for a channel, or come to wait, and what to do; undefined where it cannot. */
async function busyBecause(
  channel: Channel,
  { isOutboxEmpty, now }: ManageDeps,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (channel.state !== 'paused') {
    return 'pause it first, with drain so that what waits is sent';
  }
  if (now() - channel.updatedAt < SETTLED_MS) {
    return `it was changed a moment ago: try again in ${SETTLED_MS / 1000} s`;
  }
  if (await isOutboxEmpty(channel, signal)) return undefined;
  return channel.pausedBecause === PAUSED_FOR_LANES
    ? 'messages still wait and are being sent: try again once they are'
    : 'messages wait: pause it with drain so that they are sent, or cancel them';
}

function unknown(id: string): Answered {
  return refusal('not_found', `there is no channel ${id}`);
}
