import { setTimeout as sleep } from 'node:timers/promises';
import { subscriberWriter } from '../../lambda/adapters/subscriber-table.ts';
import { aSubscriber } from '../../test/support/subscribers.ts';
import { chattySubscribers } from '../chatty-subscribers.ts';
import { deadSubscribers, fillBacklogs } from '../dead-subscribers.ts';
import { type Delivered, deliver, type Site } from '../delivered-events.ts';
import type { Figure } from '../figure.ts';
import { runStack } from '../local-stack.ts';
import type { Effort, Measurement } from '../measurement.ts';
import type { OtherSubscribers } from '../other-subscribers.ts';
import { runReceiver } from '../receiver.ts';
import { stackTable } from '../stack-table.ts';
import { median, quantile } from '../statistics.ts';
import { LIVE_CHANNEL, liveEvents, messagesTo } from '../stored-events.ts';

/** Events a second: as many as must be delivered, and those of an ordinary hour. */
const RATES = { busy: 300, live: 50, others: 10 };
const OTHERS = 50;
const EFFORTS = {
  quick: { seconds: 10, pairs: 1, waiting: 15_000 },
  full: { seconds: 30, pairs: 3, waiting: 150_000 },
};
/** A drainer comes once in the longer, at least. */
const PHASE_SECONDS = { dead: 62, chatty: 30 };
/** The router keeps what it knows of subscribers for ten seconds. */
const SUBSCRIBERS_KEPT_MS = 11_000;

/** What happens between the table and an endpoint, on this machine. */
export const deliveries: Measurement = {
  summary:
    'local stack: deliveries/s, time from stored to delivered, alone and beside chatty and dead ones',
  run: async (_, effort) => {
    await using stack = await runStack();
    await using receiver = await runReceiver();
    const site: Site = { stack, receiver, dynamodb: stackTable(stack) };
    await subscriberWriter(site.dynamodb, stack.table).add(
      aSubscriber({
        endpoint: { kind: 'https', url: receiver.liveUrl },
        filter: { channels: [LIVE_CHANNEL] },
      }),
      AbortSignal.timeout(5000),
    );
    await sleep(SUBSCRIBERS_KEPT_MS);
    const { seconds } = effortOf(effort);
    // The functions and the emulators compile what they run often.
    await deliver(site, liveEvents(1, 5 * RATES.busy), RATES.busy);
    const flood = await deliver(site, liveEvents(2, seconds * RATES.busy), Infinity);
    const busy = await deliver(site, liveEvents(3, seconds * RATES.busy), RATES.busy);
    // With the table as it is before 150,000 deliveries lie in it.
    const chatty = await besideChatty(site, effort);
    const dead = await besideDead(site, effort);
    return {
      figures: [
        ...busyFigures(flood, busy),
        ...chattyFigures(chatty),
        ...deadFigures(dead, effort),
      ],
    };
  },
};

interface Pair {
  readonly alone: Delivered;
  readonly beside: Delivered;
}

/** Of the live endpoint, beside some that never answer. */
async function besideDead(site: Site, effort: Effort): Promise<readonly Pair[]> {
  const { stack, receiver, dynamodb } = site;
  const { waiting } = effortOf(effort);
  const dead = deadSubscribers(dynamodb, stack.table, { count: OTHERS, url: receiver.silentUrl });
  await fillBacklogs(dynamodb, stack.table, dead, waiting, (done) =>
    effort.onProgress(done, waiting),
  );
  return inTurns(site, dead, { firstSeed: 100, seconds: PHASE_SECONDS.dead }, effort);
}

/** Of the live endpoint, beside some that answer at length. */
async function besideChatty(site: Site, effort: Effort): Promise<readonly Pair[]> {
  const { stack, receiver, dynamodb } = site;
  const options = { count: OTHERS, url: receiver.chattyUrl };
  const chatty = chattySubscribers(dynamodb, stack.table, options);
  return inTurns(site, chatty, { firstSeed: 200, seconds: PHASE_SECONDS.chatty }, effort);
}

/** Alone, and beside others. The same is stored in both. */
async function inTurns(
  site: Site,
  others: OtherSubscribers,
  { firstSeed, seconds }: { readonly firstSeed: number; readonly seconds: number },
  effort: Effort,
): Promise<readonly Pair[]> {
  const phase = async (seed: number) => {
    const live = liveEvents(seed, seconds * RATES.live);
    const theirs = messagesTo(others.channels, seed + 1, seconds * RATES.others);
    const every = Math.round(RATES.live / RATES.others);
    const mixed = live.flatMap((event, n) =>
      n % every === 0 ? [event, ...theirs.slice(n / every, n / every + 1)] : [event],
    );
    return deliver(site, mixed, RATES.live + RATES.others);
  };
  const { pairs } = effortOf(effort);
  const measured: Pair[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    effort.onProgress(pair, pairs);
    const alone = await phase(firstSeed + 4 * pair);
    await others.add();
    await sleep(SUBSCRIBERS_KEPT_MS);
    measured.push({ alone, beside: await phase(firstSeed + 2 + 4 * pair) });
    await others.remove();
    await sleep(SUBSCRIBERS_KEPT_MS);
  }
  return measured;
}

function effortOf({ isQuick }: Effort) {
  return isQuick ? EFFORTS.quick : EFFORTS.full;
}

const MS = { unit: 'ms', digits: 0 };

function busyFigures(flood: Delivered, busy: Delivered): Figure[] {
  return [
    ...faults('as fast as they are stored', flood),
    {
      ...{ name: 'delivered, as fast as they are stored', unit: 'deliveries/s', digits: 0 },
      ...{ value: flood.perSecond, mustReach: { atLeast: RATES.busy } },
    },
    ...(flood.cpuMs === undefined
      ? []
      : [
          { name: 'CPU of the whole stack, a delivery', value: flood.cpuMs, unit: 'ms', digits: 2 },
        ]),
    ...faults(`${RATES.busy} a second`, busy),
    {
      name: `from stored to delivered at ${RATES.busy} a second, p50`,
      ...{ value: median(busy.addedMs), ...MS, mustReach: { atMost: 1500 } },
    },
    {
      name: `from stored to delivered at ${RATES.busy} a second, p95`,
      ...{ value: quantile(busy.addedMs, 0.95), ...MS },
    },
  ];
}

function faults(how: string, { events, missing, doubled }: Delivered): Figure[] {
  return [
    {
      name: `of ${events} deliveries, ${how}, missing or doubled`,
      ...{ value: missing + doubled, unit: 'deliveries', digits: 0, mustReach: { atMost: 0 } },
    },
  ];
}

function deadFigures(pairs: readonly Pair[], effort: Effort): Figure[] {
  const { waiting } = effortOf(effort);
  return besideFigures(pairs, `${OTHERS} dead endpoints with ${waiting} waiting`, 0.95);
}

/** Of the median: were one of them to hold others up, each delivery would wait. */
function chattyFigures(pairs: readonly Pair[]): Figure[] {
  return besideFigures(pairs, `${OTHERS} endpoints that answer with 64 KB`, 0.5);
}

function besideFigures(pairs: readonly Pair[], whom: string, share: number): Figure[] {
  const name = `p${100 * share}`;
  const of = ({ addedMs }: Delivered) => quantile(addedMs, share);
  const others = `beside ${whom}`;
  return [
    ...pairs.flatMap(({ alone, beside }) => [...faults('alone', alone), ...faults(others, beside)]),
    {
      ...{ name: `from stored to delivered, without ${whom}, ${name}`, ...MS },
      value: median(pairs.map(({ alone }) => of(alone))),
    },
    {
      ...{ name: `from stored to delivered, ${others}, ${name}`, ...MS },
      value: median(pairs.map(({ beside }) => of(beside))),
    },
    {
      ...{ name: `from stored to delivered, ${others}, ${name}, over that`, unit: 'x', digits: 2 },
      ...{ value: median(pairs.map(({ alone, beside }) => of(beside) / of(alone))) },
      ...{ mustReach: { atMost: 1.1 } },
    },
  ];
}
