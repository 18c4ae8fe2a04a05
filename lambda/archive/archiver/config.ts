import { configReader, type Read } from '../../shared/aws/service.ts';

/** What the construct must set on the function. */
export interface ArchiverEnvironment {
  readonly TABLE_NAME: string;
  readonly ARCHIVE_BUCKET: string;
}

export const loadArchiverConfig = configReader((read: Read<ArchiverEnvironment>, service) => ({
  tableName: read.text('TABLE_NAME'),
  bucket: read.text('ARCHIVE_BUCKET'),
  dynamodb: service('dynamodb'),
  s3: service('s3'),
}));
