import type { Channel } from './channel.ts';
import type { ChannelReader, ChannelWriter } from './channel-table.ts';

/** Others that change the same channel at the same moment. */
const ATTEMPTS = 3;

export type ChannelEditing = Pick<ChannelReader, 'get'> & Pick<ChannelWriter, 'update'>;

/**
 * Changes a channel as it is now. Resolves with what was written: nothing, where it is gone or `edit`
 * finds nothing to change.
 */
export async function editChannel(
  id: string,
  edit: (channel: Channel) => Channel | undefined,
  table: ChannelEditing,
  signal: AbortSignal,
): Promise<Channel | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const stored = await table.get(id, signal);
    const edited = stored === undefined ? undefined : edit(stored.channel);
    if (stored === undefined || edited === undefined) return undefined;
    if (await table.update(stored, edited, signal)) return edited;
  }
  throw new Error(`channel ${id} is being changed by others and could not be changed`);
}
