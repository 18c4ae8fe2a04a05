import { randomBytes } from 'node:crypto';
import type { Reaction } from '../exchange.ts';

/** Why Graph does not do what it was asked for. */
export interface Refusal {
  readonly code: number;
  readonly details: string;
  readonly subcode?: number;
}

interface Kind {
  readonly title: string;
  /** @default 400 */
  readonly status?: number;
  readonly isTransient?: true;
}

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes */
const KINDS: Readonly<Record<number, Kind>> = {
  1: { title: 'An unknown error has occurred.', status: 500, isTransient: true },
  2: { title: 'Service temporarily unavailable', status: 503, isTransient: true },
  4: { title: 'Application request limit reached', status: 429, isTransient: true },
  10: { title: 'Application does not have permission for this action', status: 403 },
  100: { title: 'Invalid parameter' },
  190: { title: 'Invalid OAuth access token.', status: 401 },
  368: { title: 'Temporarily blocked for policies violations', status: 403 },
  2500: { title: 'Unknown path components' },
  80007: { title: 'Rate limit issues', status: 429 },
  130429: { title: 'Rate limit hit', status: 429 },
  131000: { title: 'Something went wrong', status: 500 },
  131008: { title: 'Required parameter is missing' },
  131009: { title: 'Parameter value is not valid' },
  131016: { title: 'Service unavailable', status: 503, isTransient: true },
  131021: { title: 'Recipient cannot be sender' },
  131026: { title: 'Message undeliverable' },
  131031: { title: 'Business Account locked', status: 403 },
  131042: { title: 'Business eligibility payment issue' },
  131047: { title: 'Re-engagement message' },
  131048: { title: 'Spam rate limit hit', status: 429 },
  131049: {
    title: 'This message was not delivered to maintain healthy ecosystem engagement.',
  },
  131050: { title: 'User has stopped marketing messages from this business' },
  131053: { title: 'Media upload error' },
  131056: { title: '(Business Account, Consumer Account) pair rate limit hit', status: 429 },
  131057: { title: 'Account in maintenance mode', status: 503 },
  131062: { title: 'BSUID recipients are not supported for this message' },
  131063: { title: 'Marketing templates are disabled on Cloud API' },
  132000: { title: 'Number of parameters does not match the expected number of params' },
  132001: { title: 'Template name does not exist in the translation', status: 404 },
  132005: { title: 'Translated text too long' },
  132012: { title: 'Parameter format does not match format in the created template' },
  132015: { title: 'Template is paused' },
  132016: { title: 'Template is disabled' },
  132018: { title: 'There was an issue with the parameters in your template' },
  134100: { title: 'Only marketing messages supported' },
  134101: { title: 'Template is syncing' },
};

function titleOf(code: number): string {
  return KINDS[code]?.title ?? 'Unknown error';
}

/** Graph's answer to what it refuses. */
export function graphError({ code, details, subcode }: Refusal): Reaction {
  const { status = 400, isTransient } = KINDS[code] ?? {};
  return {
    status,
    body: {
      error: {
        message: messageOf(code, details),
        type: code === 100 && subcode === 33 ? 'GraphMethodException' : 'OAuthException',
        code,
        ...(subcode !== undefined && { error_subcode: subcode }),
        ...(isTransient && { is_transient: true }),
        ...(code > 100_000 || code === 100
          ? { error_data: { messaging_product: 'whatsapp', details } }
          : {}),
        fbtrace_id: `A${randomBytes(16).toString('base64url')}`,
      },
    },
  };
}

/** The old codes say in the message what is wrong, those of WhatsApp in `error_data`. */
function messageOf(code: number, details: string): string {
  if (code === 100) return `(#100) ${details}`;
  return code < 10_000 ? details || titleOf(code) : `(#${code}) ${titleOf(code)}`;
}

/** What a `failed` status says. */
export function statusError(code: number, details: string): object {
  const title = titleOf(code);
  const href = '/documentation/business-messaging/whatsapp/support/error-codes';
  return { code, title, message: title, error_data: { details }, href };
}

/** Of an object that is none, or that the token does not reach. */
export function unknownObject(method: string, id: string): Refusal {
  return {
    code: 100,
    subcode: 33,
    details: `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
  };
}
