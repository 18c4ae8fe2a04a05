import { memberOf } from '../shared/json/json-source.ts';

/** Meta: all valid app secrets, the current one first, and all valid verify tokens. */
export interface MetaSecrets {
  readonly appSecrets: readonly string[];
  readonly verifyTokens: readonly string[];
}

/** WasenderApi: one webhook URL, told by its path token, and its secrets for each session. */
export interface WasenderSession {
  readonly session: string;
  readonly token: string;
  readonly secrets: readonly string[];
}

/**
 * Reads `{"appSecrets":["current","previous"],"verifyToken":"…"}`. Throws without the content.
 *
 * No app secret yet is a secret as well: whoever posts is refused, and no alarm calls.
 */
export function parseMetaSecrets(text: string): MetaSecrets {
  const secret = parseSecretJson(text);
  return {
    appSecrets: textsAt(secret, 'appSecrets'),
    verifyTokens: textsAt({ verifyToken: [memberOf(secret, 'verifyToken')].flat() }, 'verifyToken'),
  };
}

/** Reads `{"sessions":[{"session":"shop","token":"…","secrets":["current","previous"]}]}`. */
export function parseWasenderSecrets(text: string): readonly WasenderSession[] {
  return listAt(parseSecretJson(text), 'sessions').map((session) => ({
    session: secretTextAt(session, 'session'),
    token: secretTextAt(session, 'token'),
    secrets: textsAt(session, 'secrets'),
  }));
}

/** What stands for the tokens of all numbers that are not named. */
const ANY_NUMBER = 'default';

/** Says by which token the files of a channel are fetched; undefined where there is none. */
export type TokenByChannel = (channel: string) => string | undefined;

/** Reads `{"accessTokens":{"<phone_number_id>":"…","default":"…"}}` of Meta's secret. */
export function parseMetaAccessTokens(text: string): TokenByChannel {
  const tokens = memberOf(parseSecretJson(text), 'accessTokens');
  return (channel) => filled(memberOf(tokens, channel)) ?? filled(memberOf(tokens, ANY_NUMBER));
}

/** Reads `{"sessions":[{"session":"shop","apiKey":"…"}]}` of WasenderApi's secret. */
export function parseWasenderApiKeys(text: string): TokenByChannel {
  const sessions = listAt(parseSecretJson(text), 'sessions');
  return (channel) =>
    filled(
      memberOf(
        sessions.find((session) => memberOf(session, 'session') === channel),
        'apiKey',
      ),
    );
}

function filled(text: unknown): string | undefined {
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** Throws without the content. */
export function parseSecretJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON.parse quotes what it cannot read.
    throw new Error('secret is no JSON');
  }
}

function listAt(value: unknown, member: string): readonly unknown[] {
  const list = memberOf(value, member);
  if (!Array.isArray(list)) throw notFilledIn(member);
  return list;
}

function textsAt(value: unknown, member: string): readonly string[] {
  return listAt(value, member).map((text) => secretTextAt({ [member]: text }, member));
}

/** A text in a secret. Throws where it is not filled in, without the content. */
export function secretTextAt(value: unknown, member: string): string {
  const text = memberOf(value, member);
  if (typeof text !== 'string' || text === '') throw notFilledIn(member);
  return text;
}

function notFilledIn(member: string): Error {
  return new Error(`secret is not filled in as documented, at: ${member}`);
}
