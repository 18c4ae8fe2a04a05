import { tokenParameter, tokensPath } from '../../lambda/channels/token-parameter.ts';
import type { Resource } from '../template/template.ts';
import { NUMBERS } from '../whatsapp/business.ts';
import type { Secret } from './secrets-manager.ts';

/** What the providers' webhooks are proved with, here. */
export interface ProviderSettings {
  readonly metaVerifyToken: string;
  readonly metaAppSecrets: readonly string[];
  readonly wasenderSecrets: readonly string[];
}

export const LOCAL_PROVIDER_SETTINGS: ProviderSettings = {
  metaVerifyToken: 'local-verify-token',
  metaAppSecrets: ['local-app-secret'],
  wasenderSecrets: ['local-wasender-secret'],
};

/** By which the files of every channel are fetched from the stand-ins here. */
export const LOCAL_TOKENS = { meta: 'local-access-token', wasender: 'local-api-key' };

/** Ends the path of WasenderApi's webhooks. */
export const LOCAL_PATH_TOKEN = 'local';

/** WasenderApi's only session, and its path token. */
const SESSION = { session: 'local', token: LOCAL_PATH_TOKEN, apiKey: LOCAL_TOKENS.wasender };

/** What the names of the parameters with tokens begin with, here. */
const TOKENS_PATH = tokensPath('development');

/** The tokens of the numbers and the session that the stand-in for the providers has. */
export function filledParameters(): Readonly<Record<string, string>> {
  const tokens = [
    ...NUMBERS.map(({ id }) => [id, LOCAL_TOKENS.meta] as const),
    [SESSION.session, LOCAL_TOKENS.wasender] as const,
  ];
  return Object.fromEntries(
    tokens.map(([channel, token]) => [tokenParameter(TOKENS_PATH, channel), token]),
  );
}

/** What the signing secrets of subscribers are derived from, here. */
const SIGNING_KEY = 'local-signing-key';

/** Fills the secrets of the template as an operator would, or as Secrets Manager generates them. */
export function filledSecrets(
  secrets: readonly Resource<'secret'>[],
  settings: ProviderSettings,
): Secret[] {
  return secrets.map(({ arn, name, GenerateSecretString }) => ({
    arn,
    name,
    value: JSON.stringify(membersOf(GenerateSecretString, settings)),
  }));
}

/** The members of a secret tell which it is. */
function membersOf(
  { SecretStringTemplate, GenerateStringKey }: Resource<'secret'>['GenerateSecretString'],
  { metaAppSecrets, metaVerifyToken, wasenderSecrets }: ProviderSettings,
): object {
  if (GenerateStringKey === 'signingKey') return { signingKey: SIGNING_KEY };
  const accessTokens = { default: LOCAL_TOKENS.meta };
  return SecretStringTemplate.includes('"appSecrets"')
    ? { appSecrets: metaAppSecrets, verifyToken: metaVerifyToken, accessTokens }
    : { sessions: [{ ...SESSION, secrets: wasenderSecrets }] };
}
