import type { AwsService } from '../../../lambda/shared/aws/service.ts';
import { clientSettings } from './client-settings.ts';

const OVERRIDES = {
  dynamodb: 'AWS_ENDPOINT_URL_DYNAMODB',
  s3: 'AWS_ENDPOINT_URL_S3',
  sqs: 'AWS_ENDPOINT_URL_SQS',
  ssm: 'AWS_ENDPOINT_URL_SSM',
} as const;

/**
 * A service as the functions' adapters call it, by the user's own credentials and Region.
 *
 * @param endpoint undefined for AWS's own
 */
export async function userService(
  name: keyof typeof OVERRIDES,
  endpoint: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<AwsService> {
  // Loaded here, because it takes longer than all the rest of the command. Its configuration finds
  // credentials as every tool of AWS does.
  const { STSClient } = await import('@aws-sdk/client-sts');
  const { config } = new STSClient(clientSettings(endpoint));
  const region = await config.region();
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const named = environment[OVERRIDES[name]] || environment['AWS_ENDPOINT_URL'] || undefined;
  return {
    ...{ name, region, credentials: async () => await config.credentials() },
    url: endpoint ?? named ?? `https://${name}.${region}.${suffix}`,
  };
}
