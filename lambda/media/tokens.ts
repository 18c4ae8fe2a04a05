import {
  parseMetaAccessTokens,
  parseWasenderApiKeys,
  type TokenByChannel,
} from '../providers/secrets.ts';
import { cachedSecret, SECRET_OUTDATED } from '../shared/aws/secrets-manager.ts';
import type { Telemetry } from '../shared/aws/telemetry.ts';
import { faultName } from '../shared/queue/failure.ts';
import type { TokenOf } from './https-providers.ts';

interface SecretReaders {
  readonly meta: () => Promise<string>;
  readonly wasender: () => Promise<string>;
}

/** The tokens in the providers' secrets, as `cachedSecret` keeps them. */
export function channelTokens(read: SecretReaders, warn: Telemetry['warn']): TokenOf {
  const outages = {
    onOutage: (error: unknown) => warn(SECRET_OUTDATED, { fault: faultName(error) }),
  };
  const tokens = {
    meta: cachedSecret<TokenByChannel>(read.meta, parseMetaAccessTokens, outages),
    wasender: cachedSecret<TokenByChannel>(read.wasender, parseWasenderApiKeys, outages),
  };
  return async (provider, channel) => (await tokens[provider].current())(channel);
}
