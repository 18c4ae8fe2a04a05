import type { Channel } from '../channels/channel.ts';
import type { ListedChannels } from '../channels/channel-table.ts';
import { type Html, html, table } from './html.ts';

const MOST_CHANNELS = 20;
const HEADINGS = ['Channel', 'State', 'What its provider said'];

/** Channels that nothing goes out from, or of which their provider said that something is at fault. */
export function channelsView({
  channels,
  unreadable,
}: Pick<ListedChannels, 'channels' | 'unreadable'>): Html {
  const all = channels.length + unreadable.length;
  const found = channels.map(({ channel }) => channel).filter(needsSomebody);
  if (found.length === 0 && unreadable.length === 0) {
    return all === 0
      ? html`<p>There are no channels.</p>`
      : html`<p>All ${all} channels are well.</p>`;
  }
  const rows = [
    ...found.map((channel) => [channel.id, stateOf(channel), saidOf(channel)]),
    ...unreadable.map((id) => [id, 'unreadable', 'another release wrote it']),
  ];
  const others = rows.length - MOST_CHANNELS;
  const more = others > 0 ? html`<p>And ${others} more: npx floodgate channel list</p>` : html``;
  return html`${table(HEADINGS, rows.slice(0, MOST_CHANNELS))}${more}`;
}

function needsSomebody({ state, needsAttention }: Channel): boolean {
  return state === 'paused' || needsAttention !== undefined;
}

function stateOf({ state, pausedBecause }: Channel): string {
  return state === 'paused' ? `paused: ${pausedBecause ?? 'user'}` : state;
}

function saidOf({ said = {}, needsAttention = '' }: Channel): string {
  const faults = Object.entries(said).filter(([, { ok }]) => !ok);
  if (faults.length === 0) return needsAttention;
  return faults.map(([check, { found }]) => `${check}: ${found}`).join('; ');
}
