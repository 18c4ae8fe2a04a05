import { PRICED } from '../../bin/floodgate/prices.ts';
import { MONTHLY_EVENTS, measureArchive } from '../archive.ts';
import { ASSUMED } from '../assumed.ts';
import { billedMs, total } from '../cost-model.ts';
import { readDeployed } from '../deployed.ts';
import type { Measured } from '../figure.ts';
import type { Measurement } from '../measurement.ts';

/** What the archive adds for every million events. */
export const archive: Measurement = {
  summary: 'dollars of the archive per million events, at 10 million a month',
  run: async (laboratory, effort) => {
    const measured = await measureArchive(laboratory, await readDeployed(), effort);
    const { parts, kept, use, input } = measured;
    const figure = {
      name: 'dollars of the archive per million events, at 10 million a month',
      ...{ value: total(parts), unit: '$', digits: 3, mustReach: { atMost: 0.1 } },
    };
    const rows = [
      ...Object.entries({ ...parts, ...kept }).map(([name, dollars]) => [name, dollars.toFixed(4)]),
      ['events of a batch', use.eventsPerBatch.toFixed(0)],
      ['billed time of a batch, ms', String(billedMs(use))],
      ['bytes of an event in the archive', input.storedBytesPerEvent.toFixed(0)],
    ];
    const title = `Dollars of the archive per million events, at ${MONTHLY_EVENTS / 1e6} million a month over ${ASSUMED.streamShards} shards (${PRICED.region}, ${PRICED.on})`;
    return {
      figures: [figure],
      breakdowns: [{ title, columns: ['part', ''], rows }],
    } satisfies Measured;
  },
};
