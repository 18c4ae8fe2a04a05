import type { Command as Declaration } from 'commander';

/** What a command sees of the machine. */
export interface Surroundings {
  /** Where a secret is read from, so that it is no argument. */
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  /** Shows a progress bar where it is a terminal. */
  readonly stderr: NodeJS.WritableStream;
  readonly environment: NodeJS.ProcessEnv;
  /** Where the local stack leaves its state. */
  readonly projectFolder: string;
}

export interface Command {
  /** Command lines that work, as they are typed. */
  readonly examples: readonly string[];
  /** Where to read on, in `docs/`. */
  readonly docs: readonly string[];
  /**
   * Declares what it takes. When it was run, `ended` hears of the exit code: 0, or 1 where it did its work and
   * did not like the result.
   */
  readonly attach: (
    declaration: Declaration,
    surroundings: Surroundings,
    ended: (exitCode: number) => void,
  ) => void;
}

/** A mistake in what was typed. Its message is all that the user needs to mend it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What was asked for cannot be had now. Its message says what to do. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}
