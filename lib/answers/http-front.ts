import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  type HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Stage } from '../stage.ts';
import { CustomDomain } from './custom-domain.ts';

/** No path (it holds phone numbers and path tokens), no address, no caller. */
const ACCESS_LOG_FORMAT = {
  time: '$context.requestTime',
  requestId: '$context.requestId',
  routeKey: '$context.routeKey',
  status: '$context.status',
  errorType: '$context.error.responseType',
  integrationStatus: '$context.integration.integrationStatus',
  integrationLatencyMs: '$context.integration.latency',
  responseLatencyMs: '$context.responseLatency',
  responseLength: '$context.responseLength',
};

export interface HttpFrontProps {
  readonly stage: Stage;
}

/** The one door: an HTTP API without a default route, throttled, under a domain name if there is one. */
export class HttpFront extends Construct {
  readonly api: HttpApi;
  readonly httpStage: HttpStage;
  /** Without a slash at its end. */
  readonly url: string;
  readonly domain?: CustomDomain;

  constructor(scope: Construct, id: string, { stage }: HttpFrontProps) {
    super(scope, id);

    // The API's own address stays open beside a domain name: webhooks registered with it before
    // the name came would be lost, and both lead through the same signatures and authorization.
    this.api = new HttpApi(this, 'Api', {
      apiName: `Floodgate-${stage.name}`,
      createDefaultStage: false,
    });
    this.httpStage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: stage.requestsPerSecond, burstLimit: stage.requestBurst },
      ...(stage.accessLog && { accessLogSettings: this.accessLog(stage) }),
    });
    if (!stage.accessLog) {
      Validations.of(this.httpStage).acknowledge({
        id: 'AwsSolutions-APIG1',
        reason:
          'Off by stage data: the common path logs nothing, and metrics count what went wrong.',
      });
    }

    const { domain } = stage;
    this.url = domain === undefined ? this.api.apiEndpoint : `https://${domain.name}`;
    if (domain !== undefined) {
      this.domain = new CustomDomain(this, 'Domain', {
        domain,
        api: this.api,
        stage: this.httpStage,
      });
    }
  }

  /** Leads requests to a function, those of callers that IAM lets in. The id is the integration's. */
  addIamRoutes(
    id: string,
    handler: IFunction,
    routes: Readonly<Record<string, readonly HttpMethod[]>>,
  ): void {
    const integration = new HttpLambdaIntegration(id, handler);
    const authorizer = new HttpIamAuthorizer();
    for (const [path, methods] of Object.entries(routes)) {
      this.api.addRoutes({ path, methods: [...methods], integration, authorizer });
    }
  }

  private accessLog(stage: Stage) {
    const logGroup = new LogGroup(this, 'AccessLog', {
      retention: stage.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return {
      destination: new LogGroupLogDestination(logGroup),
      format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FORMAT)),
    };
  }
}
