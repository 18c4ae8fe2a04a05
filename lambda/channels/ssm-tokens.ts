import type { CallAws } from '../shared/aws/json-protocol.ts';
import { AwsRequestError } from '../shared/aws/request.ts';
import { cachedSecret, type SecretSource } from '../shared/aws/secrets-manager.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { tokenParameter } from './token-parameter.ts';

/** By what messages of a channel are sent. */
export interface ChannelTokens {
  /**
   * At most five minutes old; at most an hour, where it cannot be read meanwhile. Undefined where there is
   * none: then it is looked for twice a minute. Rejects where nobody knows.
   */
  readonly current: (channel: string) => Promise<string | undefined>;
  /** As it is now, for whom the known one was refused; undefined where that was asked a moment ago. */
  readonly newer: (channel: string) => Promise<string | undefined>;
}

interface TokenOptions {
  /** Hears why a token could not be read that is used all the same, since it is known. */
  readonly onOutage: (error: unknown) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const TIMEOUT_MS = 3000;

/** @param path what the names of the parameters begin with */
export function channelTokens(ssm: CallAws, path: string, options: TokenOptions): ChannelTokens {
  const sources = new Map<string, SecretSource<string | undefined>>();

  function sourceOf(channel: string): SecretSource<string | undefined> {
    const known = sources.get(channel);
    if (known !== undefined) return known;
    const read = () => readToken(ssm, tokenParameter(path, channel));
    const source = cachedSecret(read, (token) => token || undefined, options);
    sources.set(channel, source);
    return source;
  }

  return {
    current: async (channel) => {
      const source = sourceOf(channel);
      return (await source.current()) ?? (await source.newer());
    },
    newer: (channel) => sourceOf(channel).newer(),
  };
}

/**
 * Empty where there is none.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
async function readToken(ssm: CallAws, Name: string): Promise<string> {
  try {
    const input = { Name, WithDecryption: true };
    const answer = await ssm('GetParameter', input, AbortSignal.timeout(TIMEOUT_MS));
    const value = memberOf(memberOf(answer, 'Parameter'), 'Value');
    if (typeof value !== 'string') throw new Error('the parameter has no value');
    return value;
  } catch (error) {
    if (error instanceof AwsRequestError && error.name === 'ParameterNotFound') return '';
    throw error;
  }
}
