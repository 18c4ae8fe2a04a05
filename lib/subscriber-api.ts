import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { deliveriesPartition, SUBSCRIBERS_PARTITION } from '../lambda/adapters/table-rows.ts';
import type { SubscribersEnvironment } from '../lambda/subscribers/config.ts';
import { allow, allowOnRows } from './allow.ts';
import type { EventTable } from './event-table.ts';
import type { HttpFront } from './http-front.ts';
import type { OrderedQueue } from './ordered-queue.ts';
import { ServiceFunction } from './service-function.ts';
import type { SigningKey } from './signing-key.ts';
import type { Stage } from './stage.ts';

const ALL = '/v1/subscribers';
const ONE = `${ALL}/{id}`;

const ROUTES: Readonly<Record<string, HttpMethod[]>> = {
  [ALL]: [HttpMethod.GET, HttpMethod.POST],
  [ONE]: [HttpMethod.GET, HttpMethod.PATCH, HttpMethod.DELETE],
  [`${ONE}/test`]: [HttpMethod.POST],
  [`${ONE}/deliveries`]: [HttpMethod.GET],
  [`${ONE}/pause`]: [HttpMethod.POST],
  [`${ONE}/resume`]: [HttpMethod.POST],
  // A path of its own, so that a policy can let somebody manage subscribers without their secrets.
  [`${ONE}/secret`]: [HttpMethod.GET],
  [`${ONE}/rotate-secret`]: [HttpMethod.POST],
};

export interface SubscriberApiProps {
  readonly stage: Stage;
  readonly front: HttpFront;
  readonly table: EventTable;
  readonly signingKey: SigningKey;
  readonly deliveries: OrderedQueue;
}

/** Manages who receives events, for callers that IAM lets in. */
export class SubscriberApi extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: SubscriberApiProps) {
    super(scope, id);

    const { stage, front, table, signingKey, deliveries } = props;
    this.function = new ServiceFunction(this, 'Subscribers', {
      name: 'subscribers',
      description: 'Manages who receives events',
      stage,
      // As for the read API: a person waits for a cold start.
      memorySize: 512,
      // HTTP APIs give up after 30 s.
      timeout: Duration.seconds(29),
      environment: {
        TABLE_NAME: table.table.tableName,
        SIGNING_KEY_ARN: signingKey.secret.secretArn,
        DELIVERIES_QUEUE_URL: deliveries.queue.queueUrl,
      } satisfies SubscribersEnvironment,
    }).function;

    front.addIamRoutes('Subscribers', this.function, ROUTES);

    // Nothing of what was said with anybody.
    allowOnRows(this.function, table.table, {
      'dynamodb:GetItem': [SUBSCRIBERS_PARTITION],
      'dynamodb:PutItem': [SUBSCRIBERS_PARTITION],
      'dynamodb:UpdateItem': [SUBSCRIBERS_PARTITION],
      'dynamodb:DeleteItem': [SUBSCRIBERS_PARTITION],
      'dynamodb:Query': [SUBSCRIBERS_PARTITION, deliveriesPartition('*')],
    });
    allow(this.function, ['sqs:SendMessage'], [deliveries.queue.queueArn]);
    signingKey.grantRead(this.function);
  }
}
