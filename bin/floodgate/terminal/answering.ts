import type { Command, Surroundings } from './command.ts';

/** What a command found, for programs and for people. */
export interface Answer {
  /** Whether all is well, besides that it is done. @default true */
  readonly isOk?: boolean;
  readonly json: unknown;
  readonly text: (stream: NodeJS.WritableStream) => string;
}

interface Answering<Options> extends Pick<Command, 'summary' | 'help'> {
  /** Reads the command line. Throws `UsageError` that says what is wrong with it. */
  readonly read: (args: readonly string[], nowMs: number) => Options;
}

/** A command that reads its options, runs once and says what it found, with `--json` as one JSON object. */
export function answering<Options extends { readonly isJson: boolean }>(
  { summary, help, read }: Answering<Options>,
  run: (options: Options, surroundings: Surroundings) => Promise<Answer>,
): Command {
  return {
    ...{ summary, help },
    run: async (args, surroundings) => {
      const options = read(args, Date.now());
      const { isOk = true, json, text } = await run(options, surroundings);
      const { stdout } = surroundings;
      stdout.write(options.isJson ? `${JSON.stringify(json)}\n` : text(stdout));
      return isOk ? 0 : 1;
    },
  };
}
