import { type ProviderUrls, type ProviderVariable, readProviderUrls } from '../providers/urls.ts';
import { readEnvironment } from '../shared/aws/environment.ts';
import { type AwsService, type RuntimeVariable, serviceReader } from '../shared/aws/service.ts';
import { MIN_RETENTION_DAYS, type Retention, readChannelDays } from '../table/retention.ts';

/** What the construct must set on the functions that work at lanes: the sender and the ticker. */
export interface LanesEnvironment {
  readonly TABLE_NAME: string;
  readonly OUTBOX_QUEUE_URL: string;
  readonly RETENTION_DAYS: string;
  /** JSON: what is different on some channels. */
  readonly CHANNEL_RETENTION_DAYS?: string;
}

/** What the construct must set on the sender beside that. */
export interface SenderEnvironment extends LanesEnvironment {
  /** What the names of the parameters with tokens begin with. */
  readonly TOKENS_PATH: string;
}

export interface LanesConfig extends Retention {
  readonly tableName: string;
  readonly outboxQueueUrl: string;
  readonly dynamodb: AwsService;
  readonly sqs: AwsService;
}

export interface SenderConfig extends LanesConfig {
  readonly tokensPath: string;
  readonly providerUrls: ProviderUrls;
  readonly ssm: AwsService;
}

export function loadLanesConfig(environment: NodeJS.ProcessEnv): LanesConfig {
  return readEnvironment<keyof LanesEnvironment | RuntimeVariable, LanesConfig>(
    environment,
    (read) => {
      const service = serviceReader(read);
      return {
        tableName: read.text('TABLE_NAME'),
        outboxQueueUrl: read.url('OUTBOX_QUEUE_URL'),
        retentionDays: read.count('RETENTION_DAYS', MIN_RETENTION_DAYS),
        channelRetentionDays: readChannelDays(read.optionalText('CHANNEL_RETENTION_DAYS')),
        dynamodb: service('dynamodb'),
        sqs: service('sqs'),
      };
    },
  );
}

export function loadSenderConfig(environment: NodeJS.ProcessEnv): SenderConfig {
  const own = readEnvironment<
    keyof SenderEnvironment | RuntimeVariable | ProviderVariable,
    Omit<SenderConfig, keyof LanesConfig>
  >(environment, (read) => ({
    tokensPath: read.text('TOKENS_PATH'),
    providerUrls: readProviderUrls(read),
    ssm: serviceReader(read)('ssm'),
  }));
  return { ...loadLanesConfig(environment), ...own };
}
