/** What came of a message, as far as its lane has to know. */
export interface SendOutcome {
  /** When it may be tried again, at its place before the contact's others. Without it they need not wait. */
  readonly retryAt?: number;
  /** When the request went out that the provider found too fast. */
  readonly throttledAt?: number;
  /** Nothing goes out until then. */
  readonly restUntil?: number;
  /** The channel is paused by what the provider said. */
  readonly isPaused?: boolean;
  /** It was offered again and is not sent: something else had become of it. */
  readonly isOvertaken?: boolean;
}
