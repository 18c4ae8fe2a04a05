import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { promisify } from 'node:util';
import * as z from 'zod/mini';

export interface Program {
  readonly path: string;
  /** The path of a bundle, or what is written to a file whose path the program is given. */
  readonly input: string | object;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Ended<Result> {
  readonly result: Result;
  /** Lines that it wrote before its result: the logs and metrics of a function. */
  readonly logLines: readonly string[];
}

const run = promisify(execFile);
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

let files = 0;

/** Runs a program in a process of its own, with nothing of this process's environment. */
export async function runProgram<Schema extends z.ZodMiniType>(
  { path, input, environment }: Program,
  schema: Schema,
): Promise<Ended<z.output<Schema>>> {
  const argument = typeof input === 'string' ? input : writeInput(path, input);
  const options = { env: { ...environment }, maxBuffer: MAX_OUTPUT_BYTES };
  const { stdout } = await run(execPath, [path, argument], options);
  const lines = stdout.split('\n').filter((line) => line !== '');
  const result = schema.parse(JSON.parse(lines.pop() ?? ''));
  return { result, logLines: lines };
}

function writeInput(programPath: string, input: object): string {
  files += 1;
  const path = join(programPath, '..', `input-${files}.json`);
  writeFileSync(path, JSON.stringify(input));
  return path;
}

/** What every program that starts fresh says of itself. */
export const startSchema = z.object({ wallMs: z.number(), cpuMs: z.number() });
export type Start = z.output<typeof startSchema>;

const cost = z.object({ cpuMs: z.number(), wallMs: z.number() });
export const roundsSchema = z.object({
  rounds: z.array(z.object({ real: cost, bare: cost })),
});

/** Beside them, how late timers were at that work. */
export const sendingRoundsSchema = z.object({
  ...roundsSchema.shape,
  latenessMs: z.array(z.number()),
});

/** Only what goes well is measured: a refusal would look fast. */
export const answersSchema = z.object({
  answers: z.array(
    z.union([
      z.object({ statusCode: z.literal([200, 202]) }),
      z.object({ batchItemFailures: z.array(z.unknown()).check(z.maxLength(0)) }),
      // The archiver has nothing to say.
      z.null(),
    ]),
  ),
});

/** What is not done with comes back whole. */
export const leftSchema = z.object({
  answers: z.array(
    z.object({
      batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).check(z.length(1)),
    }),
  ),
});

/** With the CPU of one call, of each round. */
export const warmCallsSchema = z.object({
  ...answersSchema.shape,
  cpuMs: z.array(z.number()),
});
