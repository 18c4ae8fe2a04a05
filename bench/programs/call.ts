import * as z from 'zod/mini';
import { outcomeOf, readInput, report } from './report.ts';

type Handler = (event: unknown, context: object) => Promise<unknown>;

const { bundle, events } = z
  .object({ bundle: z.string(), events: z.array(z.unknown()) })
  .parse(readInput());

/** Calls a function with one event after the other, as Lambda does. */
const { handler }: { handler: Handler } = await import(bundle);
const answers: unknown[] = [];
for (const event of events) {
  answers.push(outcomeOf(await handler(event, { getRemainingTimeInMillis: () => 120_000 })));
}
const wallMs = performance.now();
const { user, system } = process.cpuUsage();
report({ answers, wallMs, cpuMs: (user + system) / 1000 });
