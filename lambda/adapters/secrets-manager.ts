import { memberOf } from '../domain/json-source.ts';
import type { CallAws } from './aws-json.ts';

/** A secret that may be replaced while the function runs. */
export interface SecretSource<T> {
  /** The secret, at most five minutes old. Rejects when it cannot be read. */
  readonly current: () => Promise<T>;
  /** The secret as it is now, or undefined where that was asked for a moment ago. */
  readonly newer: () => Promise<T | undefined>;
}

const MAX_AGE_MS = 5 * 60_000;

/** A flood of wrong signatures must not become a flood of requests to Secrets Manager. */
const MIN_INTERVAL_MS = 30_000;

/** Keeps a secret for five minutes. One read at a time, whoever waits for it. */
export function cachedSecret<T>(
  read: () => Promise<string>,
  parse: (text: string) => T,
  now: () => number = Date.now,
): SecretSource<T> {
  let kept: { readonly value: T; readonly readAt: number } | undefined;
  let reading: Promise<T> | undefined;

  function refresh(): Promise<T> {
    reading ??= readOnce().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function readOnce(): Promise<T> {
    const value = parse(await read());
    kept = { value, readAt: now() };
    return value;
  }

  return {
    current: async () =>
      kept !== undefined && now() - kept.readAt < MAX_AGE_MS ? kept.value : refresh(),
    newer: async () =>
      kept !== undefined && now() - kept.readAt < MIN_INTERVAL_MS ? undefined : refresh(),
  };
}

const TIMEOUT_MS = 3000;

export const SECRET_PATIENCE = { attempts: 3, timeoutMs: TIMEOUT_MS };

/**
 * Reads the text of a secret's current version.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export function secretReader(call: CallAws) {
  return (secretArn: string) => async (): Promise<string> => {
    const request = { SecretId: secretArn };
    const answer = await call('GetSecretValue', request, AbortSignal.timeout(TIMEOUT_MS));
    const text = memberOf(answer, 'SecretString');
    if (typeof text !== 'string') throw new Error('secret is binary or empty, not text');
    return text;
  };
}
