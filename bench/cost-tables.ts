import { PRICED } from '../bin/floodgate/prices.ts';
import { METRICS } from '../lambda/metric-names.ts';
import { MONTHLY_EVENTS } from './archive.ts';
import {
  accessLogDollars,
  billedMs,
  type CostInput,
  costParts,
  type FixedInput,
  type FunctionUse,
  fixedParts,
  keptParts,
  laneParts,
  subscriberParts,
  total,
} from './cost-model.ts';
import type { Deployed } from './deployed.ts';
import type { Breakdown } from './figure.ts';
import {
  type HandOnInput,
  handOnParts,
  keptFiles,
  type MediaInput,
  mediaParts,
} from './hand-on-model.ts';
import { MEDIA_SHARE } from './media-files.ts';
import { FILE_BYTES } from './outside.ts';
import { MIX } from './traffic-mix.ts';

/** All that was measured, for each mean batch where that matters. */
export interface Costs {
  readonly inbound: readonly CostInput[];
  readonly handOn: readonly { readonly toOne: HandOnInput; readonly toTwo: HandOnInput }[];
  readonly files: MediaInput;
  /** Dollars for a million events. */
  readonly archive: number;
}

const PLACE = `${PRICED.region}, ${PRICED.on}`;

/** Dollars for a million events, at each mean batch. */
export function sums({ inbound, handOn, files, archive }: Costs) {
  return handOn.map(({ toOne, toTwo }, n) => {
    const taken = inbound[n];
    if (taken === undefined) throw new Error('a mean batch that was not measured');
    const handedOn = total(handOnParts(toOne));
    // That a file is there is one more event for the subscriber.
    const news = files.filesPerEvent * files.newsPerFile * handedOn;
    const parts = {
      ...{ inbound: total(costParts(taken)), handedOn, archive },
      files: total(mediaParts(files)) + news,
    };
    const further = total(handOnParts(toTwo)) - parts.handedOn;
    return { ...parts, further, all: total(parts), meanBatch: taken.meanBatch };
  });
}

export function summaryTable(costs: Costs): Breakdown {
  const columns = sums(costs);
  const row = (name: string, of: (sum: (typeof columns)[number]) => number) => [
    name,
    ...columns.map((sum) => of(sum).toFixed(2)),
  ];
  return {
    title:
      `Dollars per million events, one a webhook, a quarter messages (${MIX.messagesPerContact} of each contact), the rest statuses\n` +
      `(${PLACE}, ${PRICED.note}; mix of ${MIX.contacts} contacts)`,
    columns: ['', ...columns.map(({ meanBatch }) => `batch ${meanBatch}`)],
    rows: [
      row('in: from the webhook to the table', ({ inbound }) => inbound),
      row('out: handed on to one subscriber over HTTPS', ({ handedOn }) => handedOn),
      row(
        `files: ${FILE_BYTES / 1000} KB with ${100 * MEDIA_SHARE} % of the messages`,
        ({ files }) => files,
      ),
      row(`archive, at ${MONTHLY_EVENTS / 1e6} million a month`, ({ archive }) => archive),
      row('all of these', ({ all }) => all),
      row('each further subscriber', ({ further }) => further),
    ],
  };
}

export function inboundTable(inputs: readonly CostInput[]): Breakdown {
  return {
    title: 'In: dollars per million events',
    columns: ['part', ...inputs.map(({ meanBatch }) => `batch ${meanBatch}`)],
    rows: [
      ...dollarRows(inputs, (input) => ({
        ...costParts(input),
        'all of these': total(costParts(input)),
        ...keptParts(input),
      })),
      ...useRows('ingest', inputs, ({ ingest }) => ingest),
      ...useRows('processor', inputs, ({ processor }) => processor),
      ['log bytes of a batch', ...inputs.map((input) => input.logBytesPerBatch.toFixed(0))],
    ],
  };
}

export function handOnTable({ handOn }: Costs): Breakdown {
  const inputs = handOn.map(({ toOne }) => toOne);
  const numbers = (name: string, of: (input: HandOnInput) => number, digits: number) => [
    name,
    ...inputs.map((input) => of(input).toFixed(digits)),
  ];
  return {
    title: 'Out, to one subscriber: dollars per million events',
    columns: ['part', ...inputs.map(({ meanBatch }) => `batch ${meanBatch}`)],
    rows: [
      ...dollarRows(inputs, (input) => ({
        ...handOnParts(input),
        'all of these': total(handOnParts(input)),
      })),
      ...useRows('router', inputs, ({ router }) => router),
      ...useRows('deliverer', inputs, ({ deliverer }) => deliverer),
      numbers('requests to SQS for an event', (input) => input.sendsPerEvent, 2),
      numbers('bytes out of a delivery', (input) => input.bytesPerDelivery, 0),
      numbers('log bytes of a batch', (input) => input.logBytesPerBatch, 0),
    ],
  };
}

export function fileTable(input: MediaInput): Breakdown {
  const parts = mediaParts(input);
  const dollars = { ...parts, 'all of these': total(parts) };
  return {
    title: `Files: dollars per million events, ${1e6 * input.filesPerEvent} of them with a file of ${FILE_BYTES / 1000} KB`,
    columns: ['part', ''],
    rows: [
      ...Object.entries(dollars).map(([name, value]) => [name, value.toFixed(4)]),
      ['kept for a month', keptFiles(input).toFixed(4)],
      ...useRows('media', [input], ({ fetcher }) => fetcher),
      ['bytes out for a file', input.bytesOut.toFixed(0)],
    ],
  };
}

export function fixedTable(input: FixedInput, accessLogBytes: number): Breakdown {
  const parts = fixedParts(input);
  const rows = { ...parts, 'all of these, at most': total(parts) };
  return {
    title: `Dollars a month, whatever comes (${PLACE})`,
    columns: ['part', ''],
    rows: [
      ...Object.entries(rows).map(([name, dollars]) => [name, dollars.toFixed(2)]),
      ...Object.entries(subscriberParts(input.schedule)).map(([name, dollars]) => [
        `beside them, each subscriber: ${name}`,
        dollars.toFixed(2),
      ]),
      ...Object.entries(laneParts(input.ticker)).map(([name, dollars]) => [
        `beside them, each lane: ${name}`,
        dollars.toFixed(3),
      ]),
      [
        'beside them, where on: access log of a million requests',
        accessLogDollars(accessLogBytes).toFixed(2),
      ],
    ],
  };
}

/** What is due whatever comes, of a stack as deployed. */
export function fixedInput(deployed: Deployed): FixedInput {
  const memoryMegabytes = deployed.memoryMegabytes('prober');
  const schedule = { minutes: deployed.scheduleMinutes, memoryMegabytes };
  const ticker = {
    minutes: deployed.tickerMinutes,
    memoryMegabytes: deployed.memoryMegabytes('ticker'),
  };
  return { ...deployed, metrics: METRICS.length, schedule, ticker };
}

function dollarRows<T>(
  inputs: readonly T[],
  partsOf: (input: T) => Readonly<Record<string, number>>,
): string[][] {
  const columns = inputs.map((input) => new Map(Object.entries(partsOf(input))));
  const names = [...(columns[0]?.keys() ?? [])];
  return names.map((name) => [name, ...columns.map((parts) => (parts.get(name) ?? 0).toFixed(3))]);
}

function useRows<T>(name: string, inputs: readonly T[], of: (input: T) => FunctionUse): string[][] {
  const uses = inputs.map(of);
  return [
    [`CPU of ${name}, ms`, ...uses.map(({ cpuMs }) => cpuMs.toFixed(2))],
    [`billed time of ${name}, ms`, ...uses.map((use) => String(billedMs(use)))],
    [`memory of ${name}, MB`, ...uses.map((use) => String(use.memoryMegabytes))],
  ];
}
