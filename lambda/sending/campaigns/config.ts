import { configReader, type Read } from '../../shared/aws/service.ts';
import { loadMessagesConfig, type MessagesEnvironment } from '../config.ts';

/** What the construct must set on the function. */
export interface CampaignsEnvironment extends MessagesEnvironment {
  readonly CHECKS_QUEUE_URL: string;
  readonly CAMPAIGNS_BUCKET: string;
}

const loadOwn = configReader((read: Read<CampaignsEnvironment>, service) => ({
  checksQueueUrl: read.url('CHECKS_QUEUE_URL'),
  campaignsBucket: read.text('CAMPAIGNS_BUCKET'),
  s3: service('s3'),
}));

export function loadCampaignsConfig(environment: NodeJS.ProcessEnv) {
  return { ...loadMessagesConfig(environment), ...loadOwn(environment) };
}
