import { readEnvironment } from '../../shared/aws/environment.ts';
import { type AwsService, type RuntimeVariable, serviceReader } from '../../shared/aws/service.ts';

/** What the construct must set on the function. */
export interface ForgetEnvironment {
  readonly TABLE_NAME: string;
  readonly OVERFLOW_BUCKET: string;
  readonly MEDIA_BUCKET: string;
  readonly ARCHIVE_DAYS: string;
}

export interface ForgetConfig {
  readonly tableName: string;
  readonly overflowBucket: string;
  readonly mediaBucket: string;
  /** For so long the archive may have something of whoever was forgotten. */
  readonly archiveDays: number;
  readonly dynamodb: AwsService;
  readonly s3: AwsService;
}

export function loadForgetConfig(environment: NodeJS.ProcessEnv): ForgetConfig {
  return readEnvironment<keyof ForgetEnvironment | RuntimeVariable, ForgetConfig>(
    environment,
    (read) => {
      const service = serviceReader(read);
      return {
        tableName: read.text('TABLE_NAME'),
        overflowBucket: read.text('OVERFLOW_BUCKET'),
        mediaBucket: read.text('MEDIA_BUCKET'),
        archiveDays: read.count('ARCHIVE_DAYS', 1),
        dynamodb: service('dynamodb'),
        s3: service('s3'),
      };
    },
  );
}
