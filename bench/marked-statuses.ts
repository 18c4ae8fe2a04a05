import { markOf } from '../lambda/events/outgoing-mark.ts';
import { OUTGOING_PREFIX } from '../lambda/table/keys.ts';
import { readOutgoing } from '../lambda/table/outgoing-json.ts';
import { toItem } from '../lambda/table/stored-rows.ts';
import { aStatus, metaWebhook } from '../test/support/webhooks.ts';
import { costParts, total } from './cost-model.ts';
import type { Deployed } from './deployed.ts';
import { SETTINGS } from './function-environment.ts';
import { measureInbound, measureIngest } from './inbound.ts';
import type { Laboratory } from './laboratory.ts';
import type { Effort } from './measurement.ts';
import { wamidFor } from './outside.ts';
import { queueEvents, type SentEntry, sentEntries } from './queue-messages.ts';
import { type Sent, tableCalls } from './sending.ts';
import { makeWrites, unitsOf, type Write } from './table-writes.ts';
import { signedEvent } from './webhooks.ts';

/** Statuses that the processor is given at a time, on average. */
const MEAN_BATCH = 3;

const PRICING = { billable: true, pricing_model: 'PMP', type: 'regular', category: 'utility' };
const ORIGIN = { type: 'utility' };
const CONVERSATION = { id: 'c'.repeat(32), expiration_timestamp: '1795298430', origin: ORIGIN };

/** What Meta says beside each: the price, and up to v23.0 the conversation. */
const BESIDE = {
  sent: { conversation: CONVERSATION, pricing: PRICING },
  delivered: { pricing: PRICING },
  read: {},
} as const;

const STATUSES = ['sent', 'delivered', 'read'] as const;

/** What statuses take, a webhook each. */
export interface StatusUse {
  /** Write units for the row of our message. */
  readonly ownUnits: number;
  /** Likewise for that of its wamid, as a status of any message takes them. */
  readonly units: number;
  /** Of a million of them. */
  readonly dollars: number;
}

/** What the statuses take of messages that were sent with these writes. */
export async function measureStatuses(
  laboratory: Laboratory,
  deployed: Deployed,
  { sent, writes }: { readonly sent: Sent; readonly writes: readonly Write[] },
  effort: Effort,
): Promise<StatusUse> {
  const entries = await statusEntries(laboratory, sent);
  const { calls } = await laboratory.call('processor', queueEvents(entries, MEAN_BATCH));
  const before = tableCalls([...sent.requestCalls, ...sent.sliceCalls]);
  const made = await makeWrites([...before, ...tableCalls(calls)], sent.stored);
  const further = made.writes.slice(writes.length);
  const isOwn = ({ after }: Write) => after.pk?.S?.startsWith(OUTGOING_PREFIX) === true;
  const ingest = await measureIngest(laboratory, deployed, effort);
  const taken = { ingest, entries, meanBatch: MEAN_BATCH };
  const inbound = await measureInbound(laboratory, deployed, taken, effort);
  return {
    ownUnits: unitsOf(further.filter(isOwn)) / entries.length,
    units: unitsOf(further.filter((write) => !isOwn(write))) / entries.length,
    dollars: total(costParts(inbound)),
  };
}

/** As ingest puts them on the queue. */
async function statusEntries(
  { call }: Laboratory,
  { waiting }: Sent,
): Promise<readonly SentEntry[]> {
  const messages = waiting
    .map(toItem)
    .filter((row) => 'body' in row)
    .map(readOutgoing);
  const webhooks = STATUSES.flatMap((status, later) =>
    messages.map(({ id, to, createdAt }) => {
      const mark = markOf(id, 1);
      const told = {
        ...{ id: wamidFor(mark), status, biz_opaque_callback_data: mark, ...BESIDE[status] },
        ...{ recipient_id: to.name, recipient_user_id: undefined },
        timestamp: String(Math.floor(createdAt / 1000) + 2 * later),
      };
      return metaWebhook({ statuses: [aStatus(told)] });
    }),
  );
  const events = webhooks.map((body) => signedEvent(body, SETTINGS.appSecret));
  return sentEntries((await call('ingest', events)).calls);
}
