import type { WorldName } from '../faults/worlds.ts';

/** One way in which the code could be wrong, and what must notice. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The simulated world in which a promise is broken. @default 'weeks' */
  readonly world?: WorldName;
  /** A test file that fails, where no simulated world has to notice. */
  readonly test?: string;
}
