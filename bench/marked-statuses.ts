import { markOf } from '../lambda/events/outgoing-mark.ts';
import { OUTGOING_PREFIX } from '../lambda/table/keys.ts';
import { aStatus, metaWebhook } from '../test/support/webhooks.ts';
import type { AwsCall } from './aws-stub.ts';
import { costParts, total } from './cost-model.ts';
import type { Deployed } from './deployed.ts';
import { SETTINGS } from './function-environment.ts';
import { measureInbound, measureIngest } from './inbound.ts';
import type { Laboratory } from './laboratory.ts';
import type { Effort } from './measurement.ts';
import { wamidFor } from './outside.ts';
import { queueEvents, type SentEntry, sentEntries } from './queue-messages.ts';
import { makeWrites, tableCalls, unitsOf, type Write, type Written } from './table-writes.ts';
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
  readonly writes: readonly Write[];
}

/** Messages that went out. */
export interface WentOut {
  readonly messages: readonly MarkedMessage[];
  /** Rows that were there before, and what was asked of AWS for them. */
  readonly stored: readonly object[];
  readonly calls: readonly AwsCall[];
}

interface MarkedMessage {
  readonly id: string;
  readonly to: { readonly name: string };
  /** In ms since 1970. */
  readonly createdAt: number;
}

/** What the statuses take of messages that went out. */
export async function measureStatuses(
  laboratory: Laboratory,
  deployed: Deployed,
  { messages, stored, calls: before }: WentOut,
  effort: Effort,
): Promise<StatusUse> {
  const entries = await statusEntries(laboratory, messages);
  const { calls } = await laboratory.call('processor', queueEvents(entries, MEAN_BATCH));
  const made = await makeWrites(tableCalls([...before, ...calls]), stored);
  const further = writesAfter(made, before);
  const isOwn = ({ after }: Write) => after.pk?.S?.startsWith(OUTGOING_PREFIX) === true;
  const ingest = await measureIngest(laboratory, deployed, effort);
  const taken = { ingest, entries, meanBatch: MEAN_BATCH };
  const inbound = await measureInbound(laboratory, deployed, taken, effort);
  return {
    ownUnits: unitsOf(further.filter(isOwn)) / entries.length,
    units: unitsOf(further.filter((write) => !isOwn(write))) / entries.length,
    dollars: total(costParts(inbound)),
    writes: further,
  };
}

const READS = ['GetItem', 'BatchGetItem', 'Query'];

function writesAfter({ writes }: Written, before: readonly AwsCall[]): readonly Write[] {
  return writes.slice(tableCalls(before).filter(({ action }) => !READS.includes(action)).length);
}

/** As ingest puts them on the queue. */
async function statusEntries(
  { call }: Laboratory,
  messages: readonly MarkedMessage[],
): Promise<readonly SentEntry[]> {
  const webhooks = STATUSES.flatMap((status) =>
    messages.map(({ id, to, createdAt }) => {
      const mark = markOf(id, 1);
      const told = {
        ...{ id: wamidFor(mark), status, biz_opaque_callback_data: mark, ...BESIDE[status] },
        ...{ recipient_id: to.name, recipient_user_id: undefined },
        // Not later than they come, which would be kept beside.
        timestamp: String(Math.floor(createdAt / 1000)),
      };
      return metaWebhook({ statuses: [aStatus(told)] });
    }),
  );
  const events = webhooks.map((body) => signedEvent(body, SETTINGS.appSecret));
  return sentEntries((await call('ingest', events)).calls);
}
