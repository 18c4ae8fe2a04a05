import type { EnvironmentReader } from './environment.ts';

/** Where a service of AWS is reached. */
export interface AwsLocation {
  readonly region: string;
  readonly url: string;
}

/** Set by Lambda, and by whoever sends the SDKs to other endpoints. */
export type RuntimeVariable =
  | 'AWS_REGION'
  | 'AWS_ENDPOINT_URL'
  | 'AWS_ENDPOINT_URL_S3'
  | 'AWS_ENDPOINT_URL_SECRETS_MANAGER';

/** Locates services in the function's own Region, or where the variable for the SDKs says. */
export function locationReader(read: EnvironmentReader<RuntimeVariable>) {
  const region = read.text('AWS_REGION');
  return (service: string, override: RuntimeVariable): AwsLocation => ({
    region,
    url:
      read.optionalUrl(override) ??
      read.optionalUrl('AWS_ENDPOINT_URL') ??
      `https://${service}.${region}.amazonaws.com`,
  });
}
