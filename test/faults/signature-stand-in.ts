import type { requestSigner as signer } from '../../lambda/shared/aws/request-signer.ts';

/** Of signatures for several Regions, which nobody here makes. */
export const signatureV4aContainer = { SignatureV4a: null };

/**
 * In place of SigV4: hashing takes a fifth of a simulated call, and nobody here checks it.
 *
 * What AWS makes of signatures is tested where requests go over sockets.
 */
export class SignatureV4 {
  async sign<Request>(request: Request): Promise<Request> {
    return request;
  }

  async presign<Request>(request: Request): Promise<Request> {
    return request;
  }
}

/** The same for requests to one path. */
export const requestSigner: typeof signer = () => async (headers) => ({ ...headers });
