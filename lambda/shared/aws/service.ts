import { type EnvironmentReader, readEnvironment } from './environment.ts';

/** A service of AWS as a function reaches it. */
export interface AwsService {
  /** Name by which requests are signed, such as `sqs`. */
  readonly name: string;
  readonly region: string;
  /** Such as `https://secretsmanager.eu-west-1.amazonaws.com`. */
  readonly url: string;
  /** Or whoever renews them. */
  readonly credentials: AwsCredentials | (() => Promise<AwsCredentials>);
}

/** Lambda sets them once for the life of an execution environment. */
interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Set by Lambda, and by whoever sends the SDKs to other endpoints. */
export type RuntimeVariable =
  | 'AWS_REGION'
  | 'AWS_ACCESS_KEY_ID'
  | 'AWS_SECRET_ACCESS_KEY'
  | 'AWS_SESSION_TOKEN'
  | 'AWS_ENDPOINT_URL'
  | `AWS_ENDPOINT_URL_${'DYNAMODB' | 'LAMBDA' | 'S3' | 'SECRETS_MANAGER' | 'SQS' | 'SSM'}`;

const OVERRIDES = {
  dynamodb: 'AWS_ENDPOINT_URL_DYNAMODB',
  lambda: 'AWS_ENDPOINT_URL_LAMBDA',
  s3: 'AWS_ENDPOINT_URL_S3',
  secretsmanager: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  sqs: 'AWS_ENDPOINT_URL_SQS',
  ssm: 'AWS_ENDPOINT_URL_SSM',
} as const satisfies Readonly<Record<string, RuntimeVariable>>;

/** Locates services in the function's own Region, or where the variables for the SDKs say. */
export function serviceReader(read: EnvironmentReader<RuntimeVariable>) {
  const region = read.text('AWS_REGION');
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const sessionToken = read.optionalText('AWS_SESSION_TOKEN');
  const credentials = {
    accessKeyId: read.text('AWS_ACCESS_KEY_ID'),
    secretAccessKey: read.text('AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken !== undefined && { sessionToken }),
  };
  return (name: keyof typeof OVERRIDES): AwsService => ({
    name,
    region,
    url:
      read.optionalUrl(OVERRIDES[name]) ??
      read.optionalUrl('AWS_ENDPOINT_URL') ??
      `https://${name}.${region}.${suffix}`,
    credentials,
  });
}

/** Reads the variables that a construct sets. */
export type Read<Environment> = EnvironmentReader<keyof Environment & string>;

/**
 * Reads what a function is told at its start: its variables, and where the services are that it calls.
 * Throws as `readEnvironment` does.
 */
export function configReader<Name extends string, Config>(
  read: (
    reader: EnvironmentReader<Name>,
    service: (name: keyof typeof OVERRIDES) => AwsService,
  ) => Config,
): (environment: NodeJS.ProcessEnv) => Config {
  return (environment) =>
    readEnvironment<Name | RuntimeVariable, Config>(environment, (reader) =>
      read(reader, serviceReader(reader)),
    );
}
