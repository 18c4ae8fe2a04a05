import { PRICED, PRICES } from '../bin/floodgate/prices.ts';
import { campaignMessageId } from '../lambda/events/outgoing-id.ts';
import { CAMPAIGN } from '../test/support/campaign-rows.ts';
import { ASSUMED } from './assumed.ts';
import type { CampaignSlice } from './campaign-slice.ts';
import { type FunctionUse, GB, gbSecondDollars, MILLION } from './cost-model.ts';
import type { Deployed } from './deployed.ts';
import type { Breakdown } from './figure.ts';
import type { Laboratory } from './laboratory.ts';
import { logBytes } from './log-bytes.ts';
import type { WentOut } from './marked-statuses.ts';
import type { Effort } from './measurement.ts';
import { phoneOf } from './outgoing.ts';
import { chunks } from './queue-messages.ts';
import { median } from './statistics.ts';
import { changesOf, makeWrites, tableCalls, unitsOf, type Write } from './table-writes.ts';
import { roundsOf, warmCpuMs } from './warm.ts';

/** What a slice of a campaign takes, in things that AWS counts. */
export interface SliceUse {
  readonly recipients: number;
  /** Of AWS, beside claim, record and pointer of each recipient. */
  readonly calls: number;
  /** Beside those of claim, with its place in the timeline, record and pointer. */
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly objectReads: number;
  readonly bytesOut: number;
  readonly logBytes: number;
  readonly writes: readonly Write[];
}

/** Its writes are made once more, at an emulator of the table. */
export async function useOf({
  calls,
  stored,
  bytesOut,
  logLines,
}: CampaignSlice): Promise<SliceUse> {
  const { writes, readUnits, looks } = await makeWrites(tableCalls(calls), stored);
  const isOfRecipient = ({ after }: Write) => after.sk?.S !== undefined && isOwn(after.sk.S);
  const [own, beside] = [writes.filter(isOfRecipient), writes.filter((one) => !isOfRecipient(one))];
  const recipients = own.length / WRITES_EACH;
  return {
    recipients,
    ...{ calls: calls.length - own.length, writeUnits: unitsOf(beside) },
    readUnits: readUnits + looks,
    objectReads: calls.filter(({ action }) => action === 'GET').length,
    ...{ bytesOut, logBytes: logBytes(logLines), writes },
  };
}

/** Claim, record, pointer. */
const WRITES_EACH = 3;

function isOwn(sortKey: string): boolean {
  return sortKey.startsWith('message') || sortKey === 'outgoing';
}

/** The recipients of a slice, for what is told of them. */
export function recipientsOf(
  { first, stored, calls, at }: CampaignSlice,
  { recipients }: Pick<SliceUse, 'recipients'>,
): WentOut {
  const messages = Array.from({ length: recipients }, (_, n) => ({
    id: campaignMessageId({ campaign: CAMPAIGN, track: 0, row: first + n + 1, step: 0 }),
    to: { name: phoneOf(first + n) },
    createdAt: at,
  }));
  return { messages, stored, calls };
}

/** What counting takes, which the function does that follows the table's changes. */
export interface Counting {
  readonly router: FunctionUse;
  readonly batches: number;
  readonly units: number;
  readonly readUnits: number;
  readonly logBytes: number;
}

/** Has changes of rows of recipients counted, as many at a time as come between two looks at their shard. */
export async function measureCounting(
  laboratory: Laboratory,
  deployed: Deployed,
  { writes, stored, seconds }: CountedWrites,
  effort: Effort,
): Promise<Counting> {
  const changes = changesOf(writes).filter(deployed.isHandedOn);
  const size = Math.ceil(changes.length / (seconds * ASSUMED.streamLooksPerSecond));
  const batches = chunks(changes, size).map((Records) => ({ Records }));
  laboratory.tlsStub.keepRows(stored);
  const { calls, logLines } = await laboratory.call('router', batches);
  const made = await makeWrites(tableCalls(calls), stored);
  const rounds = roundsOf(effort, size);
  return {
    router: {
      memoryMegabytes: deployed.memoryMegabytes('router'),
      cpuMs: median(await warmCpuMs(laboratory, 'router', batches, rounds)),
      waitMs: 2 * ASSUMED.dynamoDbMs,
    },
    batches: batches.length,
    units: unitsOf(made.writes),
    readUnits: made.readUnits + made.looks,
    logBytes: logBytes(logLines),
  };
}

export interface CountedWrites {
  readonly writes: readonly Write[];
  readonly stored: readonly object[];
  /** For how long they came. */
  readonly seconds: number;
}

/** Dollars for a million recipients, from their parts to what the provider answered, and counted. */
export function campaignParts(slice: SliceUse, sender: FunctionUse, counting: Counting) {
  const slices = MILLION / slice.recipients;
  return {
    'DynamoDB: claim, record, pointer':
      slices * (unitsOf(slice.writes) - slice.writeUnits) * PRICES.writeUnit.dollars,
    'DynamoDB: cursors': slices * slice.writeUnits * PRICES.writeUnit.dollars,
    'DynamoDB: opt-outs, and what a lane reads': slices * slice.readUnits * PRICES.readUnit.dollars,
    'S3: GetObject': slices * slice.objectReads * PRICES.s3Get.dollars,
    'SQS: its wake': slices * 3 * PRICES.sqsRequest.dollars,
    'sender: invocations': slices * PRICES.lambdaRequest.dollars,
    'sender: GB-seconds': slices * gbSecondDollars(sender),
    'CloudWatch: log bytes':
      ((slices * (slice.logBytes + ASSUMED.invocationLogBytes)) / GB) * PRICES.logGb.dollars,
    'bytes out of AWS': ((slices * slice.bytesOut) / GB) * PRICES.transferGb.dollars,
    ...countingParts(counting, slice.recipients),
  };
}

/** Dollars to count the changes of a million rows, each as often as those of `rows` were. */
export function countingParts(counting: Counting, rows: number) {
  const times = MILLION / rows;
  const { router, batches, units, readUnits, logBytes: bytes } = counting;
  return {
    'router: invocations': times * batches * PRICES.lambdaRequest.dollars,
    'router: GB-seconds': times * batches * gbSecondDollars(router),
    'DynamoDB: figures':
      times * (units * PRICES.writeUnit.dollars + readUnits * PRICES.readUnit.dollars),
    'CloudWatch: log bytes of the router': ((times * bytes) / GB) * PRICES.logGb.dollars,
  };
}

export function campaignTable(
  parts: ReturnType<typeof campaignParts>,
  statuses: Readonly<Record<string, number>>,
): Breakdown {
  const rows = (of: Readonly<Record<string, number>>) =>
    Object.entries(of).map(([name, dollars]) => [name, dollars.toFixed(3)]);
  return {
    title: `A campaign: dollars per million recipients (${PRICED.region}, ${PRICED.on}, ${PRICED.note})`,
    columns: ['part', 'dollars'],
    rows: [...rows(parts), ...rows(statuses)],
  };
}
