/** SQS's limits on one `SendMessageBatch`. */
const MAX_BATCH_ENTRIES = 10;
const MAX_BATCH_BYTES = 1024 * 1024;

/** More than this many requests at once only wait for each other. */
const MAX_LANES = 10;

export interface Sendable {
  readonly group: string;
  /** Size of the message as SQS counts it: the body in UTF-8 and the attributes. */
  readonly bytes: number;
}

/**
 * Lays messages out for sending: lanes side by side, the batches of a lane one after another.
 *
 * `SendMessageBatch` keeps the order of its entries but parallel batches have none, so all messages
 * of a group go through one lane, in the order given.
 */
export function planLanes<T extends Sendable>(messages: readonly T[]): T[][][] {
  const single = cutIntoBatches(messages);
  if (single.length <= 1) return [single];
  const lanes = Map.groupBy(messages, ({ group }) => laneOf(group));
  return [...lanes.values()].map(cutIntoBatches);
}

/** Cuts messages into batches that SQS takes, in the order given. */
export function cutIntoBatches<T extends Sendable>(messages: readonly T[]): T[][] {
  const batches: T[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const batch = batches.at(-1);
    bytes += message.bytes;
    if (batch === undefined || batch.length === MAX_BATCH_ENTRIES || bytes > MAX_BATCH_BYTES) {
      batches.push([message]);
      bytes = message.bytes;
    } else {
      batch.push(message);
    }
  }
  return batches;
}

/**
 * Rounds to be sent one after another, each with at most one message of a group.
 *
 * Where SQS takes some entries of a batch and refuses others, none has overtaken one of its group.
 */
export function planRounds<T extends Pick<Sendable, 'group'>>(messages: readonly T[]): T[][] {
  const sentBefore = new Map<string, number>();
  const rounds: T[][] = [];
  for (const message of messages) {
    const round = sentBefore.get(message.group) ?? 0;
    sentBefore.set(message.group, round + 1);
    rounds[round] ??= [];
    rounds[round].push(message);
  }
  return rounds;
}

/** By the last character of the group's hash that carries six whole bits. */
function laneOf(group: string): number {
  return (group.codePointAt(group.length - 2) ?? 0) % MAX_LANES;
}
