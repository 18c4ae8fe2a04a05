import { configReader, type Read } from '../../shared/aws/service.ts';

/** What the construct must set on the function. */
export interface ForgetEnvironment {
  readonly TABLE_NAME: string;
  readonly OVERFLOW_BUCKET: string;
  readonly MEDIA_BUCKET: string;
  readonly CAMPAIGNS_BUCKET: string;
  /** For so long the archive may have something of whoever was forgotten. */
  readonly ARCHIVE_DAYS: string;
}

export const loadForgetConfig = configReader((read: Read<ForgetEnvironment>, service) => ({
  tableName: read.text('TABLE_NAME'),
  overflowBucket: read.text('OVERFLOW_BUCKET'),
  mediaBucket: read.text('MEDIA_BUCKET'),
  campaignsBucket: read.text('CAMPAIGNS_BUCKET'),
  archiveDays: read.count('ARCHIVE_DAYS', 1),
  dynamodb: service('dynamodb'),
  s3: service('s3'),
}));
