import { memberOf } from '../json/json-source.ts';
import type { CallAws } from './json-protocol.ts';

/** A secret that may be replaced while the function runs. */
export interface SecretSource<T> {
  /**
   * The secret, at most five minutes old; at most an hour, where it cannot be read meanwhile.
   * Rejects where none is known.
   */
  readonly current: () => Promise<T>;
  /**
   * The secret as it is now, or undefined where that was asked for a moment ago. Rejects where it
   * cannot be read: nobody knows then whether there is a newer one.
   */
  readonly newer: () => Promise<T | undefined>;
}

interface CacheOptions {
  /** Hears why a secret could not be read that is used all the same, since it is known. */
  readonly onOutage?: (error: unknown) => void;
  /** Milliseconds since 1970. @default the system's clock */
  readonly now?: () => number;
}

/** What is logged of it. */
export const SECRET_OUTDATED = 'Secret not readable, the known one is used';

const MAX_AGE_MS = 5 * 60_000;

/** From the last time that it was read. Until then somebody can mend what keeps it from being read. */
const MAX_AGE_IN_OUTAGE_MS = 60 * 60_000;

/** A flood of wrong signatures must not become a flood of requests to Secrets Manager. */
const MIN_INTERVAL_MS = 30_000;

/** Between a read that failed and the next: each may hold up a webhook until its timeout. */
const RETRY_INTERVAL_MS = 10_000;

/** Keeps a secret for five minutes, in an outage for an hour. One read at a time, whoever waits for it. */
export function cachedSecret<T>(
  read: () => Promise<string>,
  parse: (text: string) => T,
  { onOutage = () => undefined, now = Date.now }: CacheOptions = {},
): SecretSource<T> {
  let kept: { readonly value: T; readonly readAt: number } | undefined;
  let failed: { readonly error: unknown; readonly at: number } | undefined;
  let reading: Promise<T> | undefined;

  const isYounger = (at: number, maxAgeMs: number) => now() - at < maxAgeMs;
  const knownFor = (maxAgeMs: number) =>
    kept !== undefined && isYounger(kept.readAt, maxAgeMs) ? kept : undefined;
  const recentFailure = () =>
    failed !== undefined && isYounger(failed.at, RETRY_INTERVAL_MS) ? failed : undefined;

  function refresh(): Promise<T> {
    reading ??= readOnce().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function readOnce(): Promise<T> {
    try {
      const value = parse(await read());
      kept = { value, readAt: now() };
      failed = undefined;
      return value;
    } catch (error) {
      failed = { error, at: now() };
      if (knownFor(MAX_AGE_IN_OUTAGE_MS) !== undefined) onOutage(error);
      throw error;
    }
  }

  async function current(): Promise<T> {
    const fresh = knownFor(MAX_AGE_MS);
    if (fresh !== undefined) return fresh.value;
    const known = knownFor(MAX_AGE_IN_OUTAGE_MS);
    if (known !== undefined && recentFailure() !== undefined) return known.value;
    return refresh().catch((error: unknown) => {
      const stillKnown = knownFor(MAX_AGE_IN_OUTAGE_MS);
      if (stillKnown === undefined) throw error;
      return stillKnown.value;
    });
  }

  async function newer(): Promise<T | undefined> {
    if (knownFor(MIN_INTERVAL_MS) !== undefined) return undefined;
    const failure = recentFailure();
    if (failure !== undefined) throw failure.error;
    return refresh();
  }

  return { current, newer };
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
