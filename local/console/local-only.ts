import { UnavailableError } from '../../bin/floodgate/terminal/command.ts';
import type { Desk, LocalDesk } from './desk.ts';

/** Throws `UnavailableError` of a stack in AWS. */
export function localOnly({ local, stack }: Desk): LocalDesk {
  if (local !== undefined) return local;
  throw new UnavailableError(`${stack.name} has none of that: only a stack on this machine does`);
}
