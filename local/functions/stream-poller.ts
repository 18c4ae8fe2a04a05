import {
  type ChangeStream,
  readKeptChange,
  SHARDS,
  type StreamedChange,
  sized,
} from '../aws/change-stream.ts';
import { KEEPS_NOTHING, type Keep } from '../keep/keep.ts';
import { ShardReader, type ShardReaderOptions } from './shard-reader.ts';

export interface StreamPollerOptions extends ShardReaderOptions {
  readonly stream: ChangeStream;
  /** Which records the function is invoked for. */
  readonly filter: (record: unknown) => boolean;
  /** Where what is left at the end is kept, under a name of the reader. @default nowhere */
  readonly kept?: { readonly in: Keep; readonly as: string } | undefined;
}

export interface StreamPoller {
  /** Changes that the function has not taken yet. */
  readonly left: () => number;
  /** From now on waits for no batch to fill. */
  readonly hurry: () => void;
  /** Hands over no more changes. */
  readonly stop: () => void;
  /** Resolves after `stop`, once the function is done with what it has. */
  readonly finished: Promise<unknown>;
}

/** Hands the changes of a table to a function, as Lambda's event source mapping does: shards side by side. */
export function startStreamPoller(options: StreamPollerOptions): StreamPoller {
  const { stream, filter, kept = { in: KEEPS_NOTHING, as: '' } } = options;
  const left = kept.in.shelf(`reader.${kept.as}`, readKeptChange);
  const onSettled = (changes: readonly StreamedChange[]) =>
    kept.in.together(() => {
      for (const { sequenceNumber } of changes) left.remove(sequenceNumber);
    });
  const readers = new Map(
    SHARDS.map((shardId) => [shardId, new ShardReader({ ...options, onSettled })]),
  );
  for (const [, change] of left.entries()) readers.get(change.shardId)?.add(sized(change));
  stream.addReader((change) => {
    if (!filter(change.record)) return;
    const { shardId, sequenceNumber, at, record } = change;
    left.put(sequenceNumber, { shardId, sequenceNumber, at, record });
    readers.get(shardId)?.add(change);
  });
  const all = [...readers.values()];
  return {
    left: () => all.reduce((sum, { left }) => sum + left, 0),
    hurry: () => {
      for (const reader of all) reader.hurry();
    },
    stop: () => {
      for (const reader of all) reader.stop();
    },
    finished: Promise.all(all.map((reader) => reader.run())),
  };
}
