import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import type { CampaignsEnvironment } from '../../lambda/sending/campaigns/config.ts';
import {
  CAMPAIGN_PREFIX,
  CAMPAIGNS_PARTITION,
  CHANNELS_PARTITION,
  DUE_PREFIX,
  LANES_PARTITION,
  NAMES_PREFIX,
  OPT_OUTS_PREFIX,
  OUTGOING_PREFIX,
  outboxPartition,
  TENANTS_PARTITION,
  TRIGGERED_PREFIX,
} from '../../lambda/table/keys.ts';
import { ApiFunction, type ApiProps } from '../answers/api-function.ts';
import { allow, allowOnRows } from '../shared/allow.ts';
import type { Campaigns } from './campaigns.ts';
import { type Sending, sendersOf, sendingVariables } from './sending-variables.ts';

const ALL = '/v1/campaigns';
const ONE = `${ALL}/{campaign}`;
const ACTIONS = [
  ...['upload', 'check', 'test', 'start', 'pause', 'resume', 'cancel', 'export'],
  'retry-failed',
];

const ROUTES: Readonly<Record<string, HttpMethod[]>> = {
  [ALL]: [HttpMethod.GET, HttpMethod.POST],
  [ONE]: [HttpMethod.GET, HttpMethod.PATCH],
  [`${ONE}/exports/{export}`]: [HttpMethod.GET],
  [`${ONE}/recipients`]: [HttpMethod.POST],
  [`${ONE}/recipients/{key}`]: [HttpMethod.GET, HttpMethod.DELETE],
  ...Object.fromEntries(ACTIONS.map((action) => [`${ONE}/${action}`, [HttpMethod.POST]])),
};

export interface CampaignsApiProps extends ApiProps, Sending {
  readonly campaigns: Campaigns;
}

/** Manages campaigns, for callers that IAM lets in. It reads no token, and asks no provider. */
export class CampaignsApi extends ApiFunction {
  constructor(scope: Construct, id: string, { front, campaigns, ...sending }: CampaignsApiProps) {
    const { stage, table, outbox } = sending;
    const { checks, files } = campaigns;
    const { enabled, most } = sendersOf(stage);
    super(scope, id, {
      ...{ stage, front, functionId: 'Campaigns', folder: 'sending/campaigns', routes: ROUTES },
      description: 'Manages campaigns: who gets what, when, and whether it goes on',
      environment: {
        ...sendingVariables(sending),
        SENDER_MAXIMUM_CONCURRENCY: String(enabled ? most : 0),
        CHECKS_QUEUE_URL: checks.queue.queueUrl,
        CAMPAIGNS_BUCKET: files.bucketName,
      } satisfies CampaignsEnvironment,
    });

    // Of contacts what they chose: a test is a template, which no customer service window holds back.
    const [ours, names, contacts] = [`${CAMPAIGN_PREFIX}*`, `${NAMES_PREFIX}*`, 'contact.*'];
    const [triggered, due] = [`${TRIGGERED_PREFIX}*`, `${DUE_PREFIX}*`];
    const [messages, lanes] = [`${OUTGOING_PREFIX}*`, outboxPartition('*', '*')];
    allowOnRows(this.function, table.table, {
      'dynamodb:GetItem': [
        ...[CAMPAIGNS_PARTITION, CHANNELS_PARTITION, LANES_PARTITION, ours, triggered],
      ],
      // Also the numbers of who is put into one, and that somebody is taken out.
      'dynamodb:UpdateItem': [CAMPAIGNS_PARTITION, ours, triggered],
      // A campaign, its marks in lanes, the message of a test, and who is put into one.
      'dynamodb:PutItem': [CAMPAIGNS_PARTITION, lanes, messages, triggered, due],
      'dynamodb:Query': [CAMPAIGNS_PARTITION, TENANTS_PARTITION, ours, messages, contacts, names],
      'dynamodb:BatchGetItem': [names, `${OPT_OUTS_PREFIX}*`],
    });
    allowOnRows(this.function, { tableArn: table.timelineArn }, { 'dynamodb:Query': [names] });
    allow(this.function, ['sqs:SendMessage'], [outbox.queue.queueArn, checks.queue.queueArn]);
    const { grantee } = this;
    const reason =
      'Signs for who puts up the recipients of any campaign, and looks whether they are.';
    files.allowUnder(grantee, 's3:PutObject', 'uploads', reason);
    files.allowUnder(grantee, 's3:GetObject', 'uploads', reason);
    files.allowUnder(
      grantee,
      's3:GetObject',
      'campaigns',
      'Links to what checks refused, and to exports.',
    );
    // Or S3 would call a file that is not there forbidden.
    allow(this.function, ['s3:ListBucket'], [files.bucketArn]);
  }
}
