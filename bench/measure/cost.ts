import { measureArchive } from '../archive.ts';
import { total } from '../cost-model.ts';
import {
  type Costs,
  fileTable,
  fixedInput,
  fixedTable,
  handOnTable,
  inboundTable,
  summaryTable,
  sums,
} from '../cost-tables.ts';
import { type Deployed, readDeployed } from '../deployed.ts';
import type { Measured } from '../figure.ts';
import { SETTINGS } from '../function-environment.ts';
import { handedOnChanges, measureHandOn } from '../hand-on.ts';
import { measureInbound, measureIngest } from '../inbound.ts';
import type { Laboratory } from '../laboratory.ts';
import type { Effort, Measurement } from '../measurement.ts';
import { measureMedia } from '../media-files.ts';
import { conversationEvents } from '../traffic-mix.ts';

const MEAN_BATCHES = [1, 3, 10] as const;
const DECIDING_BATCH = 3;

/** What AWS would charge, from what was counted and measured here. */
export const cost: Measurement = {
  summary: 'dollars per million events, part by part: in, handed on, files, archive',
  run: async (laboratory, effort) => {
    const deployed = await readDeployed();
    const costs = await measureCosts(laboratory, deployed, effort);
    const dollars = { unit: '$', digits: 2 };
    const figures = sums(costs).flatMap(({ meanBatch, inbound, all }) => [
      {
        ...{ name: `dollars per million events in, at mean batch ${meanBatch}`, value: inbound },
        ...dollars,
        ...(meanBatch === DECIDING_BATCH && { mustReach: { atMost: 3.5 } }),
      },
      {
        name: `dollars per million events in and out, at mean batch ${meanBatch}`,
        ...{ value: all, ...dollars },
      },
    ]);
    return {
      figures,
      breakdowns: [
        summaryTable(costs),
        inboundTable(costs.inbound),
        handOnTable(costs),
        fileTable(costs.files),
        fixedTable(fixedInput(deployed), deployed.accessLogBytes),
      ],
    } satisfies Measured;
  },
};

async function measureCosts(
  laboratory: Laboratory,
  deployed: Deployed,
  effort: Effort,
): Promise<Costs> {
  const entries = await conversationEvents(laboratory, SETTINGS);
  const changes = await handedOnChanges(laboratory, deployed, entries);
  let done = 0;
  const step = async <T>(measured: Promise<T>): Promise<T> => {
    const result = await measured;
    done += 1;
    effort.onProgress(done, 3 + 3 * MEAN_BATCHES.length);
    return result;
  };
  const ingest = await step(measureIngest(laboratory, deployed, effort));
  const inbound = [];
  const handOn = [];
  for (const meanBatch of MEAN_BATCHES) {
    const taken = { ingest, entries, meanBatch };
    inbound.push(await step(measureInbound(laboratory, deployed, taken, effort)));
    const to = (subscribers: number) =>
      step(measureHandOn(laboratory, deployed, { changes, meanBatch, subscribers }, effort));
    handOn.push({ toOne: await to(1), toTwo: await to(2) });
  }
  const files = await step(measureMedia(laboratory, deployed, effort));
  const { parts } = await step(measureArchive(laboratory, deployed, effort));
  return { inbound, handOn, files, archive: total(parts) };
}
