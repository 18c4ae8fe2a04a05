import { sha256Of } from '../providers/media-file.ts';
import { present, textOf } from '../shared/json/fields.ts';
import { memberOf } from '../shared/json/json-source.ts';

/** Where a provider hands a file out, for some minutes. The URL of WasenderApi needs no token: it is a secret. */
export interface MediaLocation {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly mimeType?: string;
  /** In lower-case hex. */
  readonly sha256?: string;
  readonly sizeBytes?: number;
}

/**
 * - `no-token`: the channel has none
 * - `token`: the provider does not take the token
 * - `throttled`: too many requests
 * - `unavailable`: nobody is to blame, so it may pass
 */
export interface NotLocated {
  readonly ok: false;
  readonly reason: 'unknown-media' | 'refused' | 'no-token' | 'token' | 'throttled' | 'unavailable';
  readonly retryAfterSeconds?: number;
  /** The answer's status and the provider's code, for the log. */
  readonly detail?: string;
}

export type Locating = { readonly ok: true; readonly location: MediaLocation } | NotLocated;

/** What a provider answered. */
export interface ProviderAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Undefined where it was no JSON. */
  readonly json: unknown;
}

/** Codes of Graph: too many calls of the app, the account, the number. */
const THROTTLES = new Set([4, 17, 32, 613, 80007, 130429]);
const ACCESS_REFUSED = new Set([0, 3, 10, 102, 190, 131005]);
const PASSING = new Set([1, 2, 131000, 131016]);
const NO_SUCH_OBJECT = 100;
const MEDIA_LOST = new Set([131052, 131053]);

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media */
export function readGraphAnswer(answer: ProviderAnswer, token: string): Locating {
  const { status, json } = answer;
  const url = textOfUrl(json, 'url');
  if (status !== 200 || url === undefined) return notLocated(answer, graphReason(answer));
  return {
    ok: true,
    location: {
      url,
      headers: { authorization: `Bearer ${token}` },
      ...present({
        mimeType: textOf(json, 'mime_type'),
        sha256: sha256Of(memberOf(json, 'sha256')),
        sizeBytes: countOf(json, 'file_size'),
      }),
    },
  };
}

function graphReason({ status, json }: ProviderAnswer): NotLocated['reason'] {
  const code = codeOf(json) ?? Number.NaN;
  if (THROTTLES.has(code)) return 'throttled';
  if (ACCESS_REFUSED.has(code) || (code >= 200 && code <= 299)) return 'token';
  if (PASSING.has(code)) return 'unavailable';
  if (code === NO_SUCH_OBJECT || MEDIA_LOST.has(code)) return 'unknown-media';
  return reasonOfStatus(status);
}

function codeOf(json: unknown): number | undefined {
  const code = textOf(json, 'error', 'code');
  return code !== undefined && /^\d{1,9}$/.test(code) ? Number(code) : undefined;
}

/** @see https://wasenderapi.com/api-docs/messages/decrypt-media-file */
export function readWasenderAnswer(answer: ProviderAnswer): Locating {
  const { status, json } = answer;
  const url = textOfUrl(json, 'publicUrl') ?? textOfUrl(memberOf(json, 'data'), 'publicUrl');
  return status === 200 && url !== undefined
    ? { ok: true, location: { url, headers: {} } }
    : notLocated(answer, reasonOfStatus(status));
}

function reasonOfStatus(status: number): NotLocated['reason'] {
  if (status === 401 || status === 403) return 'token';
  if (status === 404) return 'unknown-media';
  if (status === 429) return 'throttled';
  return status >= 400 && status < 500 && status !== 408 ? 'refused' : 'unavailable';
}

function notLocated(
  { status, json, retryAfter }: ProviderAnswer,
  reason: NotLocated['reason'],
): NotLocated {
  const retryAfterSeconds = retryAfterOf(retryAfter) ?? countOf(json, 'retry_after');
  const code = codeOf(json);
  const detail = code === undefined ? `HTTP ${status}` : `HTTP ${status}, code ${code}`;
  return { ok: false, reason, detail, ...present({ retryAfterSeconds }) };
}

/** Seconds; a date says no more than that it is too soon. */
export function retryAfterOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) : undefined;
}

function countOf(json: unknown, member: string): number | undefined {
  const digits = textOf(json, member);
  return digits !== undefined && /^\d{1,13}$/.test(digits) ? Number(digits) : undefined;
}

const MAX_URL = 4096;

function textOfUrl(json: unknown, member: string): string | undefined {
  const url = memberOf(json, member);
  return typeof url === 'string' && url !== '' && url.length <= MAX_URL ? url : undefined;
}
