/** A failure that a retry cannot mend. Anything else that is thrown is retried. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}
