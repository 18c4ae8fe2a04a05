import * as z from 'zod/mini';
import type { LocalClock } from '../clock.ts';
import { KEEPS_NOTHING, type Keep } from '../keep/keep.ts';
import { type ApiAction, ApiError } from './json-protocol.ts';

const stored = z.object({
  Type: z.enum(['String', 'SecureString']),
  Value: z.string(),
  Version: z.number(),
  since: z.number(),
});

type Stored = z.output<typeof stored>;

/** What is kept in place of one that was deleted, so that it is not filled in again. */
const deleted = z.null();
const kept = z.union([stored, deleted]);

/** As AWS has them: a path of letters, digits, `.`, `_` and `-`. */
const name = z.string().check(z.minLength(1), z.maxLength(1011), z.regex(/^[\w./-]+$/));

const get = z.object({ Name: name, WithDecryption: z._default(z.boolean(), false) });
const put = z.object({
  Name: name,
  Value: z.string().check(z.minLength(1), z.maxLength(4096)),
  // AWS knows the type of a parameter that is there.
  Type: z.optional(z.enum(['String', 'SecureString'])),
  Overwrite: z._default(z.boolean(), false),
});
const remove = z.object({ Name: name });

/**
 * Reads and writes parameters of Parameter Store by name.
 *
 * @param secrets `SecureString`s that are there at first, by name
 */
export function parameterActions(
  secrets: Readonly<Record<string, string>>,
  clock: Pick<LocalClock, 'now'>,
  keep: Keep = KEEPS_NOTHING,
): Record<string, ApiAction> {
  const shelf = keep.shelf('parameters', (json) => kept.parse(json));
  const parameters = new Map<string, Stored>(
    Object.entries(secrets).map(([Name, Value]) => [
      Name,
      { Type: 'SecureString', Value, Version: 1, since: clock.now() },
    ]),
  );
  for (const [Name, parameter] of shelf.entries()) {
    if (parameter === null) parameters.delete(Name);
    else parameters.set(Name, parameter);
  }
  const store = (Name: string, Type: Stored['Type'], Value: string) => {
    const Version = (parameters.get(Name)?.Version ?? 0) + 1;
    const parameter = { Type, Value, Version, since: clock.now() };
    parameters.set(Name, parameter);
    shelf.put(Name, parameter);
    return { Version, Tier: 'Standard' };
  };
  return {
    GetParameter: (input) => {
      const { Name, WithDecryption } = get.parse(input);
      const { Type, Value, Version, since } = parameters.get(Name) ?? absent();
      const isSealed = Type === 'SecureString' && !WithDecryption;
      const shown = { Name, Type, Value: isSealed ? sealed(Value) : Value, Version };
      return { Parameter: { ...shown, LastModifiedDate: since / 1000, DataType: 'text' } };
    },
    PutParameter: (input) => {
      const { Name, Value, Type, Overwrite } = put.parse(input);
      const known = parameters.get(Name);
      if (known !== undefined && !Overwrite) {
        throw new ApiError('ParameterAlreadyExists', 'The parameter already exists.');
      }
      const type = Type ?? known?.Type;
      if (type === undefined) {
        throw new ApiError('ValidationException', 'A parameter type is required.');
      }
      return store(Name, type, Value);
    },
    DeleteParameter: (input) => {
      const { Name } = remove.parse(input);
      if (!parameters.delete(Name)) absent();
      shelf.put(Name, null);
      return {};
    },
  };
}

/** Nobody reads a token by forgetting to ask for it in plain text. */
function sealed(value: string): string {
  return `sealed${'='.repeat(value.length)}`;
}

function absent(): never {
  throw new ApiError('ParameterNotFound', 'Parameter not found.');
}
