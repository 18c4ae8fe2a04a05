/** Subscribers beside the one that is measured, for a while. */
export interface OtherSubscribers {
  readonly channels: readonly string[];
  /** Lets them receive. */
  readonly add: () => Promise<void>;
  /** As if nobody had ever made them; what waits for them stays where it is. */
  readonly remove: () => Promise<void>;
}
