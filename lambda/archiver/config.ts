import { type AwsService, type RuntimeVariable, serviceReader } from '../domain/aws-service.ts';
import { readEnvironment } from '../domain/environment.ts';

/** What the construct must set on the function. */
export interface ArchiverEnvironment {
  readonly ARCHIVE_BUCKET: string;
}

export interface ArchiverConfig {
  readonly bucket: string;
  readonly s3: AwsService;
}

export function loadArchiverConfig(environment: NodeJS.ProcessEnv): ArchiverConfig {
  return readEnvironment<keyof ArchiverEnvironment | RuntimeVariable, ArchiverConfig>(
    environment,
    (read) => ({ bucket: read.text('ARCHIVE_BUCKET'), s3: serviceReader(read)('s3') }),
  );
}
