import * as z from 'zod/mini';
import type { LocalClock } from '../clock.ts';
import { type ApiAction, ApiError } from './json-protocol.ts';

interface Stored {
  readonly Type: 'String' | 'SecureString';
  readonly Value: string;
  readonly Version: number;
  readonly since: number;
}

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
): Record<string, ApiAction> {
  const parameters = new Map<string, Stored>();
  const store = (Name: string, Type: Stored['Type'], Value: string) => {
    const Version = (parameters.get(Name)?.Version ?? 0) + 1;
    parameters.set(Name, { Type, Value, Version, since: clock.now() });
    return { Version, Tier: 'Standard' };
  };
  for (const [Name, Value] of Object.entries(secrets)) store(Name, 'SecureString', Value);
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
