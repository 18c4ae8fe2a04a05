import { type ProviderVariable, readProviderUrls } from '../providers/urls.ts';
import { type AwsService, configReader, type Read } from '../shared/aws/service.ts';
import { MIN_RETENTION_DAYS, type Retention, readChannelDays } from '../table/retention.ts';

/** What the construct must set on every function that sends, or takes what is to be sent. */
export interface SendingEnvironment {
  readonly TABLE_NAME: string;
  readonly OUTBOX_QUEUE_URL: string;
  readonly RETENTION_DAYS: string;
  /** JSON: what is different on some channels. */
  readonly CHANNEL_RETENTION_DAYS?: string;
}

/** What the construct must set on the sender. */
export interface SenderEnvironment extends SendingEnvironment {
  /** What the names of the parameters with tokens begin with. */
  readonly TOKENS_PATH: string;
  /** Bucket of the parts of campaigns. */
  readonly CAMPAIGNS_BUCKET: string;
  /** Of requests to the checker: steps of campaigns begin. */
  readonly CHECKS_QUEUE_URL: string;
}

/** What the construct must set on the ticker. */
export interface TickerEnvironment extends SendingEnvironment {
  /** Lanes that send at once. */
  readonly SENDER_MAXIMUM_CONCURRENCY: string;
}

/** What the construct must set on the function that takes messages. */
export interface MessagesEnvironment extends SendingEnvironment {
  /** Lanes that send at once; 0 where the stage sends nothing. */
  readonly SENDER_MAXIMUM_CONCURRENCY: string;
}

export interface SendingConfig extends Retention {
  readonly tableName: string;
  readonly outboxQueueUrl: string;
  readonly dynamodb: AwsService;
  readonly sqs: AwsService;
}

const loadSendingConfig = configReader(
  (read: Read<SendingEnvironment>, service): SendingConfig => ({
    tableName: read.text('TABLE_NAME'),
    outboxQueueUrl: read.url('OUTBOX_QUEUE_URL'),
    retentionDays: read.count('RETENTION_DAYS', MIN_RETENTION_DAYS),
    channelRetentionDays: readChannelDays(read.optionalText('CHANNEL_RETENTION_DAYS')),
    dynamodb: service('dynamodb'),
    sqs: service('sqs'),
  }),
);

const loadSenderOnly = configReader(
  (read: Read<SenderEnvironment & Record<ProviderVariable, string>>, service) => ({
    tokensPath: read.text('TOKENS_PATH'),
    campaignsBucket: read.text('CAMPAIGNS_BUCKET'),
    checksQueueUrl: read.url('CHECKS_QUEUE_URL'),
    s3: service('s3'),
    providerUrls: readProviderUrls(read),
    ssm: service('ssm'),
  }),
);

export type SenderConfig = ReturnType<typeof loadSenderConfig>;

export function loadSenderConfig(environment: NodeJS.ProcessEnv) {
  return { ...loadSendingConfig(environment), ...loadSenderOnly(environment) };
}

const loadMessagesOnly = configReader((read: Read<MessagesEnvironment>) => ({
  isSending: read.count('SENDER_MAXIMUM_CONCURRENCY', 0) > 0,
}));

export function loadMessagesConfig(environment: NodeJS.ProcessEnv) {
  return { ...loadSendingConfig(environment), ...loadMessagesOnly(environment) };
}

const loadTickerOnly = configReader((read: Read<TickerEnvironment>) => ({
  sendersAtOnce: read.count('SENDER_MAXIMUM_CONCURRENCY', 1),
}));

export type TickerConfig = ReturnType<typeof loadTickerConfig>;

export function loadTickerConfig(environment: NodeJS.ProcessEnv) {
  return { ...loadSendingConfig(environment), ...loadTickerOnly(environment) };
}
