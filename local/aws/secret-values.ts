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

/** Fills the secrets of the template as an operator would; their members tell which is which. */
export function filledSecrets(
  secrets: readonly Resource<'secret'>[],
  settings: ProviderSettings,
): Secret[] {
  return secrets.map(({ arn, name, GenerateSecretString: { SecretStringTemplate } }) => ({
    arn,
    name,
    value: SecretStringTemplate.includes('"appSecrets"')
      ? JSON.stringify({
          appSecrets: settings.metaAppSecrets,
          verifyToken: settings.metaVerifyToken,
        })
      : JSON.stringify({ sessions: [{ ...SESSION, secrets: settings.wasenderSecrets }] }),
  }));
}
