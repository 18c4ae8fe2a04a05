import { describe, expect, test } from 'vitest';
import { anApp, aTemplate, propertiesOf } from './synthesized.ts';

const development = aTemplate();
const production = aTemplate({ stage: 'production' });
const domain = {
  domainName: 'hooks.example.com',
  certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d',
  hostedZoneId: 'Z0123456789ABC',
  hostedZoneName: 'example.com',
};

/** Property by which a resource of the type takes a name that its owner chose. */
const PHYSICAL_NAMES: Record<string, string> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
};

describe('stack', () => {
  test.each([{}, { stage: 'production' }, { alarmEmail: 'oncall@example.com', ...domain }])(
    'passes the AWS Solutions checks with %j',
    (context) => {
      expect(() => anApp(context).synth()).not.toThrow();
    },
    60_000,
  );

  test('has the same resources in every stage that has the same options', () => {
    const withLog = aTemplate({ stage: 'production', accessLog: true, protectData: false });
    const typesById = (template: typeof development) =>
      Object.entries(template.toJSON()['Resources'] as Record<string, { Type: string }>)
        .map(([id, { Type }]) => `${id} ${Type}`)
        .toSorted();
    expect(typesById(withLog)).toEqual(typesById(development));
  });

  test('gives nothing a physical name, so that it can be replaced and deployed twice', () => {
    for (const [type, name] of Object.entries(PHYSICAL_NAMES)) {
      const named = Object.entries(propertiesOf(development, type)).filter(([, p]) => name in p);
      expect(named, type).toEqual([]);
    }
  });

  test('keeps table, bucket and secrets of production whatever happens to the stack', () => {
    const kept = ['AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket', 'AWS::SecretsManager::Secret'];
    for (const type of kept) {
      production.allResources(type, {
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      });
      development.allResources(type, { DeletionPolicy: 'Delete' });
    }
    expect(anApp({ stage: 'production' }).node.findChild('Floodgate')).toMatchObject({
      terminationProtection: true,
    });
  });

  test('empties its buckets when it is deleted, after all that writes to them, unless it protects them', () => {
    const emptied = Object.entries(development.findResources('Custom::EmptiedBucket'));
    const buckets = Object.keys(development.findResources('AWS::S3::Bucket'));
    expect(emptied.map(([, { Properties }]) => Properties.BucketName.Ref).toSorted()).toEqual(
      buckets.toSorted(),
    );
    const functions = Object.entries(development.findResources('AWS::Lambda::Function'));
    const dependenciesOf = (name: string): readonly string[] =>
      functions.find(([id]) => id.includes(name))?.[1]['DependsOn'] ?? [];
    const idOf = (bucket: string) => emptied.find(([id]) => id.includes(bucket))?.[0];
    for (const [writer, bucket] of [
      ...[['Ingest', 'Overflow'] as const, ['Archiver', 'Archive'] as const],
      ...[['Fetcher', 'Files'] as const, ['Router', 'Unrouted'] as const],
    ]) {
      expect(dependenciesOf(writer), writer).toContain(idOf(bucket));
    }
    for (const [, { DependsOn }] of emptied) {
      expect(DependsOn).toContainEqual(expect.stringMatching(/^EmptyingEmptierRoleDefaultPolicy/));
    }
    production.resourceCountIs('Custom::EmptiedBucket', 0);
  });

  test('leaves nothing of a first deployment that failed, but what refuses to be deleted', () => {
    const resources: Record<string, { Type: string; DeletionPolicy?: string }> =
      production.toJSON()['Resources'];
    const left = Object.values(resources).filter(({ DeletionPolicy: p }) => p === 'Retain');
    expect(left).toEqual([]);
  });

  test('shows what to register, fill in and look at', () => {
    expect(Object.keys(development.findOutputs('*'))).toEqual(
      expect.arrayContaining([
        'Version',
        'MetaWebhookUrl',
        'WasenderWebhookUrl',
        'ApiUrl',
        'DashboardUrl',
        'TableName',
        'MetaSecret',
        'WasenderSecret',
        'AddAppSecret',
        'AddWasenderSession',
        'ReadVerifyToken',
        'DeliveringRoles',
        'TenantsFunction',
        'ChannelsFunction',
        'CampaignsFunction',
        'MessagesFunction',
      ]),
    );
  });
});

describe('front', () => {
  test('has exactly the routes of the contract, and no default one', () => {
    const routes = Object.values(propertiesOf(development, 'AWS::ApiGatewayV2::Route')).map(
      (route) => `${route.AuthorizationType} ${route.RouteKey} -> ${route.Target}`,
    );
    const [ingest, api, tenants, channels, forget, campaigns, messages, subscribers] = Object.keys(
      propertiesOf(development, 'AWS::ApiGatewayV2::Integration'),
    );
    const one = '/v1/subscribers/{id}';
    const channel = '/v1/channels/{channel}';
    expect(routes.toSorted()).toEqual([
      `AWS_IAM DELETE /v1/campaigns/{campaign}/recipients/{key} -> integrations/<${campaigns}>`,
      `AWS_IAM DELETE ${channel} -> integrations/<${channels}>`,
      `AWS_IAM DELETE /v1/channels/{channel}/contacts/{contact} -> integrations/<${forget}>`,
      `AWS_IAM DELETE ${channel}/messages/{id} -> integrations/<${messages}>`,
      `AWS_IAM DELETE ${one} -> integrations/<${subscribers}>`,
      `AWS_IAM DELETE /v1/tenants/{principal+} -> integrations/<${tenants}>`,
      `AWS_IAM GET /v1/campaigns -> integrations/<${campaigns}>`,
      `AWS_IAM GET /v1/campaigns/{campaign} -> integrations/<${campaigns}>`,
      `AWS_IAM GET /v1/campaigns/{campaign}/exports/{export} -> integrations/<${campaigns}>`,
      `AWS_IAM GET /v1/campaigns/{campaign}/recipients/{key} -> integrations/<${campaigns}>`,
      `AWS_IAM GET /v1/channels -> integrations/<${channels}>`,
      `AWS_IAM GET ${channel} -> integrations/<${channels}>`,
      `AWS_IAM GET /v1/channels/{channel}/contacts/{contact} -> integrations/<${api}>`,
      `AWS_IAM GET /v1/channels/{channel}/contacts/{contact}/media/{wamid+} -> integrations/<${api}>`,
      `AWS_IAM GET /v1/channels/{channel}/contacts/{contact}/timeline -> integrations/<${api}>`,
      `AWS_IAM GET /v1/channels/{channel}/messages/{wamid+} -> integrations/<${api}>`,
      `AWS_IAM GET ${channel}/outgoing -> integrations/<${messages}>`,
      `AWS_IAM GET /v1/subscribers -> integrations/<${subscribers}>`,
      `AWS_IAM GET ${one} -> integrations/<${subscribers}>`,
      `AWS_IAM GET ${one}/deliveries -> integrations/<${subscribers}>`,
      `AWS_IAM GET ${one}/deliveries/{event} -> integrations/<${subscribers}>`,
      `AWS_IAM GET ${one}/secret -> integrations/<${subscribers}>`,
      `AWS_IAM GET /v1/tenants -> integrations/<${tenants}>`,
      `AWS_IAM PATCH /v1/campaigns/{campaign} -> integrations/<${campaigns}>`,
      `AWS_IAM PATCH ${channel} -> integrations/<${channels}>`,
      `AWS_IAM PATCH ${one} -> integrations/<${subscribers}>`,
      `AWS_IAM POST /v1/campaigns -> integrations/<${campaigns}>`,
      `AWS_IAM POST /v1/campaigns/{campaign}/cancel -> integrations/<${campaigns}>`,
      `AWS_IAM POST /v1/campaigns/{campaign}/check -> integrations/<${campaigns}>`,
      `AWS_IAM POST /v1/campaigns/{campaign}/export -> integrations/<${campaigns}>`,
      `AWS_IAM POST /v1/campaigns/{campaign}/pause -> integrations/<${campaigns}>`,
      `AWS_IAM POST /v1/campaigns/{campaign}/recipients -> integrations/<${campaigns}>`,
      `AWS_IAM POST /v1/campaigns/{campaign}/resume -> integrations/<${campaigns}>`,
      `AWS_IAM POST /v1/campaigns/{campaign}/retry-failed -> integrations/<${campaigns}>`,
      `AWS_IAM POST /v1/campaigns/{campaign}/start -> integrations/<${campaigns}>`,
      `AWS_IAM POST /v1/campaigns/{campaign}/test -> integrations/<${campaigns}>`,
      `AWS_IAM POST /v1/campaigns/{campaign}/upload -> integrations/<${campaigns}>`,
      `AWS_IAM POST /v1/channels -> integrations/<${channels}>`,
      `AWS_IAM POST ${channel}/check -> integrations/<${channels}>`,
      `AWS_IAM POST ${channel}/messages -> integrations/<${messages}>`,
      `AWS_IAM POST ${channel}/messages/{id}/resolve -> integrations/<${messages}>`,
      `AWS_IAM POST ${channel}/pause -> integrations/<${channels}>`,
      `AWS_IAM POST ${channel}/resume -> integrations/<${channels}>`,
      `AWS_IAM POST /v1/subscribers -> integrations/<${subscribers}>`,
      `AWS_IAM POST ${one}/drops -> integrations/<${subscribers}>`,
      `AWS_IAM POST ${one}/listening -> integrations/<${subscribers}>`,
      `AWS_IAM POST ${one}/pause -> integrations/<${subscribers}>`,
      `AWS_IAM POST ${one}/resume -> integrations/<${subscribers}>`,
      `AWS_IAM POST ${one}/rotate-secret -> integrations/<${subscribers}>`,
      `AWS_IAM POST ${one}/test -> integrations/<${subscribers}>`,
      `AWS_IAM PUT /v1/tenants/{principal+} -> integrations/<${tenants}>`,
      `NONE GET /healthz -> integrations/<${ingest}>`,
      `NONE GET /webhooks/meta -> integrations/<${ingest}>`,
      `NONE GET /webhooks/meta/{slash+} -> integrations/<${ingest}>`,
      `NONE POST /webhooks/meta -> integrations/<${ingest}>`,
      `NONE POST /webhooks/meta/{slash+} -> integrations/<${ingest}>`,
      `NONE POST /webhooks/wasender/{token} -> integrations/<${ingest}>`,
      `NONE POST /webhooks/wasender/{token}/{slash+} -> integrations/<${ingest}>`,
    ]);
  });

  test('throttles by stage data', () => {
    development.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 5_000, ThrottlingBurstLimit: 5_000 },
    });
    aTemplate({ requestsPerSecond: 100, requestBurst: 200 }).hasResourceProperties(
      'AWS::ApiGatewayV2::Stage',
      { DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 } },
    );
  });

  test('logs no path, address, caller or query', () => {
    const [stage] = Object.values(propertiesOf(development, 'AWS::ApiGatewayV2::Stage'));
    const logged = Object.values(JSON.parse(stage.AccessLogSettings.Format));
    expect(logged).toContain('$context.routeKey');
    expect(logged.join(' ')).not.toMatch(/path|identity|sourceIp|authorizer|querystring|domain/i);
  });

  test('writes no access log where the stage says so', () => {
    const [stage] = Object.values(propertiesOf(production, 'AWS::ApiGatewayV2::Stage'));
    expect(stage).not.toHaveProperty('AccessLogSettings');
  });

  test('stands under a domain name, and stays at its own address for webhooks registered there', () => {
    const template = aTemplate(domain);
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: domain.domainName,
    });
    template.hasResourceProperties('AWS::Route53::RecordSet', { Name: 'hooks.example.com.' });
    template.hasOutput('MetaWebhookUrl', { Value: 'https://hooks.example.com/webhooks/meta' });
    const [api] = Object.values(propertiesOf(template, 'AWS::ApiGatewayV2::Api'));
    expect(api).not.toHaveProperty('DisableExecuteApiEndpoint', true);
  });
});
