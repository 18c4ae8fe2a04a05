import { PRICED } from '../bin/floodgate/prices.ts';
import { ASSUMED } from './assumed.ts';
import { total } from './cost-model.ts';
import type { Breakdown, Figure } from './figure.ts';
import type { KeptPace } from './lane-pace.ts';
import type { StatusUse } from './marked-statuses.ts';
import { purposeOf } from './sending.ts';
import { type SendingInput, sendingParts } from './sending-model.ts';
import type { Flooded } from './sending-phases.ts';
import { median, medianRatio } from './statistics.ts';
import { unitsOf, type Write } from './table-writes.ts';
import type { WarmRounds } from './warm.ts';

const MS = { unit: 'ms', digits: 0 };
const PERCENT = { unit: '%', digits: 1 };
const MESSAGES = { unit: 'messages', digits: 0, mustReach: { atMost: 0 } };

export function paceFigures(limit: number, { share, above }: KeptPace): Figure[] {
  const name = `pace at ${limit.toLocaleString('en')}/s, simulated`;
  return [
    { name: `${name}, of the limit`, value: 100 * share, ...PERCENT, mustReach: { atLeast: 92 } },
    { name: `${name}, above the limit in the busiest second`, value: above, ...MESSAGES },
  ];
}

/** @param messages of a slice */
export function cpuFigures(messages: number, rounds: WarmRounds, memoryMegabytes: number) {
  const cpu = rounds.map(({ real, bare }) => ({ real: real.cpuMs, bare: bare.cpuMs }));
  const ms = { unit: 'ms', digits: 2 };
  const real = median(cpu.map((one) => one.real)) / messages;
  const bare = 'a bare HTTPS POST and the same bare writes';
  const share = memoryMegabytes / ASSUMED.megabytesPerVcpu;
  return [
    { name: 'CPU of a send in a full lane', value: real, ...ms },
    { name: `CPU of ${bare}`, value: median(cpu.map((one) => one.bare)) / messages, ...ms },
    {
      ...{ name: 'CPU of a send in a full lane, over that', unit: 'x', digits: 2 },
      ...{ value: medianRatio(cpu), mustReach: { atMost: 1.5 } },
    },
    {
      name: `CPU of a lane at 76/s, of what ${memoryMegabytes} MB give it`,
      ...{ value: (76 * real) / (10 * share), ...PERCENT },
    },
  ] satisfies Figure[];
}

export function unitFigures(text: number, template: number, status: StatusUse): Figure[] {
  const units = { unit: 'units', digits: 2 };
  return [
    { name: 'write units of a text of 700 bytes', value: text, ...units, mustReach: { atMost: 7 } },
    {
      ...{ name: 'write units of a template of 1.5 KB', value: template, ...units },
      mustReach: { atMost: 8 },
    },
    {
      ...{ name: 'write units of a status, for our message', value: status.ownUnits, ...units },
      mustReach: { atMost: 1 },
    },
    { name: 'the same, for its wamid, as of any message', value: status.units, ...units },
  ];
}

export function unitTable(name: string, writes: readonly Write[], messages: number): Breakdown {
  const rows = [...Map.groupBy(writes, purposeOf)].map(([purpose, ones]) => [
    purpose,
    (unitsOf(ones) / messages).toFixed(2),
  ]);
  return { title: `Write units of ${name}`, columns: ['to keep', 'units'], rows };
}

interface SendingCase {
  readonly name: string;
  readonly input: SendingInput;
}

/** The first of the cases is what costs the most. */
export function dollarFigures(cases: readonly SendingCase[], statusDollars: number): Figure[] {
  const dollars = { unit: '$', digits: 2 };
  return [
    ...cases.map(({ name, input }, n) => ({
      ...{ name: `dollars per million messages, ${name}`, value: total(sendingParts(input)) },
      ...dollars,
      ...(n === 0 && { mustReach: { atMost: 12 } }),
    })),
    {
      name: 'beside them, dollars per million statuses in, at mean batch 3',
      ...{ value: statusDollars, ...dollars },
    },
  ];
}

export function dollarTable(cases: readonly SendingCase[]): Breakdown {
  const columns = cases.map(({ input }) => new Map(Object.entries(sendingParts(input))));
  const names = [...(columns[0]?.keys() ?? [])];
  const row = (name: string, of: (input: SendingInput) => number, digits: number) => [
    name,
    ...cases.map(({ input }) => of(input).toFixed(digits)),
  ];
  return {
    title: `Sending: dollars per million messages (${PRICED.region}, ${PRICED.on}, ${PRICED.note})`,
    columns: ['part', ...cases.map(({ name }) => name)],
    rows: [
      ...names.map((name) => [name, ...columns.map((parts) => (parts.get(name) ?? 0).toFixed(3))]),
      row('all of these', (input) => total(sendingParts(input)), 3),
      row('CPU of a request, ms', ({ request }) => request.cpuMs, 2),
      row('time of a slice, ms', ({ slice }) => slice.waitMs, 0),
      row('read units of a request', ({ requestReadUnits }) => requestReadUnits, 1),
      row('read units of a slice', ({ sliceReadUnits }) => sliceReadUnits, 1),
      row('bytes out of a message', ({ bytesPerMessage }) => bytesPerMessage, 0),
    ],
  };
}

/** Answers of a channel that had nothing else to do, in ms. */
export interface Alone {
  readonly full: readonly number[];
  readonly next: readonly number[];
}

const LIMIT = 80;

export function stackFigures(waiting: number, alone: Alone, flood: Flooded): Figure[] {
  const full = median(alone.full);
  const next = median(alone.next);
  const { perSecond, busiestSecond, repeated, besideMs, nextChannelMs } = flood;
  return [
    {
      ...{ name: '80/s, local stack, of the limit', value: (100 * perSecond) / LIMIT, ...PERCENT },
      mustReach: { atLeast: 90 },
    },
    {
      ...{ name: '80/s, local stack, above the limit in the busiest second', ...MESSAGES },
      value: Math.max(0, busiestSecond - LIMIT),
    },
    { name: 'local stack, people who got a message twice', value: repeated, ...MESSAGES },
    {
      ...{ name: 'accepted to the provider, idle, median', value: full, ...MS },
      mustReach: { atMost: 400 },
    },
    {
      ...{ name: 'an answer beside a full lane, median, more than alone', ...MS },
      ...{ value: median(besideMs) - full, mustReach: { atMost: 500 } },
    },
    {
      name: `an answer of the next channel while ${waiting.toLocaleString('en')} wait, median, more than alone`,
      ...{ value: median(nextChannelMs) - next, ...MS, mustReach: { atMost: 100 } },
    },
  ];
}
