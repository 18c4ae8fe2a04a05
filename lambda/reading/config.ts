import { configReader, type Read } from '../shared/aws/service.ts';

/** What the construct must set on the function. */
export interface ApiEnvironment {
  readonly TABLE_NAME: string;
  readonly OVERFLOW_BUCKET: string;
  readonly MEDIA_BUCKET: string;
  /** JSON of `MediaPolicies`. */
  readonly MEDIA_POLICY: string;
}

export const loadApiConfig = configReader((read: Read<ApiEnvironment>, service) => ({
  tableName: read.text('TABLE_NAME'),
  overflowBucket: read.text('OVERFLOW_BUCKET'),
  mediaBucket: read.text('MEDIA_BUCKET'),
  mediaPolicy: read.text('MEDIA_POLICY'),
  dynamodb: service('dynamodb'),
  s3: service('s3'),
}));
