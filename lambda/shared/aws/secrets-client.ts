import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CallAws } from './json-protocol.ts';
import type { Patience } from './request.ts';
import { clientSettings, sdkCall } from './sdk-call.ts';
import type { AwsService } from './service.ts';

/** Calls Secrets Manager by the SDK's client. */
export function secretsClient(service: AwsService, { attempts, timeoutMs }: Patience): CallAws {
  const client = new SecretsManagerClient(clientSettings(service, timeoutMs));
  return sdkCall(service, client, { GetSecretValue: GetSecretValueCommand }, { attempts });
}
