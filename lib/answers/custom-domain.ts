import { ApiMapping, DomainName, type HttpApi, type HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { Domain } from '../stage.ts';

export interface CustomDomainProps {
  readonly domain: Domain;
  readonly api: HttpApi;
  readonly stage: HttpStage;
}

/** Puts the API under a domain name, and points the name at it where Route 53 holds the zone. */
export class CustomDomain extends Construct {
  /** What a CNAME of the name must say, where another than Route 53 holds the zone. */
  readonly target: string;

  constructor(scope: Construct, id: string, { domain, api, stage }: CustomDomainProps) {
    super(scope, id);

    const domainName = new DomainName(this, 'DomainName', {
      domainName: domain.name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
    });
    new ApiMapping(this, 'Mapping', { api, domainName, stage });
    this.target = domainName.regionalDomainName;

    if (domain.hostedZone !== undefined) {
      new ARecord(this, 'Record', {
        zone: HostedZone.fromHostedZoneAttributes(this, 'Zone', domain.hostedZone),
        recordName: `${domain.name}.`,
        target: RecordTarget.fromAlias(
          new ApiGatewayv2DomainProperties(this.target, domainName.regionalHostedZoneId),
        ),
      });
    }
  }
}
