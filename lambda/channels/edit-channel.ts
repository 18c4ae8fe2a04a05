import type { Channel } from './channel.ts';
import type { ChannelReader, ChannelWriter } from './channel-table.ts';

/** Others may change the same channel at the same moment: the sender, or people. */
export const EDIT_ATTEMPTS = 3;

export type ChannelEditing = Pick<ChannelReader, 'get'> & Pick<ChannelWriter, 'update'>;

interface EditedChannel {
  readonly before: Channel;
  readonly after: Channel;
}

/** Changes a channel as it is now. Undefined where it is gone, or `edit` finds nothing to change. */
export async function editChannel(
  id: string,
  edit: (channel: Channel) => Channel | undefined,
  table: ChannelEditing,
  signal: AbortSignal,
): Promise<EditedChannel | undefined> {
  for (let attempt = 1; attempt <= EDIT_ATTEMPTS; attempt += 1) {
    const stored = await table.get(id, signal);
    if (stored === undefined) return undefined;
    const { channel: before } = stored;
    const after = edit(before);
    if (after === undefined) return undefined;
    if (await table.update(stored, after, signal)) return { before, after };
  }
  throw new Error(`channel ${id} is being changed by others and could not be changed`);
}
