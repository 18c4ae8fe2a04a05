import { Duration } from 'aws-cdk-lib';
import { CustomWidget, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  CAMPAIGN_PREFIX,
  CAMPAIGNS_PARTITION,
  CHANNELS_PARTITION,
} from '../../lambda/table/keys.ts';
import type { WidgetsEnvironment } from '../../lambda/widgets/config.ts';
import type { WidgetView } from '../../lambda/widgets/request.ts';
import { allow, allowOnRows } from '../shared/allow.ts';
import { ServiceFunction } from '../shared/service-function.ts';
import type { WatchedPath } from './watched-path.ts';

const TITLES = {
  campaigns: 'Campaigns',
  channels: 'Channels that need somebody',
  letters: 'Oldest dead letters',
} as const satisfies Record<WidgetView, string>;

/** Draws on the dashboard what metrics cannot show. */
export class Widgets extends Construct {
  readonly all: readonly IWidget[];

  constructor(scope: Construct, id: string, { path }: { readonly path: WatchedPath }) {
    super(scope, id);

    const { stage, table } = path;
    const queues: Readonly<Record<string, IQueue>> = {
      inbox: path.inbox.deadLetterQueue,
      mediaJobs: path.media.jobs.deadLetterQueue,
      campaignsChecks: path.campaigns.checks.deadLetterQueue,
      deliveries: path.deliveries.deadLetterQueue,
    };
    const urls = Object.entries(queues).map(([name, { queueUrl }]) => [name, queueUrl]);
    const { function: drawer } = new ServiceFunction(this, 'Drawer', {
      folder: 'widgets',
      description: 'Draws campaigns, channels and dead letters on the dashboard',
      stage,
      memorySize: 256,
      timeout: Duration.seconds(15),
      environment: {
        TABLE_NAME: table.table.tableName,
        DEAD_LETTER_QUEUES: JSON.stringify(Object.fromEntries(urls)),
      } satisfies WidgetsEnvironment,
    });
    allowOnRows(drawer, table.table, {
      'dynamodb:Query': [CAMPAIGNS_PARTITION, `${CAMPAIGN_PREFIX}*`, CHANNELS_PARTITION],
    });
    const arns = Object.values(queues).map(({ queueArn }) => queueArn);
    // It cannot delete what it receives, and has all of it there again at once.
    allow(drawer, ['sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], arns);

    this.all = (['campaigns', 'channels', 'letters'] as const).map(
      (view) =>
        new CustomWidget({
          ...{ title: TITLES[view], functionArn: drawer.functionArn, params: { view } },
          ...{ width: 8, height: 6, updateOnTimeRangeChange: false },
        }),
    );
  }
}
