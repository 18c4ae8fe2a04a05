/** Entries by key, of one kind. */
export interface Shelf<Value> {
  /** Kept once it returns. */
  readonly put: (key: string, value: Value) => void;
  readonly remove: (key: string) => void;
  readonly clear: () => void;
  /** In the order of their keys. */
  readonly entries: () => (readonly [key: string, value: Value])[];
}

/** What a stack keeps over its end, however that comes. */
export interface Keep {
  /** `read` makes of JSON what was put, and throws where it is none of that. */
  readonly shelf: <Value>(name: string, read: (json: unknown) => Value) => Shelf<Value>;
  /** All that is put and removed meanwhile is kept, or none of it. */
  readonly together: <Result>(work: () => Result) => Result;
  readonly close: () => void;
}

/** Of a stack that lives in memory alone. */
export const KEEPS_NOTHING: Keep = {
  shelf: () => ({
    put: () => undefined,
    remove: () => undefined,
    clear: () => undefined,
    entries: () => [],
  }),
  together: (work) => work(),
  close: () => undefined,
};
