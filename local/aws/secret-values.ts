import type { Resource } from '../template/template.ts';
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

/** WasenderApi's only session, and its path token. */
const SESSION = { session: 'local', token: 'local' };

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
  return SecretStringTemplate.includes('"appSecrets"')
    ? { appSecrets: metaAppSecrets, verifyToken: metaVerifyToken }
    : { sessions: [{ ...SESSION, secrets: wasenderSecrets }] };
}
