import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  DomainName,
  HttpApi,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { Stage } from './stage.ts';

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

  constructor(scope: Construct, id: string, { stage }: HttpFrontProps) {
    super(scope, id);

    // The API's own address stays open beside a domain name: webhooks registered with it before
    // the name came would be lost, and both lead through the same signatures and authorization.
    this.api = new HttpApi(this, 'Api', { createDefaultStage: false });
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
          'Off by stage data: a line a webhook costs as much as the request, and metrics count what went wrong.',
      });
    }
    this.url =
      stage.domainName === undefined ? this.api.apiEndpoint : this.domain(stage, stage.domainName);
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

  private domain(stage: Stage, name: string): string {
    if (stage.certificateArn === undefined) throw new Error(`no certificate for ${name}`);
    const domainName = new DomainName(this, 'DomainName', {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', stage.certificateArn),
    });
    new ApiMapping(this, 'Mapping', { api: this.api, domainName, stage: this.httpStage });
    if (stage.hostedZoneId !== undefined && stage.hostedZoneName !== undefined) {
      new ARecord(this, 'Record', {
        zone: HostedZone.fromHostedZoneAttributes(this, 'Zone', {
          hostedZoneId: stage.hostedZoneId,
          zoneName: stage.hostedZoneName,
        }),
        recordName: `${name}.`,
        target: RecordTarget.fromAlias(
          new ApiGatewayv2DomainProperties(
            domainName.regionalDomainName,
            domainName.regionalHostedZoneId,
          ),
        ),
      });
    }
    return `https://${name}`;
  }
}
