import type { AwsService } from '../../lambda/shared/aws/service.ts';

/** A service on loopback, as a function's configuration has it. */
export function awsService(name: string, url: string) {
  return {
    ...{ name, url, region: 'eu-central-1' },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  } satisfies AwsService;
}
