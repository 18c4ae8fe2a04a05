import type { Figure } from '../figure.ts';
import type { Laboratory } from '../laboratory.ts';
import type { Effort, Measurement } from '../measurement.ts';
import { runProgram, type Start, startSchema } from '../processes.ts';
import { median } from '../statistics.ts';

/** What a webhook waits for, and what is behind the table and has the SDK's clients. */
const LIMITS = { ingest: 1.4, processor: 1.4, router: 3.5, deliverer: 3.5, archiver: 3.5 } as const;
const FUNCTIONS = ['ingest', 'processor', 'router', 'deliverer', 'archiver'] as const;
const SUBJECTS = ['bareLoad', ...FUNCTIONS] as const;

/** How long a fresh process takes until a function's code is loaded. */
export const load: Measurement = {
  summary: 'load of the bundles, over loading node:https and node:crypto alone',
  run: async (laboratory, effort) => {
    const starts = await startInTurns(laboratory, effort);
    const of = (name: (typeof SUBJECTS)[number], what: keyof Start) =>
      median(starts.map((turn) => turn[name][what]));
    const ratio = (name: (typeof SUBJECTS)[number], what: keyof Start) =>
      of(name, what) / of('bareLoad', what);
    const shown = (name: string, value: number, unit: string): Figure => ({
      ...{ name, value, unit, digits: unit === 'x' ? 2 : 1 },
    });
    return {
      figures: [
        shown('load of node:https + node:crypto alone', of('bareLoad', 'wallMs'), 'ms'),
        ...FUNCTIONS.flatMap((name) => [
          shown(`load of ${name}`, of(name, 'wallMs'), 'ms'),
          {
            ...shown(`load of ${name}, over that`, ratio(name, 'wallMs'), 'x'),
            mustReach: { atMost: LIMITS[name] },
          },
          shown(`load of ${name}, CPU`, of(name, 'cpuMs'), 'ms'),
          shown(`load of ${name}, CPU, over that`, ratio(name, 'cpuMs'), 'x'),
        ]),
      ],
    };
  },
};

type Turn = Record<(typeof SUBJECTS)[number], Start>;

async function startInTurns(laboratory: Laboratory, effort: Effort): Promise<Turn[]> {
  const { bundles, environment } = laboratory;
  const start = async (name: (typeof SUBJECTS)[number]) => {
    const program = { path: bundles.path('load'), input: bundles.path(name), environment };
    return (await runProgram(program, startSchema)).result;
  };
  const turns: Turn[] = [];
  const total = effort.isQuick ? 5 : 15;
  // Once for the disk's cache, which counts for nothing.
  for (const name of SUBJECTS) await start(name);
  for (let done = 0; done < total; done += 1) {
    effort.onProgress(done, total);
    const bareLoad = await start('bareLoad');
    const ingest = await start('ingest');
    const processor = await start('processor');
    const router = await start('router');
    const deliverer = await start('deliverer');
    turns.push({
      ...{ bareLoad, ingest, processor, router, deliverer },
      archiver: await start('archiver'),
    });
  }
  return turns;
}
