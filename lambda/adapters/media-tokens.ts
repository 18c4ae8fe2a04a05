import { faultName } from '../domain/failure.ts';
import {
  parseMetaAccessTokens,
  parseWasenderApiKeys,
  type TokenByChannel,
} from '../domain/provider-secrets.ts';
import type { TokenOf } from './media-providers.ts';
import { cachedSecret, SECRET_OUTDATED } from './secrets-manager.ts';
import type { Telemetry } from './telemetry.ts';

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
