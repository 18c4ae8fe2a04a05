import { measureArchive } from '../archive.ts';
import { readDeployed } from '../deployed.ts';
import type { Measured } from '../figure.ts';
import { SETTINGS } from '../function-environment.ts';
import { handedOnChanges, measureHandOn } from '../hand-on.ts';
import { measureInbound, measureIngest } from '../inbound.ts';
import type { Measurement } from '../measurement.ts';
import { conversationEvents } from '../traffic-mix.ts';

/** Events that the functions behind queues and the stream get at once. */
const BATCH = 10;

/** CPU that an event takes on its way, function by function. */
export const functions: Measurement = {
  summary: 'CPU of all functions for an event, from its webhook to one subscriber and the archive',
  run: async (laboratory, effort) => {
    const deployed = await readDeployed();
    const step = (done: number) => effort.onProgress(done, 4);
    const entries = await conversationEvents(laboratory, SETTINGS);
    const changes = await handedOnChanges(laboratory, deployed, entries);
    step(0);
    const ingest = await measureIngest(laboratory, deployed, effort);
    step(1);
    const taken = { ingest, entries, meanBatch: BATCH };
    const { processor } = await measureInbound(laboratory, deployed, taken, effort);
    step(2);
    const handedOn = { changes, meanBatch: BATCH, subscribers: 1 };
    const { router, deliverer } = await measureHandOn(laboratory, deployed, handedOn, effort);
    step(3);
    const archived = await measureArchive(laboratory, deployed, effort);
    const parts = {
      'ingest, a webhook of one event': ingest.cpuMs,
      processor: processor.cpuMs / BATCH,
      router: router.cpuMs / BATCH,
      deliverer: deliverer.cpuMs / BATCH,
      'archiver, all at once': archived.input.cpuMsPerEvent,
    };
    const value = Object.values(parts).reduce((sum, part) => sum + part, 0);
    return {
      figures: [
        {
          ...{ name: `CPU of all functions for an event, batch ${BATCH}`, value },
          ...{ unit: 'ms', digits: 2, mustReach: { atMost: 1.5 } },
        },
      ],
      breakdowns: [
        {
          title: `CPU of the functions for an event in ms, batches of ${BATCH}`,
          columns: ['function', 'CPU'],
          rows: Object.entries(parts).map(([name, part]) => [name, part.toFixed(3)]),
        },
      ],
    } satisfies Measured;
  },
};
