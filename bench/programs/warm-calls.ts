import * as z from 'zod/mini';
import { roundsInput } from './alternate.ts';
import { outcomeOf, readInput, report } from './report.ts';

type Handler = (event: unknown, context: object) => Promise<unknown>;

const { bundle, events, warmUp, rounds, callsPerRound } = z
  .object({
    ...{ bundle: z.string(), events: z.array(z.unknown()) },
    ...roundsInput.shape,
  })
  .parse(readInput());

const { handler }: { handler: Handler } = await import(bundle);
let turn = 0;

/** CPU of one call, in ms, of so many: with one event after the other, as Lambda calls. */
async function cpuMsOf(calls: number): Promise<number> {
  const start = process.cpuUsage();
  for (let n = 0; n < calls; n += 1) {
    const event = events[turn % events.length];
    turn += 1;
    answers.push(outcomeOf(await handler(event, { getRemainingTimeInMillis: () => 120_000 })));
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / calls;
}

const answers: unknown[] = [];
await cpuMsOf(warmUp);
const cpuMs: number[] = [];
for (let round = 0; round < rounds; round += 1) cpuMs.push(await cpuMsOf(callsPerRound));
report({ answers, cpuMs });
