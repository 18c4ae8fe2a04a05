import { ApiError, type Authenticate } from '../aws/json-protocol.ts';
import { checkSignature } from './check.ts';
import { refusalOf } from './refusals.ts';

/**
 * Takes requests that are signed for a service, and throws what AWS answers to others.
 *
 * @param now the stack's time in ms since 1970
 */
export function authenticator(service: string, now: () => number): Authenticate {
  return ({ method = '', url = '', rawHeaders }, body) => {
    const check = checkSignature({ method, url, rawHeaders }, body, { service, now });
    if (check.ok) return check;
    const { status, code, message } = refusalOf(service, check.fault);
    throw new ApiError(code, message, undefined, status);
  };
}
