import {
  parseMetaAccessTokens,
  parseWasenderApiKeys,
  type TokenByChannel,
} from '../domain/provider-secrets.ts';
import type { TokenOf } from './media-providers.ts';
import { cachedSecret } from './secrets-manager.ts';

interface SecretReaders {
  readonly meta: () => Promise<string>;
  readonly wasender: () => Promise<string>;
}

/** The tokens in the providers' secrets, at most five minutes old. */
export function channelTokens(read: SecretReaders): TokenOf {
  const tokens = {
    meta: cachedSecret<TokenByChannel>(read.meta, parseMetaAccessTokens),
    wasender: cachedSecret<TokenByChannel>(read.wasender, parseWasenderApiKeys),
  };
  return async (provider, channel) => (await tokens[provider].current())(channel);
}
