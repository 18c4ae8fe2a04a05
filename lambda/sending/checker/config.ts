import { type ProviderVariable, readProviderUrls } from '../../providers/urls.ts';
import { configReader, type Read } from '../../shared/aws/service.ts';

/** Times that a check is tried. Its queue sets it aside after as many. */
export const MOST_TRIES = 4;

/** What the construct must set on the function. */
export interface CheckerEnvironment {
  readonly TABLE_NAME: string;
  readonly CHECKS_QUEUE_URL: string;
  /** Of wakes: lanes are told of whom failures are offered again. */
  readonly OUTBOX_QUEUE_URL: string;
  readonly CAMPAIGNS_BUCKET: string;
  /** For how many days files and parts are kept. */
  readonly CAMPAIGN_DAYS: string;
  /** What the names of the parameters with tokens begin with. */
  readonly TOKENS_PATH: string;
}

export type CheckerConfig = ReturnType<typeof loadCheckerConfig>;

export const loadCheckerConfig = configReader(
  (read: Read<CheckerEnvironment & Record<ProviderVariable, string>>, service) => ({
    tableName: read.text('TABLE_NAME'),
    queueUrl: read.url('CHECKS_QUEUE_URL'),
    outboxQueueUrl: read.url('OUTBOX_QUEUE_URL'),
    bucket: read.text('CAMPAIGNS_BUCKET'),
    campaignDays: read.count('CAMPAIGN_DAYS', 1),
    tokensPath: read.text('TOKENS_PATH'),
    providerUrls: readProviderUrls(read),
    dynamodb: service('dynamodb'),
    s3: service('s3'),
    sqs: service('sqs'),
    ssm: service('ssm'),
  }),
);
