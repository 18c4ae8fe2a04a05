import type { QueuedEvent } from '../events/envelope.ts';
import type { IdentityLink } from '../events/event.ts';
import { fits, holds } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { AwsRequestError } from '../shared/aws/request.ts';
import { claimsTable } from './claims-table.ts';
import { knownLinks } from './known-links.ts';
import { linkUpdate } from './link-update.ts';
import type { PlacedUpdate } from './placed-update.ts';
import { expiryOf } from './retention.ts';
import { statusUpdates } from './status-updates.ts';
import { eventPut, type Update } from './writes.ts';

export interface EventTableOptions {
  readonly tableName: string;
  /** How long a row lives after it was stored. */
  readonly retentionDays: number;

  /**
   * What is different on some channels.
   *
   * @default nothing
   */
  readonly channelRetentionDays?: Readonly<Record<string, number>>;
  /**
   * Days that a channel says for itself; undefined where it says nothing.
   *
   * @default none does
   */
  readonly ownDays?: (channel: string, signal: AbortSignal) => Promise<number | undefined>;
  /** Milliseconds since 1970. */
  readonly now: () => number;

  /**
   * Hears that a link was given up, as the partition of its name is full.
   *
   * @default nobody does
   */
  readonly onLinkGivenUp?: () => void;
}

/** `refused-by-table`: the fault is the event's own. */
type StoreOutcome = 'stored' | 'duplicate' | 'refused-by-table';

export type StoreEvent = (
  event: QueuedEvent,
  sequenceNumber: string,
  signal: AbortSignal,
) => Promise<StoreOutcome>;

// A collection-size limit lasts until rows expire, which is longer than the queue keeps a message.
const REFUSALS = new Set([
  'ValidationException',
  'SerializationException',
  'ItemCollectionSizeLimitExceededException',
]);

/**
 * Stores events, each with writes that may be repeated: the links between names that it shows, then
 * what must be claimed of its message, then one put; or the update of a status. Rejects where a retry
 * may help.
 */
export function eventTable(dynamodb: CallAws, options: EventTableOptions): StoreEvent {
  const { tableName: TableName, now, onLinkGivenUp = () => {} } = options;
  const { learn, expiry } = expiries(options);
  const links = knownLinks(now);
  const claims = claimsTable(dynamodb, TableName);

  const send = (input: Update, signal: AbortSignal) =>
    dynamodb('UpdateItem', { TableName, ...input }, signal);

  /** Whether the row was there to be updated: not if it is forgotten. */
  async function storeInPlace({ update, moveEarlier }: PlacedUpdate, signal: AbortSignal) {
    return (
      (await holds(send(update, signal))) ||
      (await holds(send(moveEarlier(), signal))) ||
      // Moved by somebody else in between, or by a try whose answer was lost.
      (await holds(send(update, signal)))
    );
  }

  async function storeLink(event: QueuedEvent, link: IdentityLink, signal: AbortSignal) {
    // It must outlive the rows that need it, also those stored while it is remembered here.
    const stored = storeInPlace(linkUpdate(event, link, expiry(event, 2)), signal);
    // An event must not be refused for a link: its contact is found by the names that it has itself.
    if (!(await fits(stored))) onLinkGivenUp();
  }

  async function storeStatus(event: QueuedEvent, signal: AbortSignal): Promise<StoreOutcome> {
    const { message, participant, outgoing } = statusUpdates(event, expiry(event));
    if (!(await storeInPlace(message, signal))) return 'duplicate';
    if (participant !== undefined) await send(participant, signal);
    // Nothing is told of what was forgotten.
    if (outgoing !== undefined) await holds(send(outgoing, signal));
    return 'stored';
  }

  async function storeRow(
    event: QueuedEvent,
    sequenceNumber: string,
    showsNewLink: boolean,
    signal: AbortSignal,
  ): Promise<StoreOutcome> {
    const options = { showsNewLink, expiresAt: expiry(event) };
    const held = await claims.claim(event, options, signal);
    if (held === undefined) return 'duplicate';
    const put = eventPut(event, sequenceNumber, options.expiresAt);
    if (await holds(dynamodb('PutItem', { TableName, ...put }, signal))) return 'stored';
    await claims.giveWay(event, held, options, signal);
    return 'duplicate';
  }

  return async (event, sequenceNumber, signal) => {
    try {
      await learn(event, signal);
      const newLinks = links.newIn(event);
      await Promise.all(newLinks.map((link) => storeLink(event, link, signal)));
      const outcome =
        event.kind === 'status'
          ? await storeStatus(event, signal)
          : await storeRow(event, sequenceNumber, newLinks.length > 0, signal);
      // Not before: whoever tries again must look as far as this try would have.
      links.remember(event, newLinks);
      return outcome;
    } catch (error) {
      if (error instanceof AwsRequestError && REFUSALS.has(error.name)) return 'refused-by-table';
      throw error;
    }
  };
}

/** When what is stored of an event now expires, once what its channel says for itself was learnt. */
function expiries(options: EventTableOptions) {
  const { retentionDays, channelRetentionDays = {}, ownDays, now } = options;
  const expiresAt = expiryOf({ retentionDays, channelRetentionDays }, now);
  const own = new Map<string, number | undefined>();
  return {
    learn: async ({ channel }: QueuedEvent, signal: AbortSignal) => {
      if (ownDays !== undefined) own.set(channel, await ownDays(channel, signal));
    },
    expiry: ({ channel }: QueuedEvent, times?: number) =>
      expiresAt(channel, times, own.get(channel)),
  };
}
