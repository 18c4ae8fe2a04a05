import type { Channel } from '../../lambda/channels/channel.ts';
import type { Refusal, SendAnswer } from '../../lambda/providers/send-answer.ts';
import { claimTable } from '../../lambda/sending/claim-table.ts';
import { laneTable } from '../../lambda/sending/lane-table.ts';
import { outboxTable } from '../../lambda/sending/outbox-table.ts';
import { expireMessage } from '../../lambda/sending/pass-over.ts';
import type { SendDeps } from '../../lambda/sending/sender/send-message.ts';
import { workLane } from '../../lambda/sending/sender/work-lane.ts';
import { tick } from '../../lambda/sending/ticker/tick.ts';
import { writeWake } from '../../lambda/sending/wake.ts';
import type { CallAws } from '../../lambda/shared/aws/json-protocol.ts';
import { AwsRequestError, refusal } from '../../lambda/shared/aws/request.ts';
import { unqueuedMessage } from '../../lambda/shared/queue/queued-message.ts';
import { MESSAGE_SORT_KEY, outgoingPartition } from '../../lambda/table/keys.ts';
import { firstWait } from '../../lambda/table/outgoing-json.ts';
import type { OutgoingMessage } from '../../lambda/table/outgoing-message.ts';
import { stateOf, toRecord } from '../../lambda/table/outgoing-record.ts';
import { toItem } from '../../lambda/table/stored-rows.ts';
import {
  setExpression,
  setOnce,
  textValue,
  timeValue,
} from '../../lambda/table/update-expression.ts';
import { rowKey } from '../../lambda/table/writes.ts';
import { SimulatedTable } from '../faults/table.ts';
import { VirtualTime } from '../faults/virtual-time.ts';
import { aChannel } from '../support/channels.ts';
import { anOutgoing } from '../support/outgoing.ts';
import { randomFrom } from './random.ts';

const START_MS = 1_800_000_000_000;
const LONGEST_MS = 4 * 3_600_000;
/** Of a function, and for how long its queue hides what it was given. */
const TIMEOUT_MS = 45_000;
const VISIBILITY_MS = 50_000;
const TABLE = 'events';
const CHANNEL = '1234567890';
const LANE = { channel: CHANNEL, lane: 0 };
const EXPIRES = START_MS / 1000 + 30 * 86_400;

/** How likely what goes wrong is, from 0 to 1. */
export interface Faults {
  readonly crash: number;
  readonly tableRefuses: number;
  readonly tableAnswerLost: number;
  readonly answerLost: number;
  readonly refused: number;
  /** A wake is handed out again while it is worked at. */
  readonly wakeDoubled: number;
  readonly statusLost: number;
}

export const NO_FAULTS: Faults = {
  ...{ crash: 0, tableRefuses: 0, tableAnswerLost: 0, answerLost: 0, refused: 0 },
  ...{ wakeDoubled: 0, statusLost: 0 },
};

/** Codes, and whether the provider may have taken the message all the same. */
const REFUSALS: readonly (readonly [code: number, weight: number])[] = [
  ...([
    [130_429, 8],
    [131_056, 4],
    [131_000, 4],
    [131_026, 2],
    [131_057, 1],
    [190, 1],
  ] as const),
  ...([
    [131_016, 4],
    [134_101, 1],
    [555_555, 2],
  ] as const),
];

interface Invocation {
  /** Of who has no trouble, such as whoever asks for a message until it is taken. */
  readonly isLucky?: true;
  isAlive: boolean;
  steps: number;
  readonly crashAt: number;
}

/** One message as the provider saw it. */
export interface Told {
  readonly accepted: number[];
  hasMarkCome: boolean;
}

/** Sends some messages over hours in which things go wrong, in memory and with a clock that jumps. */
export async function simulateSending(
  seed: number,
  faults: Faults,
  overrides: Partial<Channel> = {},
) {
  const random = randomFrom(seed);
  const chance = (likelihood: number) => random() < likelihood;
  const time = new VirtualTime(START_MS);
  const now = () => time.now;
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => void time.after(Math.max(1, Math.trunc(ms)), resolve));
  const table = new SimulatedTable({
    ...{ now, random, refuses: () => false, isCrowded: () => false, onChange: () => {} },
  });
  let channel: Channel = { ...aChannel(), id: CHANNEL, ...overrides };
  let troubleUntil = START_MS + 20 * 60_000;
  const isTroubled = () => now() < troubleUntil;
  const ledger = new Map<string, Told>();
  const told = (id: string) => {
    const known = ledger.get(id) ?? { accepted: [], hasMarkCome: false };
    ledger.set(id, known);
    return known;
  };
  const { signal } = new AbortController();
  const never = new Promise<never>(() => {});

  function start(crashes: number): Invocation {
    const crashAt = isTroubled() && chance(crashes) ? 1 + Math.floor(random() * 90) : Infinity;
    const invocation: Invocation = { isAlive: true, steps: 0, crashAt };
    time.after(TIMEOUT_MS, () => {
      invocation.isAlive = false;
    });
    return invocation;
  }

  async function step(invocation: Invocation): Promise<void> {
    invocation.steps += 1;
    if (invocation.steps >= invocation.crashAt) invocation.isAlive = false;
    if (!invocation.isAlive) await never;
  }

  const callTable =
    (invocation: Invocation): CallAws =>
    async (operation, input) => {
      for (let attempt = 1; ; attempt += 1) {
        await step(invocation);
        await sleep(1 + random() * 8);
        const isRefused = !invocation.isLucky && isTroubled() && chance(faults.tableRefuses);
        const answer = isRefused ? undefined : table.act(operation, input);
        await step(invocation);
        const isLost = !invocation.isLucky && isTroubled() && chance(faults.tableAnswerLost);
        if (answer !== undefined && !isLost) {
          const body = String(answer.body);
          if (answer.statusCode === 200) return JSON.parse(body);
          throw refusal('dynamodb', answer.statusCode, body);
        }
        if (attempt === 2) {
          throw new AwsRequestError('dynamodb', 'ThrottlingException', { isTransient: true });
        }
        await sleep(20);
      }
    };

  /** What the processor does with a status that carries our mark. */
  function tellStatus(id: string, wamid: string): void {
    if (chance(faults.statusLost)) return;
    time.after(random() * 40_000, () => {
      told(id).hasMarkCome = true;
      const Key = rowKey(outgoingPartition(CHANNEL, id), MESSAGE_SORT_KEY);
      const set = setExpression([
        setOnce('wamid', textValue(wamid)),
        setOnce('status.sent', timeValue(now())),
      ]);
      table.act('UpdateItem', { TableName: TABLE, Key, ...set });
    });
  }

  function accept(id: string): string {
    const seen = told(id);
    seen.accepted.push(now());
    const wamid = `wamid.${id}.${seen.accepted.length}`;
    tellStatus(id, wamid);
    return wamid;
  }

  const refuse = (code: number): SendAnswer => {
    const refused: Refusal = { code, text: 'no', isTransient: false, retryAfterSeconds: undefined };
    return { kind: 'refused', refusal: refused };
  };

  function answerTo(id: string): SendAnswer {
    if (isTroubled() && chance(faults.answerLost)) {
      const kind = random();
      if (kind < 0.3) return { kind: 'unsent', fault: 'ECONNREFUSED' };
      if (kind < 0.7) accept(id);
      return { kind: 'lost', fault: 'ECONNRESET' };
    }
    if (isTroubled() && chance(faults.refused)) {
      const code = weighted(REFUSALS, random());
      // Something went wrong, after it was taken.
      if (code === 131_000 && chance(0.3) && faults.statusLost === 0) accept(id);
      return refuse(code);
    }
    return { kind: 'accepted', wamid: accept(id), msgId: undefined, isHeld: false };
  }

  function depsOf(invocation: Invocation) {
    const dynamodb = callTable(invocation);
    const options = {
      tableName: TABLE,
      expiresAt: () => EXPIRES,
      now,
      newClaimId: () => `c${random()}`,
    };
    const outbox = outboxTable(dynamodb, options);
    const claims = claimTable(dynamodb, options);
    const lanes = laneTable(dynamodb, options);
    const sent: string[] = [];
    const sending: SendDeps = {
      ...{ outbox, claims, lanes, now, random, count: () => {}, warn: () => {} },
      channel: () => channel,
      token: async () => 'token',
      newerToken: async () => undefined,
      ask: async ({ message: { id }, mark }) => {
        if (!mark.startsWith(`fg1.${id}.`)) throw new Error('a mark of another message');
        await step(invocation);
        await sleep(20 + random() * 300);
        const answer = answerTo(id);
        await sleep(chance(0.1) ? 9000 * random() : 20);
        await step(invocation);
        return answer;
      },
      pauseChannel: async (because) => {
        if (channel.state === 'paused') return;
        channel = { ...channel, state: 'paused', pausedBecause: because };
        time.after(5 * 60_000, () => {
          channel = { ...channel, state: 'active' };
        });
      },
      ...{ askInfo: async () => undefined, sleep },
      neighbours: () => sent,
      sent: (id) => void sent.push(id),
    };
    return { sending, outbox, lanes, claims };
  }

  /** A group of a FIFO queue: one wake at a time, but for doubled ones. */
  let wakes = 0;
  let isWorking = false;
  async function wake(): Promise<void> {
    wakes += 1;
    await hand();
  }
  async function hand(): Promise<void> {
    if (isWorking || wakes === 0) return;
    isWorking = true;
    wakes -= 1;
    if (isTroubled() && chance(faults.wakeDoubled)) void invoke();
    const delayMs = await Promise.race([invoke(), sleep(VISIBILITY_MS).then(() => 0)]);
    isWorking = false;
    if (delayMs !== undefined) {
      if (delayMs > 0) await sleep(delayMs);
      wakes += 1;
    }
    void hand();
  }
  async function invoke(): Promise<number | undefined> {
    const invocation = start(faults.crash);
    const { sending, lanes } = depsOf(invocation);
    const message = unqueuedMessage('wake', writeWake(LANE), 'lane');
    const back = await workLane(message, signal, {
      readChannel: async () => {
        await step(invocation);
        return { id: CHANNEL, channel, revision: 1 };
      },
      ...{ lanes, now, sending: () => sending, sleep, warn: () => {} },
    });
    await step(invocation);
    return back === undefined ? undefined : back.delaySeconds * 1000;
  }

  function tickEachMinute(): void {
    const invocation = start(faults.crash / 2);
    const { outbox, claims, lanes, sending } = depsOf(invocation);
    void tick(signal, {
      ...{ outbox, claims, lanes, now, count: () => {}, warn: () => {} },
      channels: {
        list: async () => ({ channels: [{ id: CHANNEL, channel, revision: 1 }], unreadable: [] }),
      },
      wake: async () => void wake(),
      expire: (lane, row) => expireMessage(lane, row, signal, sending),
      findTraces: async () => [],
      waitingSince: { read: async () => ({ of: () => undefined }), write: async () => {} },
    }).catch(() => {});
    time.after(60_000, tickEachMinute);
  }

  const healthy = depsOf({ isLucky: true, isAlive: true, steps: 0, crashAt: Infinity });
  const messages: OutgoingMessage[] = Array.from({ length: 10 }, (_, n) => ({
    ...anOutgoing(),
    id: `msg_${String(n).padStart(22, '0')}`,
    channel: CHANNEL,
    to: { kind: 'phone', name: `4915200000${n % 4}` },
    class: chance(0.5) ? 'reply' : 'campaign',
    notAfter: START_MS + (chance(0.1) ? 120_000 : 3 * 3_600_000),
    createdAt: START_MS,
  }));
  for (const message of messages) {
    const ask = async () => {
      await healthy.outbox.putContent(message, 'hash', signal);
      await healthy.outbox.putWaiting(LANE, { ...firstWait(message), dueAt: now() }, signal);
      await wake();
    };
    time.after(random() * 60_000, () => void ask());
  }
  time.after(60_000, tickEachMinute);

  const count = (prefix: string) =>
    [...table.rows.keys()].filter((key) => key.startsWith(prefix)).length;
  const isDone = () => now() > START_MS + 120_000 && count('outbox.') === 0;
  await time.run(() => isDone() || now() > START_MS + LONGEST_MS);

  troubleUntil = 0;
  const ends = messages.map(({ id }) => {
    const row = table.rows.get(`${outgoingPartition(CHANNEL, id)}\n${MESSAGE_SORT_KEY}`);
    const state = stateOf(row && toRecord(toItem(row)));
    return { id, state, ...told(id) };
  });
  return { ends, waiting: count('outbox.') };
}

function weighted(choices: readonly (readonly [number, number])[], random: number): number {
  let left = random * choices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of choices) {
    left -= weight;
    if (left < 0) return value;
  }
  return 0;
}
