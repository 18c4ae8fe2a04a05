import { devNull } from 'node:os';
import { REGION } from '../account.ts';
import { LOCAL_SECRET_ACCESS_KEY } from '../signature/check.ts';
import type { Resource } from '../template/template.ts';

export interface AwsEndpoints {
  readonly sqs: string;
  readonly dynamodb: string;
  readonly s3: string;
  readonly secretsmanager: string;
  readonly ssm: string;
  readonly lambda: string;
}

/** Where the providers' stand-ins are. */
export interface ProviderUrls {
  readonly meta: string;
  readonly wasender: string;
}

/** The environment of a function: what the template sets and what Lambda adds, nothing of this machine's. */
export function functionVariables(
  { name, ref, Environment, Handler, LoggingConfig, MemorySize }: Resource<'function'>,
  endpoints: AwsEndpoints,
  providerUrls: ProviderUrls,
): Record<string, string> {
  const { LogFormat, LogGroup = `/aws/lambda/${ref}`, ApplicationLogLevel } = LoggingConfig;
  return {
    _HANDLER: Handler,
    // Tells the services who calls.
    AWS_ACCESS_KEY_ID: name,
    AWS_CONFIG_FILE: devNull,
    AWS_DEFAULT_REGION: REGION,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_LAMBDA: endpoints.lambda,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsmanager,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_SSM: endpoints.ssm,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
    AWS_LAMBDA_FUNCTION_NAME: ref,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: LogFormat,
    AWS_LAMBDA_LOG_GROUP_NAME: LogGroup,
    ...(ApplicationLogLevel !== undefined && { AWS_LAMBDA_LOG_LEVEL: ApplicationLogLevel }),
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_REGION: REGION,
    AWS_SECRET_ACCESS_KEY: LOCAL_SECRET_ACCESS_KEY,
    AWS_SESSION_TOKEN: 'local',
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    // Receivers run on this machine too.
    DELIVER_TO_LOOPBACK: 'true',
    GRAPH_URL: providerUrls.meta,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    WASENDER_URL: providerUrls.wasender,
    ...Environment.Variables,
  };
}
