/** A failure that a retry cannot mend. Anything else that is thrown is retried. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}

/** What an error is called in a log, which must not have its message. */
export function faultName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
