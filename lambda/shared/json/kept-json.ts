import { type Check, failedChecks } from './checks.ts';
import { type Kept, readVersioned, writeVersioned } from './versioned.ts';

/** How a row keeps values of one kind as JSON. */
interface KeptJson<Value extends object> {
  readonly write: (value: Value) => string;
  /** Throws on what `write` did not write, naming the members at fault. */
  readonly read: (text: string) => Value;
}

/** @param checks of every member: what passes them all is what was written */
export function keptJson<Value extends object>(
  kept: Kept,
  checks: Readonly<Record<keyof Value & string, Check>>,
): KeptJson<Value> {
  const isValue = (value: object): value is Value => failedChecks(value, checks).length === 0;
  return {
    write: (value) => writeVersioned(kept, value),
    read: (text) => {
      const value = readVersioned(kept, text);
      if (isValue(value)) return value;
      throw new Error(`no ${kept.what}, by ${failedChecks(value, checks).join(', ')}`);
    },
  };
}
