/** A row is there, and nothing can be said of it: another release wrote it. */
export class UnreadableRow extends Error {
  override readonly name = 'UnreadableRow';

  /** @param what in a word: `channel`, `subscriber` */
  constructor(what: string, id: string, options: ErrorOptions) {
    super(`${what} ${id} was written by another release and cannot be read by this one`, options);
  }
}
