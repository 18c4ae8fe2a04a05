import type { Guard } from '../aws/json-protocol.ts';
import type { CallsOf } from './calls.ts';
import type { Rights } from './rights.ts';

/** Lets each function do what its role allows: it signs with a key id that is its own name. */
export function guardOf(rights: Rights, callsOf: CallsOf): Guard {
  return (authorization, action, input) => {
    const functionName = signerOf(authorization);
    for (const call of callsOf(action, input)) rights.use(functionName, call);
  };
}

function signerOf(authorization = ''): string {
  return /Credential=([^/,]+)/.exec(authorization)?.[1] ?? '';
}
