import { Duration, Validations } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { IngestEnvironment } from '../../lambda/inbound/ingest/config.ts';
import type { HttpFront } from '../answers/http-front.ts';
import type { ProviderSecrets } from '../providers/provider-secrets.ts';
import { allow } from '../shared/allow.ts';
import { ServiceFunction } from '../shared/service-function.ts';
import type { Stage } from '../stage.ts';
import type { OverflowBucket } from '../table/overflow-bucket.ts';

const META_PATH = '/webhooks/meta';
const WASENDER_PATH = '/webhooks/wasender/{token}';

export interface InboundWebhookProps {
  readonly stage: Stage;
  readonly front: HttpFront;
  readonly inbox: IQueue;
  readonly overflow: OverflowBucket;
  readonly secrets: ProviderSecrets;
}

/** Takes the providers' webhooks and puts each of their events on the queue. */
export class InboundWebhook extends Construct {
  readonly function: IFunction;
  readonly metaUrl: string;
  /** With `<token>` where a session's path token goes. */
  readonly wasenderUrl: string;

  constructor(scope: Construct, id: string, props: InboundWebhookProps) {
    super(scope, id);

    const ingest = new ServiceFunction(this, 'Ingest', {
      folder: 'inbound/ingest',
      loadedLater: ['s3-payloads'],
      description: 'Proves the sender of a webhook, splits it into events, puts them on the queue',
      stage: props.stage,
      // By `npm run bench -- --only memory`: 1 ms of CPU a webhook on a whole vCPU (1,769 MB) is
      // 1 × 1,769 / 512 = 3.5 ms here. The first of a cold start takes 124 ms, here 430 ms; at 256 MB it
      // would take 0.9 s, and Meta wants an answer within one.
      memorySize: 512,
      // WasenderApi's webhooks are tried for 25 s; HTTP APIs give up after 30 s.
      timeout: Duration.seconds(29),
      environment: {
        INBOX_QUEUE_URL: props.inbox.queueUrl,
        OVERFLOW_BUCKET: props.overflow.bucket.bucketName,
        META_SECRET_ARN: props.secrets.meta.secretArn,
        WASENDER_SECRET_ARN: props.secrets.wasender.secretArn,
      } satisfies IngestEnvironment,
    });
    this.function = ingest.function;

    this.metaUrl = `${props.front.url}${META_PATH}`;
    this.wasenderUrl = `${props.front.url}${WASENDER_PATH.replace('{token}', '<token>')}`;
    this.addRoutes(props.front);

    allow(this.function, ['sqs:SendMessage'], [props.inbox.queueArn]);
    allow(
      this.function,
      ['secretsmanager:GetSecretValue'],
      [props.secrets.meta.secretArn, props.secrets.wasender.secretArn],
    );
    props.overflow.grantPut(ingest);
  }

  private addRoutes(front: HttpFront): void {
    const integration = new HttpLambdaIntegration('Ingest', this.function);
    const routes = {
      ...withSlash(META_PATH, [HttpMethod.GET, HttpMethod.POST]),
      ...withSlash(WASENDER_PATH, [HttpMethod.POST]),
      '/healthz': [HttpMethod.GET],
    };
    const open = Object.entries(routes).flatMap(([path, methods]) =>
      front.api.addRoutes({ path, methods, integration }),
    );
    for (const route of open) {
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'Providers cannot sign for AWS: the function checks their own signature or verify token; the health check tells nothing.',
      });
    }
  }
}

/**
 * A path with and without a slash at its end, as people register it. HTTP APIs refuse a route that ends
 * with one, and take nothing for a greedy parameter too; the function refuses what is more than that.
 */
function withSlash(path: string, methods: HttpMethod[]): Record<string, HttpMethod[]> {
  return { [path]: methods, [`${path}/{slash+}`]: methods };
}
