import { readEnvironment } from '../../shared/aws/environment.ts';
import { type AwsService, type RuntimeVariable, serviceReader } from '../../shared/aws/service.ts';

/** What the construct must set on the function. */
export interface ArchiverEnvironment {
  readonly TABLE_NAME: string;
  readonly ARCHIVE_BUCKET: string;
}

export interface ArchiverConfig {
  readonly tableName: string;
  readonly bucket: string;
  readonly dynamodb: AwsService;
  readonly s3: AwsService;
}

export function loadArchiverConfig(environment: NodeJS.ProcessEnv): ArchiverConfig {
  return readEnvironment<keyof ArchiverEnvironment | RuntimeVariable, ArchiverConfig>(
    environment,
    (read) => {
      const service = serviceReader(read);
      return {
        tableName: read.text('TABLE_NAME'),
        bucket: read.text('ARCHIVE_BUCKET'),
        dynamodb: service('dynamodb'),
        s3: service('s3'),
      };
    },
  );
}
