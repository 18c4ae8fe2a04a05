import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AwsService } from '../domain/aws-service.ts';
import type { CallAws } from './aws-json.ts';
import type { Patience } from './aws-request.ts';
import { clientSettings, sdkCall } from './sdk-call.ts';

/** Calls Secrets Manager by the SDK's client. */
export function secretsClient(service: AwsService, { attempts, timeoutMs }: Patience): CallAws {
  const client = new SecretsManagerClient(clientSettings(service, timeoutMs));
  return sdkCall(service, client, { GetSecretValue: GetSecretValueCommand }, { attempts });
}
