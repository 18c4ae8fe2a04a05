import { setTimeout as sleep } from 'node:timers/promises';
import { type Delivered, deliver, type Site, SUBSCRIBERS_KEPT_MS } from '../delivered-events.ts';
import {
  type AroundPause,
  aloneAndBeside,
  aroundPause,
  type Drained,
  liveAndDrained,
  type Pair,
} from '../delivery-phases.ts';
import type { Figure } from '../figure.ts';
import { deliveryDollars } from '../hand-on.ts';
import { runStack } from '../local-stack.ts';
import type { Effort, Measurement } from '../measurement.ts';
import { badlyOff, otherSubscribers } from '../other-subscribers.ts';
import { runReceiver } from '../receiver.ts';
import { stackTable } from '../stack-table.ts';
import { median, quantile } from '../statistics.ts';
import { LIVE_CHANNEL, liveEvents } from '../stored-events.ts';
import { subscribersApi } from '../subscribers-api.ts';

/** Events a second: in a flood, beside others and of those, and around a pause. */
const RATES = { busy: 300, live: 50, others: 25, paused: 20 };
/** Of each kind that is badly off. */
const OTHERS = 20;
const EFFORTS = {
  quick: { seconds: 10, turns: 1, waiting: 1500, looked: 10 },
  full: { seconds: 30, turns: 3, waiting: 10_000, looked: 20 },
};
/** The prober comes once in it, at least. */
const BESIDE_SECONDS = 62;
/** Deliveries at a time, of what they cost. */
const MEAN_BATCH = 3;
const PAUSE = { pause: 5, after: 60 };

/** What happens between the table and an endpoint, on this machine. */
export const deliveries: Measurement = {
  summary:
    'local stack: deliveries/s, what waits, time from stored to delivered after a pause and beside slow, chatty and dead ones',
  run: async (laboratory, effort) => {
    const dollars = await deliveryDollars(laboratory, MEAN_BATCH, effort);
    await using stack = await runStack();
    await using receiver = await runReceiver();
    const api = subscribersApi(stack);
    const live = { name: 'live', url: receiver.liveUrl, channel: LIVE_CHANNEL };
    const subscriberId = await api.add(live);
    const site: Site = { stack, receiver, api, subscriberId, dynamodb: stackTable(stack) };
    await sleep(SUBSCRIBERS_KEPT_MS);
    const { seconds, waiting } = effortOf(effort);
    // The functions and the emulators compile what they run often.
    await deliver(site, liveEvents(1, 5 * RATES.busy), RATES.busy);
    const flood = await deliver(site, liveEvents(2, seconds * RATES.busy), Infinity);
    const busy = await deliver(site, liveEvents(3, seconds * RATES.busy), RATES.busy);
    const beside = await inTurns(effort, 100, (seed) => besideOthers(site, seed));
    const paused = await inTurns(effort, 200, (seed) => {
      const { looked } = effortOf(effort);
      return aroundPause(site, seed, RATES.paused, { ...PAUSE, before: looked, looked });
    });
    const drained = await liveAndDrained(site, 300, waiting);
    return {
      figures: [
        ...busyFigures(flood, busy),
        ...besideFigures(beside),
        ...drainFigures(drained),
        ...pauseFigures(paused),
        ...dollarFigures(dollars),
      ],
    };
  },
};

function besideOthers(site: Site, seed: number): Promise<Pair<Delivered>> {
  const { api, dynamodb, receiver, stack } = site;
  const others = otherSubscribers(
    { api, dynamodb, table: stack.table },
    badlyOff(receiver, OTHERS),
  );
  return aloneAndBeside(site, others, { seed, seconds: BESIDE_SECONDS, rates: RATES });
}

/** Again and again, each time with other events. */
async function inTurns<T>(
  effort: Effort,
  firstSeed: number,
  turn: (seed: number) => Promise<T>,
): Promise<readonly T[]> {
  const { turns } = effortOf(effort);
  const measured: T[] = [];
  for (let n = 0; n < turns; n += 1) {
    effort.onProgress(n, turns);
    measured.push(await turn(firstSeed + 6 * n));
  }
  return measured;
}

function effortOf({ isQuick }: Effort) {
  return isQuick ? EFFORTS.quick : EFFORTS.full;
}

const MS = { unit: 'ms', digits: 0 };
const PER_SECOND = { unit: 'deliveries/s', digits: 0 };
const TIMES = { unit: 'x', digits: 2 };

function busyFigures(flood: Delivered, busy: Delivered): Figure[] {
  return [
    ...faults('as fast as they are stored', [flood]),
    {
      ...{ name: 'delivered, as fast as they are stored', ...PER_SECOND },
      ...{ value: flood.perSecond, mustReach: { atLeast: 650 } },
    },
    ...(flood.cpuMs === undefined
      ? []
      : [
          { name: 'CPU of the whole stack, a delivery', value: flood.cpuMs, unit: 'ms', digits: 2 },
        ]),
    ...faults(`${RATES.busy} a second`, [busy]),
    {
      name: `from stored to delivered at ${RATES.busy} a second, p50`,
      ...{ value: median(addedMs(busy)), ...MS, mustReach: { atMost: 1500 } },
    },
    {
      name: `from stored to delivered at ${RATES.busy} a second, p95`,
      ...{ value: p95(addedMs(busy)), ...MS },
    },
  ];
}

function besideFigures(pairs: readonly Pair<Delivered>[]): Figure[] {
  const others = `${OTHERS} dead, ${OTHERS} slow and ${OTHERS} chatty ones`;
  const turns = pairs.map(({ alone, beside }) => [p95(addedMs(alone)), p95(addedMs(beside))]);
  return [
    ...faults(
      `${RATES.live} a second`,
      pairs.map(({ alone }) => alone),
    ),
    ...faults(
      `beside ${others}`,
      pairs.map(({ beside }) => beside),
    ),
    ...compared(`at ${RATES.live} a second`, ['alone', `beside ${others}`], turns),
  ];
}

function pauseFigures(turns: readonly AroundPause[]): Figure[] {
  const where = ['before a pause', `${PAUSE.after} s after a pause of ${PAUSE.pause} s`];
  const times = turns.map(({ beforeMs, afterMs }) => [p95(beforeMs), p95(afterMs)]);
  return [
    ...faults(
      'around a pause',
      turns.map(({ all }) => all),
    ),
    ...compared(`at ${RATES.paused} a second`, where, times),
  ];
}

/** The p95 from stored to delivered of one and of another, and how many times as long. */
function compared(
  rate: string,
  where: readonly string[],
  turns: readonly (readonly number[])[],
): Figure[] {
  const [first = '', second = ''] = where;
  const of = (n: number) => turns.map((turn) => turn[n] ?? Number.NaN);
  const name = (what: string) => `from stored to delivered ${rate}, ${what}, p95`;
  return [
    { name: name(first), value: median(of(0)), ...MS },
    { name: name(second), value: median(of(1)), ...MS },
    {
      ...{ name: `${name(second)}, over that`, ...TIMES, mustReach: { atMost: 1.2 } },
      value: median(turns.map(([one = Number.NaN, other = Number.NaN]) => other / one)),
    },
  ];
}

function drainFigures({ live, waiting }: Drained): Figure[] {
  return [
    ...faults('to an endpoint of 100 ms', [live]),
    ...faults('that waited', [waiting]),
    { name: 'delivered to an endpoint of 100 ms', value: live.perSecond, ...PER_SECOND },
    {
      ...{ name: `of ${waiting.events} that waited, delivered to it`, ...PER_SECOND },
      value: waiting.perSecond,
    },
    {
      ...{ name: 'what waited, over what comes', ...TIMES, mustReach: { atLeast: 0.9 } },
      value: waiting.perSecond / live.perSecond,
    },
  ];
}

function dollarFigures({ one, further }: { readonly one: number; readonly further: number }) {
  const rest = { unit: '$', digits: 2, mustReach: { atMost: 1.4 } };
  const name = `dollars per million deliveries, at mean batch ${MEAN_BATCH}`;
  return [
    { name: `${name}, one subscriber`, value: one, ...rest },
    { name: `${name}, each further`, value: further, ...rest },
  ];
}

/** Missing or doubled are none, in whatever turn. */
function faults(
  how: string,
  turns: readonly Pick<Delivered, 'events' | 'missing' | 'doubled'>[],
): Figure[] {
  const events = turns.reduce((sum, one) => sum + one.events, 0);
  const wrong = turns.reduce((sum, { missing, doubled }) => sum + missing + doubled, 0);
  return [
    {
      name: `of ${events} deliveries, ${how}, missing or doubled`,
      ...{ value: wrong, unit: 'deliveries', digits: 0, mustReach: { atMost: 0 } },
    },
  ];
}

function addedMs({ arrivals }: Delivered): readonly number[] {
  return arrivals.map((arrival) => arrival.addedMs);
}

function p95(values: readonly number[]): number {
  return quantile(values, 0.95);
}
