import { setTimeout as sleep } from 'node:timers/promises';
import { subscriberWriter } from '../../lambda/adapters/subscriber-table.ts';
import { aSubscriber } from '../../test/support/subscribers.ts';
import { deadSubscribers, fillBacklogs } from '../dead-subscribers.ts';
import { type Delivered, deliver, type Site } from '../delivered-events.ts';
import type { Figure } from '../figure.ts';
import { runStack } from '../local-stack.ts';
import type { Effort, Measurement } from '../measurement.ts';
import { runReceiver } from '../receiver.ts';
import { stackTable } from '../stack-table.ts';
import { median, quantile } from '../statistics.ts';
import { LIVE_CHANNEL, liveEvents, messagesTo } from '../stored-events.ts';

/** Events a second: as many as must be delivered, and those of an ordinary hour. */
const RATES = { busy: 300, live: 50, dead: 10 };
const DEAD = 50;
const EFFORTS = {
  quick: { seconds: 10, pairs: 1, waiting: 15_000 },
  full: { seconds: 30, pairs: 3, waiting: 150_000 },
};
/** A drainer comes once in it, at least. */
const PHASE_SECONDS = 62;
/** The router keeps what it knows of subscribers for ten seconds. */
const SUBSCRIBERS_KEPT_MS = 11_000;

/** What happens between the table and an endpoint, on this machine. */
export const deliveries: Measurement = {
  summary: 'local stack: deliveries/s, time from stored to delivered, alone and beside dead ones',
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
    const pairs = await besideDead(site, effort);
    return { figures: [...busyFigures(flood, busy), ...deadFigures(pairs, effort)] };
  },
};

interface Pair {
  readonly alone: Delivered;
  readonly beside: Delivered;
}

/** Of the live endpoint, in turns: alone, and beside dead ones. The same is stored in both. */
async function besideDead(site: Site, effort: Effort): Promise<readonly Pair[]> {
  const { stack, receiver, dynamodb } = site;
  const { pairs, waiting } = effortOf(effort);
  const dead = deadSubscribers(dynamodb, stack.table, { count: DEAD, url: receiver.silentUrl });
  await fillBacklogs(dynamodb, stack.table, dead, waiting, (done) =>
    effort.onProgress(done, waiting),
  );
  const phase = async (seed: number) => {
    const live = liveEvents(seed, PHASE_SECONDS * RATES.live);
    const others = messagesTo(dead.channels, seed + 1, PHASE_SECONDS * RATES.dead);
    const every = Math.round(RATES.live / RATES.dead);
    const mixed = live.flatMap((event, n) =>
      n % every === 0 ? [event, ...others.slice(n / every, n / every + 1)] : [event],
    );
    return deliver(site, mixed, RATES.live + RATES.dead);
  };
  const measured: Pair[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    effort.onProgress(pair, pairs);
    const alone = await phase(100 + 4 * pair);
    await dead.add();
    await sleep(SUBSCRIBERS_KEPT_MS);
    measured.push({ alone, beside: await phase(102 + 4 * pair) });
    await dead.remove();
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
  const p95 = (which: keyof Pair) =>
    median(pairs.map((pair) => quantile(pair[which].addedMs, 0.95)));
  const ratios = pairs.map(
    ({ alone, beside }) => quantile(beside.addedMs, 0.95) / quantile(alone.addedMs, 0.95),
  );
  const others = `beside ${DEAD} dead endpoints with ${waiting} waiting`;
  return [
    ...pairs.flatMap(({ alone, beside }) => [...faults('alone', alone), ...faults(others, beside)]),
    { name: `from stored to delivered, alone, p95`, value: p95('alone'), ...MS },
    { name: `from stored to delivered, ${others}, p95`, value: p95('beside'), ...MS },
    {
      ...{ name: `from stored to delivered, ${others}, p95, over that`, unit: 'x', digits: 2 },
      ...{ value: median(ratios), mustReach: { atMost: 1.1 } },
    },
  ];
}
