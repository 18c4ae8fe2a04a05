import { isLoopback } from './local-stack.ts';

/** The local stack's, so that nobody needs to have some. */
const EMULATOR = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

/** What a client of the SDK is made of. Without an endpoint: AWS, by the user's credentials and Region. */
export function clientSettings(endpoint: string | undefined) {
  return {
    ...(endpoint !== undefined && { endpoint }),
    ...(endpoint !== undefined && isLoopback(endpoint) && EMULATOR),
  };
}
