/** Something that functions are invoked for. */
export interface EventSource {
  /** Messages or changes that the function is not done with. */
  readonly left: () => number;
  /** From now on waits for nothing more to come. */
  readonly hurry: () => void;
  readonly stop: () => void;
  /** Resolves after `stop`, once the function is done with what it has. */
  readonly finished: Promise<unknown>;
}
