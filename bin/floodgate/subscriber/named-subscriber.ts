import { UnavailableError, UsageError } from '../terminal/command.ts';

/** The one that is meant by its id, or by a name that only one has. */
export function namedSubscriber<S extends { readonly id: string; readonly name: string }>(
  subscribers: readonly S[],
  who: string,
): S {
  const found = subscribers.filter(({ id, name }) => id === who || name === who);
  const [one, ...others] = found;
  if (others.length > 0) {
    const ids = found.map(({ id }) => id).join(', ');
    throw new UsageError(`${found.length} subscribers are called "${who}": say which of ${ids}`);
  }
  if (one !== undefined) return one;
  const names = subscribers.map(({ name }) => `"${name}"`).join(', ');
  const known = names === '' ? 'there are none' : `there are ${names}`;
  throw new UnavailableError(`there is no subscriber "${who}": ${known}`);
}
