import type { Surroundings } from './command.ts';

/** What a command found, for programs and for people. */
export interface Answer {
  /** Whether all is well, besides that it is done. @default true */
  readonly isOk?: boolean;
  readonly json: unknown;
  readonly text: (stream: NodeJS.WritableStream) => string;
}

/**
 * What a command does that runs once and says what it found, with `--json` as one JSON object.
 *
 * @param read throws `UsageError` that says what is wrong with what was typed
 */
export function answering<Typed, Options extends { readonly isJson: boolean }>(
  read: (typed: Typed, nowMs: number) => Options,
  run: (options: Options, surroundings: Surroundings) => Promise<Answer>,
): (typed: Typed, surroundings: Surroundings) => Promise<number> {
  return async (typed, surroundings) => {
    const options = read(typed, Date.now());
    const { isOk = true, json, text } = await run(options, surroundings);
    const { stdout } = surroundings;
    stdout.write(options.isJson ? `${JSON.stringify(json)}\n` : text(stdout));
    return isOk ? 0 : 1;
  };
}
