// biome-ignore-all lint/style/noProcessEnv: this is where the SDK reads its environment.

import { CredentialsProviderError } from './smithy-config.ts';

/** Credentials as Lambda hands them out: in the environment, with a session token. */
export function defaultProvider() {
  return async () => {
    const {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    } = process.env;
    if (!(accessKeyId && secretAccessKey))
      throw new CredentialsProviderError('no credentials in the environment');
    return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  };
}
