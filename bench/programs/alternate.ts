import * as z from 'zod/mini';

/** One call of what is measured, the n-th. */
type Work = (n: number) => Promise<unknown>;

export const roundsInput = z.object({
  ...{ warmUp: z.number(), rounds: z.number(), callsPerRound: z.number() },
});

export type Rounds = Readonly<z.output<typeof roundsInput>>;

/** Per call, of one round of each. */
export interface Round {
  readonly real: Cost;
  readonly bare: Cost;
}

export interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Takes turns between the real thing and the bare one, so that both meet the same machine. */
export async function alternate(real: Work, bare: Work, options: Rounds): Promise<Round[]> {
  await timed(real, options.warmUp);
  await timed(bare, options.warmUp);
  const rounds: Round[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    // The one that goes second inherits the other's garbage: take turns at that, too.
    if (round % 2 === 0) {
      const first = await timed(real, options.callsPerRound);
      rounds.push({ real: first, bare: await timed(bare, options.callsPerRound) });
    } else {
      const first = await timed(bare, options.callsPerRound);
      rounds.push({ bare: first, real: await timed(real, options.callsPerRound) });
    }
  }
  return rounds;
}

async function timed(work: Work, calls: number): Promise<Cost> {
  const startMs = performance.now();
  const start = process.cpuUsage();
  for (let n = 0; n < calls; n += 1) await work(n);
  const { user, system } = process.cpuUsage(start);
  return {
    cpuMs: (user + system) / 1000 / calls,
    wallMs: (performance.now() - startMs) / calls,
  };
}
