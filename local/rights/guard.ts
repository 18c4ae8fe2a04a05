import type { Guard } from '../aws/json-protocol.ts';
import type { CallsOf } from './calls.ts';
import type { Rights } from './rights.ts';

/** Lets each function do what its role allows: its key's id is its own name. */
export function guardOf(rights: Rights, callsOf: CallsOf): Guard {
  return (functionName, action, input) => {
    for (const call of callsOf(action, input)) rights.use(functionName, call);
  };
}
