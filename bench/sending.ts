import * as z from 'zod/mini';
import { sendIntervalMs } from '../lambda/channels/channel.ts';
import { markOf } from '../lambda/events/outgoing-mark.ts';
import { graphBody } from '../lambda/providers/meta/send-request.ts';
import { OUTBOX_PREFIX } from '../lambda/table/keys.ts';
import { readOutgoing } from '../lambda/table/outgoing-json.ts';
import { toItem } from '../lambda/table/stored-rows.ts';
import { ASSUMED } from './assumed.ts';
import type { AwsCall } from './aws-stub.ts';
import type { Deployed } from './deployed.ts';
import type { Laboratory } from './laboratory.ts';
import { logBytes } from './log-bytes.ts';
import type { WentOut } from './marked-statuses.ts';
import type { Effort } from './measurement.ts';
import {
  rowsBefore,
  rowsPut,
  SENDING,
  sendEvents,
  TEMPLATE,
  type Wish,
  wakeEvent,
  wakesIn,
} from './outgoing.ts';
import { runProgram, sendingRoundsSchema } from './processes.ts';
import type { SendingInput } from './sending-model.ts';
import { median } from './statistics.ts';
import { makeWrites, tableCalls, unitsOf, type Write } from './table-writes.ts';
import { roundsOf, type WarmRounds, warmCpuMs } from './warm.ts';

/** So many messages on their way through the deployed functions. */
export interface Sent {
  readonly messages: number;
  readonly stored: readonly object[];
  /** Rows that wait for the sender, and what they say. */
  readonly waiting: readonly object[];
  readonly requests: readonly object[];
  readonly wake: object;
  readonly requestCalls: readonly AwsCall[];
  readonly sliceCalls: readonly AwsCall[];
  readonly requestLogs: readonly string[];
  readonly sliceLogs: readonly string[];
  readonly bytesOut: number;
}

/** Has messages taken, and then sent in one slice of their lane. */
export async function sendThrough(
  { tlsStub, outside, call }: Laboratory,
  wish: Wish,
  messages: number,
): Promise<Sent> {
  const stored = await rowsBefore(messages);
  tlsStub.keepRows(stored);
  const requests = sendEvents(wish, messages);
  const taken = await call('messages', requests);
  const waiting = rowsPut(taken.calls);
  const wake = wakeEvent(taken.calls);
  tlsStub.keepRows([...stored, ...waiting]);
  outside.takeBytes();
  const slice = await call('sender', [wake]);
  return {
    ...{ messages, stored, waiting, requests, wake, bytesOut: outside.takeBytes() },
    ...{ requestCalls: taken.calls, requestLogs: taken.logLines },
    ...{ sliceCalls: slice.calls, sliceLogs: slice.logLines },
  };
}

/** The same, for what is told of them. */
export function wentOut({ stored, waiting, requestCalls, sliceCalls }: Sent): WentOut {
  const messages = waiting
    .map(toItem)
    .filter((row) => 'body' in row)
    .map(readOutgoing);
  return { messages, stored, calls: [...requestCalls, ...sliceCalls] };
}

/** The writes of messages that were sent, and the units of what was read for them. */
async function madeOf({ stored, requestCalls, sliceCalls }: Sent) {
  const requests = await makeWrites(tableCalls(requestCalls), stored);
  const all = await makeWrites(tableCalls([...requestCalls, ...sliceCalls]), stored);
  const readUnits = (made: typeof all) => made.readUnits + made.looks;
  return {
    writes: all.writes,
    requestReadUnits: readUnits(requests),
    sliceReadUnits: readUnits(all) - readUnits(requests),
  };
}

/** What a write is for, of those that sending makes. */
export function purposeOf({ action, before, after }: Write): string {
  const { pk, sk } = before ?? after;
  const isWaiting = pk?.S?.startsWith(OUTBOX_PREFIX) === true;
  if (action === 'UpdateItem') return 'what became of it';
  if (action === 'DeleteItem') return 'that it waits no more';
  if (isWaiting) return 'that it waits';
  if (sk?.S === 'content') return 'what it says, and its place in the timeline';
  return sk?.S === 'outgoing' ? 'whose wamid it is' : 'the claim';
}

/** Warm, so many messages in each slice of a lane: CPU and time of a slice, and how late its timers are. */
async function warmSlices(
  { bundles, stub, environment, tlsEnvironment, outside }: Laboratory,
  { stored, waiting, wake, sliceCalls, messages }: Sent,
  { isQuick }: Effort,
): Promise<{ readonly rounds: WarmRounds; readonly latenessMs: readonly number[] }> {
  stub.keepRows([...stored, ...waiting]);
  const input = {
    bundle: bundles.path('sender'),
    ...{ wake, messages: bareMessages(sliceCalls, waiting, outside.graphUrl, messages) },
    intervalMs: sendIntervalMs(SENDING),
    rounds: { warmUp: isQuick ? 4 : 10, rounds: isQuick ? 4 : 12, callsPerRound: 1 },
  };
  const certificate = { NODE_EXTRA_CA_CERTS: tlsEnvironment['NODE_EXTRA_CA_CERTS'] ?? '' };
  // AWS is called in the open, so that encryption does not water down the ratio.
  const program = {
    ...{ path: bundles.path('warmSender'), input },
    environment: { ...environment, ...certificate },
  };
  const { result } = await runProgram(program, sendingRoundsSchema);
  stub.takeCalls();
  return result;
}

const keyed = z.looseObject({
  Item: z.optional(z.looseObject({ sk: z.object({ S: z.string() }) })),
});

/** The writes of each message as the sender makes them, and the request that it makes of Meta. */
function bareMessages(
  calls: readonly AwsCall[],
  waiting: readonly object[],
  graphUrl: string,
  count: number,
): readonly object[] {
  const inputs = (wanted: string, sortKey?: string) =>
    calls
      .filter(({ action }) => action === wanted)
      .map(({ body }) => keyed.parse(JSON.parse(body)))
      .filter(({ Item }) => sortKey === undefined || Item?.sk.S === sortKey);
  const [claims, pointers] = [inputs('PutItem', 'message'), inputs('PutItem', 'outgoing')];
  const [records, removals] = [inputs('UpdateItem'), inputs('DeleteItem')];
  const contents = waiting.map(toItem).filter((row) => 'body' in row);
  const url = `${graphUrl}/${SENDING.id}/messages`;
  return Array.from({ length: count }, (_, n) => {
    const content = contents[n];
    if (content === undefined) throw new Error('a message that was not taken');
    const { id, to, body } = readOutgoing(content);
    const post = {
      url,
      token: 'x'.repeat(200),
      body: graphBody({ to, body, mark: markOf(id, 1) }),
    };
    return {
      claim: claims[n],
      pointer: pointers[n],
      record: records[n],
      removal: removals[n],
      post,
    };
  });
}

/** What so many messages at a time take, of those that were sent through. */
export async function measureSending(
  laboratory: Laboratory,
  deployed: Deployed,
  sent: Sent,
  effort: Effort,
) {
  const { messages, requests, requestLogs, sliceLogs, bytesOut } = sent;
  const made = await madeOf(sent);
  const slices = await warmSlices(laboratory, sent, effort);
  laboratory.tlsStub.keepRows(sent.stored);
  const cpuMs = median(await warmCpuMs(laboratory, 'messages', requests, roundsOf(effort, 1)));
  const input: SendingInput = {
    messagesPerSlice: messages,
    // What is known of channel and window first, then two writes and the wake.
    request: {
      ...{ memoryMegabytes: deployed.memoryMegabytes('messages'), cpuMs },
      waitMs: 4 * ASSUMED.dynamoDbMs + ASSUMED.sendMessageBatchMs,
    },
    // It works while it waits.
    slice: {
      ...{ memoryMegabytes: deployed.memoryMegabytes('sender'), cpuMs: 0 },
      waitMs: median(slices.rounds.map(({ real }) => real.wallMs)),
    },
    requestReadUnits: made.requestReadUnits / messages,
    writeUnits: unitsOf(made.writes) / messages,
    sliceReadUnits: made.sliceReadUnits,
    logBytesPerRequest: logBytes(requestLogs) / messages,
    logBytesPerSlice: logBytes(sliceLogs),
    bytesPerMessage: bytesOut / messages,
  };
  return { input, slices, writes: made.writes };
}

/** Wakes that the queue keeps of so many messages, asked for as fast as one function takes them. */
export async function wakesAMessage(laboratory: Laboratory, messages: number): Promise<number> {
  laboratory.tlsStub.keepRows(await rowsBefore(0));
  const { calls } = await laboratory.call('messages', sendEvents(TEMPLATE, messages));
  return wakesIn(calls) / messages;
}
