import { Stack, Validations } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { SubscribersEnvironment } from '../../lambda/delivery/subscribers/config.ts';
import {
  deliveriesPartition,
  limitsPartition,
  NAMES_PREFIX,
  RECORDS_PARTITION,
  SUBSCRIBERS_PARTITION,
  waitingPartition,
} from '../../lambda/table/keys.ts';
import { ApiFunction, type ApiProps } from '../answers/api-function.ts';
import { allow, allowOnRows } from '../shared/allow.ts';
import { TENANCY } from '../shared/tenancy.ts';
import type { Stage } from '../stage.ts';
import type { EventTable } from '../table/event-table.ts';
import { LISTEN_QUEUES } from './listen-queues.ts';
import type { SigningKey } from './signing-key.ts';
import type { SubscriberQueues } from './subscriber-queues.ts';

const WAITING = waitingPartition('*');
const NAMES = `${NAMES_PREFIX}*`;

const ALL = '/v1/subscribers';
const ONE = `${ALL}/{id}`;

const ROUTES: Readonly<Record<string, HttpMethod[]>> = {
  [ALL]: [HttpMethod.GET, HttpMethod.POST],
  [ONE]: [HttpMethod.GET, HttpMethod.PATCH, HttpMethod.DELETE],
  [`${ONE}/test`]: [HttpMethod.POST],
  [`${ONE}/deliveries`]: [HttpMethod.GET],
  [`${ONE}/deliveries/{event}`]: [HttpMethod.GET],
  [`${ONE}/drops`]: [HttpMethod.POST],
  [`${ONE}/listening`]: [HttpMethod.POST],
  [`${ONE}/pause`]: [HttpMethod.POST],
  [`${ONE}/resume`]: [HttpMethod.POST],
  // A path of its own, so that a policy can let somebody manage subscribers without their secrets.
  [`${ONE}/secret`]: [HttpMethod.GET],
  [`${ONE}/rotate-secret`]: [HttpMethod.POST],
};

export interface SubscriberApiProps extends ApiProps {
  readonly table: EventTable;
  readonly signingKey: SigningKey;
  readonly queues: SubscriberQueues;
  readonly deliverer: IFunction;
}

/** Manages who receives events, for callers that IAM lets in. */
export class SubscriberApi extends ApiFunction {
  constructor(scope: Construct, id: string, props: SubscriberApiProps) {
    const { stage, front, table, signingKey, queues, deliverer } = props;
    super(scope, id, {
      ...{ stage, front, functionId: 'Subscribers', folder: 'delivery/subscribers' },
      description: 'Manages who receives events',
      routes: ROUTES,
      environment: {
        TABLE_NAME: table.table.tableName,
        SIGNING_KEY_ARN: signingKey.secret.secretArn,
        ...queues.environment(deliverer),
      } satisfies SubscribersEnvironment,
    });

    // Nothing of what was said with anybody: of contacts their names alone.
    allowOnRows(this.function, table.table, {
      'dynamodb:GetItem': [SUBSCRIBERS_PARTITION],
      'dynamodb:PutItem': [SUBSCRIBERS_PARTITION, WAITING, RECORDS_PARTITION],
      'dynamodb:UpdateItem': [SUBSCRIBERS_PARTITION],
      'dynamodb:DeleteItem': [SUBSCRIBERS_PARTITION, WAITING, limitsPartition('*')],
      'dynamodb:Query': [
        ...[SUBSCRIBERS_PARTITION, deliveriesPartition('*'), WAITING, NAMES],
        ...TENANCY,
      ],
      'dynamodb:BatchGetItem': [NAMES],
    });
    allowOnRows(this.function, { tableArn: table.timelineArn }, { 'dynamodb:Query': [NAMES] });
    queues.allow(this.grantee, [
      ...(['sqs:CreateQueue', 'sqs:DeleteQueue'] as const),
      ...(['sqs:GetQueueAttributes', 'sqs:SendMessage'] as const),
    ]);
    queues.allowMapping(this.grantee, deliverer);
    this.allowLooking(stage);
    signingKey.grantRead(this.function);
  }

  /** Whoever names a queue is told at once where it is not there, or not to be sent to. */
  private allowLooking({ subscriberQueueArns = [] }: Stage): void {
    const anyName = `${LISTEN_QUEUES}*`;
    const listening = Stack.of(this).formatArn({ service: 'sqs', resource: anyName });
    allow(this.function, ['sqs:GetQueueAttributes'], [listening, ...subscriberQueueArns]);
    Validations.of(this.grantee).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:${anyName}]`,
      reason: 'A developer who listens makes up the name of the queue.',
    });
  }
}
