import { endpointStateWriter } from '../lambda/delivery/endpoint-table.ts';
import type { CallAws } from '../lambda/shared/aws/json-protocol.ts';
import type { Receiver } from './receiver.ts';
import type { SubscribersApi } from './subscribers-api.ts';

/** Subscribers beside the one that is measured, for a while. */
export interface OtherSubscribers {
  readonly channels: readonly string[];
  /** Lets them receive. */
  readonly add: () => Promise<void>;
  /** As if nobody had ever made them: with their queues, and what waits there. */
  readonly remove: () => Promise<void>;
}

/** Those of a kind. */
export interface OtherKind {
  readonly name: string;
  readonly url: string;
  readonly count: number;
  /** Whether it is known to answer nobody, so that only the prober tries it. */
  readonly isDown: boolean;
}

interface Place {
  readonly api: SubscribersApi;
  readonly dynamodb: CallAws;
  readonly table: string;
}

/** So many of each kind, each to a channel of its own. */
export function otherSubscribers(
  { api, dynamodb, table }: Place,
  kinds: readonly OtherKind[],
): OtherSubscribers {
  const all = kinds.flatMap((kind) =>
    Array.from({ length: kind.count }, (_, n) => ({ ...kind, channel: `${kind.name}-${n}` })),
  );
  const state = endpointStateWriter(dynamodb, table, Date.now);
  let ids: string[] = [];
  return {
    channels: all.map(({ channel }) => channel),
    add: async () => {
      for (const { channel, url, isDown } of all) {
        const id = await api.add({ name: channel, url, channel });
        ids.push(id);
        if (isDown) await state.down(id, AbortSignal.timeout(5000));
      }
    },
    remove: async () => {
      for (const id of ids) await api.remove(id);
      ids = [];
    },
  };
}

/** What there is beside the one that is well: some that are dead, some that are slow, some that talk. */
export function badlyOff(receiver: Receiver, count: number): readonly OtherKind[] {
  return [
    { name: 'dead', url: receiver.silentUrl, count, isDown: true },
    { name: 'slow', url: receiver.slowUrl, count, isDown: false },
    { name: 'chatty', url: receiver.chattyUrl, count, isDown: false },
  ];
}
