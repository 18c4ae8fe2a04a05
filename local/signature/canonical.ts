import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

/** A request as it came over the wire, nothing decoded. */
export interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Names and values by turns, as Node has them. */
  readonly rawHeaders: readonly string[];
}

export interface CanonicalParts {
  readonly isS3: boolean;
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
}

/** Begins the name of what a query is signed with, which is itself no part of what is signed. */
const SIGNATURE_PARAMETER = 'X-Amz-Signature';

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function canonicalRequest(request: WireRequest, parts: CanonicalParts): string {
  const { isS3, signedHeaders, payloadHash } = parts;
  const headers = headersOf(request);
  return [
    request.method,
    canonicalPath(pathOf(request), isS3),
    canonicalQuery(queryOf(request)),
    ...signedHeaders.map((name) => `${name}:${headers.get(name) ?? ''}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

const read = new WeakMap<WireRequest['rawHeaders'], ReadonlyMap<string, string>>();

/** By name in lower case; several of one name in one, spaces as AWS counts them. Read once for each request. */
export function headersOf({ rawHeaders }: WireRequest): ReadonlyMap<string, string> {
  const known = read.get(rawHeaders);
  if (known !== undefined) return known;
  const headers = readHeaders(rawHeaders);
  read.set(rawHeaders, headers);
  return headers;
}

function readHeaders(rawHeaders: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const value = (rawHeaders[at + 1] ?? '').trim().replace(/ {2,}/g, ' ');
    const known = headers.get(name);
    headers.set(name, known === undefined ? value : `${known},${value}`);
  }
  return headers;
}

export function queryOf({ url }: WireRequest): readonly (readonly [name: string, value: string])[] {
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [decoded(name), decoded(value.join('='))] as const;
    });
}

function pathOf({ url }: WireRequest): string {
  return url.split('?', 1)[0] || '/';
}

/**
 * S3 takes an object's name out of the path, and writes each of its characters anew; the others
 * escape what came once more.
 */
function canonicalPath(path: string, isS3: boolean): string {
  return path
    .split('/')
    .map((segment) => escaped(isS3 ? decoded(segment, '+') : segment))
    .join('/');
}

function canonicalQuery(pairs: readonly (readonly [string, string])[]): string {
  return pairs
    .filter(([name]) => name !== SIGNATURE_PARAMETER)
    .map(([name, value]) => [escaped(name), escaped(value)] as const)
    .toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Everything but letters, digits, `-`, `.`, `_` and `~`. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** @param plus what a plus is: a space in a query, itself in a path */
function decoded(text: string, plus = ' '): string {
  try {
    return decodeURIComponent(text.replaceAll('+', plus === '+' ? '%2B' : '%20'));
  } catch {
    return text;
  }
}

export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/** So many keys are remembered: those of a day are few. */
const MOST_KEYS = 100;
const keys = new Map<string, KeyObject>();

/** Signs texts with the key of a day, a Region and a service. */
export function scopedSigner(secretAccessKey: string, scope: string): (text: string) => string {
  const key = derivedKey(secretAccessKey, scope);
  return (text) => createHmac('sha256', key).update(text).digest('hex');
}

/** Remembered as a key: to derive it takes four times as long as to sign, and to sign with its bytes five times. */
function derivedKey(secretAccessKey: string, scope: string): KeyObject {
  const name = `${scope}/${secretAccessKey}`;
  const known = keys.get(name);
  if (known !== undefined) return known;
  const key = createSecretKey(scope.split('/').reduce(hmac, Buffer.from(`AWS4${secretAccessKey}`)));
  if (keys.size >= MOST_KEYS) keys.clear();
  keys.set(name, key);
  return key;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
