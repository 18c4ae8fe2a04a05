import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { aTemplate, propertiesOf } from './synthesized.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: unknown;
}

const template = aTemplate();
const policies = propertiesOf(template, 'AWS::IAM::Policy');
const bucket = '<OverflowBucket.Arn>/payloads/*';
const archived = ['aws/lambda', 'events', 'unreadable'].map(
  (keys) => `<ArchiveBucket.Arn>/${keys}/*`,
);
const unrouted = ['<RoutingUnrouted.Arn>/aws/lambda/*', '<RoutingUnrouted.Arn>/unrouted/*'];
const files = '<MediaFiles.Arn>/media/*';
const emptied = [
  'ArchiveBucket',
  'CampaignsFiles',
  'MediaFiles',
  'OverflowBucket',
  'RoutingUnrouted',
];
const listening = 'arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:Floodgate-listen-*';
const logs = (of: string) => `logs:CreateLogStream logs:PutLogEvents on <${of}Logs.Arn>`;

/** A line a statement; one that is about some partitions of the table says which. */
function rightsOf(role: string): string[] {
  const statements: Statement[] = policies[`${role}RoleDefaultPolicy`].PolicyDocument.Statement;
  return statements.map(({ Action, Resource, Condition }) => {
    const right = [[Action].flat().toSorted().join(' '), [Resource].flat().join(' ')].join(' on ');
    return Condition === undefined ? right : `${right} ${narrowingOf(Condition)}`;
  });
}

const narrowed = z.union([
  z.strictObject({
    'ForAllValues:StringLike': z.strictObject({ 'dynamodb:LeadingKeys': z.array(z.string()) }),
  }),
  z.strictObject({ ArnEquals: z.strictObject({ 'lambda:FunctionArn': z.string() }) }),
]);

function narrowingOf(condition: unknown): string {
  const found = narrowed.parse(condition);
  return 'ArnEquals' in found
    ? `of ${found.ArnEquals['lambda:FunctionArn']}`
    : `in ${found['ForAllValues:StringLike']['dynamodb:LeadingKeys'].join(' ')}`;
}

const ofSubscribers =
  'arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:Floodgatedevelopment-Subscribers-74D2AE3E-*';
const mapping = [
  'lambda:ListEventSourceMappings on *',
  'lambda:CreateEventSourceMapping lambda:DeleteEventSourceMapping lambda:UpdateEventSourceMapping on * of <DeliveryDelivererFunction.Arn>',
];

const [, changing] = mapping;
const mappingAndQueues = ['lambda:ListEventSourceMappings sqs:ListQueues on *', changing];

const tokens =
  'arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/floodgate/development/channels/*';

describe('rights', () => {
  test('of the sender are to read wakes, channels and what waits, to claim it, to have steps begin, and to read tokens', () => {
    expect(rightsOf('SendingSender')).toEqual([
      logs('SendingSender'),
      'sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on <OutboxQueue.Arn>',
      'dynamodb:GetItem on <EventsTable.Arn> in channels outgoing.* lanes campaigns triggered.*',
      'dynamodb:Query on <EventsTable.Arn> in outbox.*.* outgoing.* campaign.* campaigns channels due.*',
      'dynamodb:BatchGetItem on <EventsTable.Arn> in optouts.* outgoing.* triggered.*',
      'dynamodb:PutItem on <EventsTable.Arn> in outgoing.* outbox.*.* message.* due.*',
      'dynamodb:UpdateItem on <EventsTable.Arn> in outgoing.* campaign.* channels campaigns triggered.*',
      'dynamodb:DeleteItem on <EventsTable.Arn> in outbox.*.* due.*',
      'sqs:SendMessage on <CampaignsChecksQueue.Arn>',
      's3:GetObject on <CampaignsFiles.Arn>/campaigns/*',
      's3:ListBucket on <CampaignsFiles.Arn>',
      `ssm:GetParameter on ${tokens}`,
    ]);
    const reading = ['SendingSender', 'CampaignsChecker'];
    const others = Object.entries(policies).filter(
      ([id]) => !reading.some((one) => id.startsWith(one)),
    );
    expect(JSON.stringify(others)).not.toContain('ssm:');
  });

  test('of who draws widgets are to read campaigns and channels, and to look into dead letters that stay', () => {
    const queues = ['CampaignsChecks', 'Deliveries', 'Inbox', 'MediaJobs'];
    expect(rightsOf('FloodgateWidgetsDrawer')).toEqual([
      logs('FloodgateWidgetsDrawer'),
      'dynamodb:Query on <EventsTable.Arn> in campaigns campaign.* channels',
      `sqs:GetQueueAttributes sqs:ReceiveMessage on ${queues.map((one) => `<${one}DeadLetterQueue.Arn>`).join(' ')}`,
    ]);
  });

  test('of the checker are to read a campaign, its file, who is left out and what failed, to write parts and what it found, to wake lanes, and to read tokens', () => {
    expect(rightsOf('CampaignsChecker')).toEqual([
      logs('CampaignsChecker'),
      'sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on <CampaignsChecksQueue.Arn>',
      'dynamodb:GetItem on <EventsTable.Arn> in campaigns channels',
      'dynamodb:UpdateItem on <EventsTable.Arn> in campaigns',
      'dynamodb:Query on <EventsTable.Arn> in campaign.* optouts.* names.* triggered.*',
      'dynamodb:BatchGetItem on <EventsTable.Arn> in names.* outgoing.*',
      'dynamodb:PutItem on <EventsTable.Arn> in campaign.* outbox.*.*',
      'dynamodb:DeleteItem on <EventsTable.Arn> in campaign.*',
      'dynamodb:Query on <EventsTable.Arn>/index/timeline in names.*',
      'sqs:SendMessage on <OutboxQueue.Arn>',
      's3:GetObject on <CampaignsFiles.Arn>/campaigns/* <CampaignsFiles.Arn>/uploads/*',
      's3:ListBucket on <CampaignsFiles.Arn>',
      's3:AbortMultipartUpload s3:PutObject on <CampaignsFiles.Arn>/campaigns/*',
      `ssm:GetParameter on ${tokens}`,
    ]);
  });

  test('of the ticker are to read what waits, to wake lanes, and to end and settle messages', () => {
    expect(rightsOf('TickingTicker')).toEqual([
      logs('TickingTicker'),
      'sqs:SendMessage on <OutboxQueue.Arn>',
      'dynamodb:Query on <EventsTable.Arn> in channels lanes outbox.*.* outgoing.* names.* campaigns campaign.* due.*',
      'dynamodb:GetItem on <EventsTable.Arn> in outgoing.*',
      'dynamodb:BatchGetItem on <EventsTable.Arn> in contact.* names.* message.* outgoing.*',
      'dynamodb:PutItem on <EventsTable.Arn> in outgoing.* outbox.*.* message.*',
      'dynamodb:UpdateItem on <EventsTable.Arn> in outgoing.* lanes',
      'dynamodb:DeleteItem on <EventsTable.Arn> in outbox.*.*',
      'dynamodb:Query on <EventsTable.Arn>/index/byTime in contact.*',
      'dynamodb:Query on <EventsTable.Arn>/index/timeline in contact.* names.*',
    ]);
  });

  test('of ingest are to queue, to put payloads and to read the two secrets', () => {
    expect(rightsOf('InboundIngest')).toEqual([
      logs('InboundIngest'),
      'sqs:SendMessage on <InboxQueue.Arn>',
      'secretsmanager:GetSecretValue on <SecretsMeta> <SecretsWasender>',
      `s3:PutObject on ${bucket}`,
    ]);
  });

  test('of the processor are to read the inbox, to dead-letter, to write rows, and to see whether one is there', () => {
    expect(rightsOf('StorageProcessor')).toEqual([
      logs('StorageProcessor'),
      'sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on <InboxQueue.Arn>',
      'sqs:SendMessage on <InboxDeadLetterQueue.Arn>',
      'dynamodb:BatchGetItem dynamodb:PutItem dynamodb:UpdateItem on <EventsTable.Arn>',
      'dynamodb:Query on <EventsTable.Arn>/index/timeline',
      'dynamodb:GetItem on <EventsTable.Arn> in channels',
    ]);
  });

  test('of the read API are to read rows, indexes and payloads', () => {
    expect(rightsOf('ReadApi')).toEqual([
      logs('ReadApi'),
      'dynamodb:BatchGetItem on <EventsTable.Arn>',
      'dynamodb:Query on <EventsTable.Arn> <EventsTable.Arn>/index/byTime <EventsTable.Arn>/index/timeline',
      `s3:GetObject on ${files} ${bucket}`,
      's3:ListBucket on <OverflowBucket.Arn>',
    ]);
  });

  test('of forgetting are to find rows, to empty them, to delete payloads, to say who is to be forgotten, and to let nothing out to them', () => {
    expect(rightsOf('ForgettingForget')).toEqual([
      logs('ForgettingForget'),
      'dynamodb:BatchGetItem dynamodb:UpdateItem on <EventsTable.Arn>',
      'dynamodb:Query on <EventsTable.Arn> <EventsTable.Arn>/index/byTime <EventsTable.Arn>/index/timeline',
      'dynamodb:PutItem on <EventsTable.Arn> in forgettings outgoing.*',
      'dynamodb:GetItem on <EventsTable.Arn> in channels campaigns outgoing.*',
      'dynamodb:DeleteItem on <EventsTable.Arn> in outbox.*.* due.*',
      's3:AbortMultipartUpload s3:DeleteObject s3:GetObject s3:PutObject on <CampaignsFiles.Arn>/campaigns/*',
      's3:ListBucket on <CampaignsFiles.Arn>',
      `s3:DeleteObject on ${files} ${bucket}`,
    ]);
  });

  test('of the management of channels are to read and write those, and to learn that something waits', () => {
    expect(rightsOf('ChannelsApiChannels')).toEqual([
      logs('ChannelsApiChannels'),
      'dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem on <EventsTable.Arn> in channels',
      'dynamodb:Query on <EventsTable.Arn> in channels outbox.*.* tenants',
    ]);
  });

  test('of the management of tenants are to read whose callers are, and to say so', () => {
    expect(rightsOf('TenantsApiTenants')).toEqual([
      logs('TenantsApiTenants'),
      'dynamodb:DeleteItem dynamodb:PutItem dynamodb:Query on <EventsTable.Arn> in tenants',
    ]);
  });

  test('of who takes messages are to keep them, to read whom they go to, and to wake lanes', () => {
    expect(rightsOf('MessagesApiMessages')).toEqual([
      logs('MessagesApiMessages'),
      'dynamodb:GetItem on <EventsTable.Arn> in channels lanes outgoing.*',
      'dynamodb:PutItem on <EventsTable.Arn> in outgoing.* outbox.*.*',
      'dynamodb:UpdateItem on <EventsTable.Arn> in outgoing.*',
      'dynamodb:DeleteItem on <EventsTable.Arn> in outbox.*.*',
      'dynamodb:Query on <EventsTable.Arn> in outgoing.* outbox.*.* contact.* names.* tenants',
      'dynamodb:BatchGetItem on <EventsTable.Arn> in contact.* names.* optouts.*',
      'dynamodb:Query on <EventsTable.Arn>/index/byTime in contact.*',
      'dynamodb:Query on <EventsTable.Arn>/index/timeline in names.*',
      'sqs:SendMessage on <OutboxQueue.Arn>',
    ]);
  });

  test('of who manages campaigns are to keep them, to link to their files, to have them checked, and to wake lanes', () => {
    expect(rightsOf('CampaignsApiCampaigns')).toEqual([
      logs('CampaignsApiCampaigns'),
      'dynamodb:GetItem on <EventsTable.Arn> in campaigns channels lanes campaign.* triggered.*',
      'dynamodb:UpdateItem on <EventsTable.Arn> in campaigns campaign.* triggered.*',
      'dynamodb:PutItem on <EventsTable.Arn> in campaigns outbox.*.* outgoing.* triggered.* due.*',
      'dynamodb:Query on <EventsTable.Arn> in campaigns tenants campaign.* outgoing.* contact.* names.*',
      'dynamodb:BatchGetItem on <EventsTable.Arn> in names.* optouts.*',
      'dynamodb:Query on <EventsTable.Arn>/index/timeline in names.*',
      'sqs:SendMessage on <CampaignsChecksQueue.Arn> <OutboxQueue.Arn>',
      's3:GetObject s3:PutObject on <CampaignsFiles.Arn>/uploads/*',
      's3:GetObject on <CampaignsFiles.Arn>/campaigns/*',
      's3:ListBucket on <CampaignsFiles.Arn>',
    ]);
  });

  test('of the management of subscribers are to read and write those, their queues and mappings, and to read their key', () => {
    expect(rightsOf('SubscriberApiSubscribers')).toEqual([
      logs('SubscriberApiSubscribers'),
      'dynamodb:GetItem dynamodb:UpdateItem on <EventsTable.Arn> in subscribers',
      'dynamodb:PutItem on <EventsTable.Arn> in subscribers waiting.* records',
      'dynamodb:DeleteItem on <EventsTable.Arn> in subscribers waiting.* limits.*',
      'dynamodb:Query on <EventsTable.Arn> in subscribers deliveries.* waiting.* names.* tenants channels',
      'dynamodb:BatchGetItem on <EventsTable.Arn> in names.*',
      'dynamodb:Query on <EventsTable.Arn>/index/timeline in names.*',
      `sqs:CreateQueue sqs:DeleteQueue sqs:GetQueueAttributes sqs:SendMessage on ${ofSubscribers}`,
      ...mapping,
      `sqs:GetQueueAttributes on ${listening}`,
      'secretsmanager:GetSecretValue on <SigningKeySecret>',
    ]);
  });

  test('of the archiver are to read changes and who is to be forgotten, and to write objects of the archive', () => {
    expect(rightsOf('ArchiveArchiver')).toEqual([
      logs('ArchiveArchiver'),
      'dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams on <EventsTable.StreamArn>',
      `s3:PutObject on ${archived.join(' ')}`,
      's3:ListBucket on <ArchiveBucket.Arn>',
      'dynamodb:Query on <EventsTable.Arn> in forgettings',
    ]);
  });

  test('of the auditor are to read the archive, the log of deliveries and who wants what, and to count queues', () => {
    expect(rightsOf('AuditAuditor')).toEqual([
      logs('AuditAuditor'),
      's3:ListBucket on <ArchiveBucket.Arn>',
      's3:GetObject on <ArchiveBucket.Arn>/events/*',
      `sqs:GetQueueAttributes on ${ofSubscribers}`,
      'dynamodb:Query on <EventsTable.Arn> in tenants channels subscribers forgettings waiting.* deliveries.*',
    ]);
  });

  test('of the router are to follow the table, to read subscribers, to tell statuses and channels, to queue and to set aside', () => {
    expect(rightsOf('RoutingRouter')).toEqual([
      logs('RoutingRouter'),
      'dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams on <EventsTable.StreamArn>',
      `s3:PutObject on ${unrouted.join(' ')}`,
      's3:ListBucket on <RoutingUnrouted.Arn>',
      'dynamodb:Query on <EventsTable.Arn> in subscribers tenants channels names.* campaigns',
      'dynamodb:BatchGetItem on <EventsTable.Arn> in names.* message.*',
      'dynamodb:GetItem on <EventsTable.Arn> in subscribers channels message.* campaigns campaign.*',
      'dynamodb:UpdateItem on <EventsTable.Arn> in outgoing.* channels campaigns campaign.* optouts.*',
      'dynamodb:Query on <EventsTable.Arn>/index/timeline in names.*',
      `sqs:SendMessage on <DeliveriesDeadLetterQueue.Arn> <MediaJobsQueue.Arn> ${ofSubscribers}`,
    ]);
  });

  test('of the media function are to read jobs, events and tokens, to say what became of files, and to store them', () => {
    expect(rightsOf('MediaFetcher')).toEqual([
      logs('MediaFetcher'),
      'sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on <MediaJobsQueue.Arn>',
      'dynamodb:GetItem dynamodb:UpdateItem on <EventsTable.Arn>',
      'dynamodb:PutItem on <EventsTable.Arn> in media.pace',
      'secretsmanager:GetSecretValue on <SecretsMeta> <SecretsWasender>',
      `s3:GetObject on ${bucket}`,
      's3:ListBucket on <OverflowBucket.Arn>',
      `s3:AbortMultipartUpload s3:DeleteObject s3:PutObject on ${files}`,
    ]);
  });

  test('of what empties buckets, where the stage protects no data, are to find objects and to remove them', () => {
    expect(rightsOf('EmptyingEmptier')).toEqual([
      logs('EmptyingEmptier'),
      `s3:DeleteObject on ${emptied.map((id) => `<${id}.Arn>/*`).join(' ')}`,
      `s3:GetBucketTagging s3:ListBucket on ${emptied.map((id) => `<${id}.Arn>`).join(' ')}`,
    ]);
    const protectedOnes = propertiesOf(aTemplate({ stage: 'production' }), 'AWS::IAM::Policy');
    expect(Object.keys(protectedOnes).filter((id) => id.startsWith('Emptying'))).toEqual([]);
  });

  test('of deliverer and prober are to what is on its way to subscribers, and to read what it answers', () => {
    const onRows = (action: string, keys: string) =>
      `dynamodb:${action} on <EventsTable.Arn> in ${keys}`;
    const common = [
      onRows('BatchGetItem', 'contact.* message.* claims.* account.* outgoing.* waiting.*'),
      onRows('GetItem', 'subscribers'),
      onRows('Query', 'tenants channels'),
      onRows('PutItem', 'deliveries.*'),
      onRows('UpdateItem', 'subscribers waiting.* limits.*'),
      onRows('DeleteItem', 'waiting.*'),
      `sqs:SendMessage on <DeliveriesDeadLetterQueue.Arn> ${listening}`,
      `s3:GetObject on ${files} ${bucket}`,
      's3:ListBucket on <OverflowBucket.Arn>',
      'secretsmanager:GetSecretValue on <SigningKeySecret>',
    ];
    expect(rightsOf('DeliveryDeliverer')).toEqual([
      logs('DeliveryDeliverer'),
      ...common,
      `sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on ${ofSubscribers}`,
      'sqs:ChangeMessageVisibility on <DeliveriesQueue.Arn>',
    ]);
    expect(rightsOf('DeliveryProber')).toEqual([
      logs('DeliveryProber'),
      ...common,
      `sqs:ChangeMessageVisibility sqs:CreateQueue sqs:DeleteMessage sqs:DeleteQueue sqs:GetQueueAttributes sqs:ReceiveMessage sqs:SendMessage on ${ofSubscribers}`,
      ...mappingAndQueues,
      'sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on <DeliveriesQueue.Arn>',
      onRows('Query', 'subscribers waiting.* backlog.*'),
      onRows('DeleteItem', 'backlog.* subscribers'),
    ]);
  });

  test('of what removes the queues of subscribers with the stack are to find and remove them, and their mappings', () => {
    expect(rightsOf('SubscribersRemover')).toEqual([
      logs('SubscribersRemover'),
      `sqs:DeleteQueue on ${ofSubscribers}`,
      'lambda:ListEventSourceMappings sqs:ListQueues on *',
      'lambda:DeleteEventSourceMapping on * of <DeliveryDelivererFunction.Arn>',
    ]);
  });

  test('of the deliverer reach the queues that the stage names, those of listeners, and no other', () => {
    const arn = 'arn:aws:sqs:eu-central-1:222222222222:orders.fifo';
    const named = aTemplate({ subscriberQueueArns: arn });
    const statements: Statement[] = propertiesOf(named, 'AWS::IAM::Policy')[
      'DeliveryDelivererRoleDefaultPolicy'
    ].PolicyDocument.Statement;
    const send = statements.find(({ Action }) => Action === 'sqs:SendMessage');
    expect(new Set(send?.Resource)).toEqual(
      new Set(['<DeliveriesDeadLetterQueue.Arn>', listening, arn]),
    );
    expect(() => aTemplate({ subscriberQueueArns: '*' })).toThrow('expected the ARN of a queue');
  });

  test('of deliverer and prober reach the keys that the stage names for such queues, and no other', () => {
    const arn = 'arn:aws:kms:eu-central-1:222222222222:key/0a1b2c3d-4e5f';
    const named = propertiesOf(aTemplate({ subscriberQueueKeyArns: arn }), 'AWS::IAM::Policy');
    for (const role of ['DeliveryDeliverer', 'DeliveryProber']) {
      const statements: Statement[] = named[`${role}RoleDefaultPolicy`].PolicyDocument.Statement;
      expect(statements.filter(({ Action }) => [Action].flat().join().includes('kms:'))).toEqual([
        { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: arn },
      ]);
    }
    expect(JSON.stringify(policies)).not.toContain('kms:');
    const alias = 'arn:aws:kms:eu-central-1:222222222222:alias/orders';
    expect(() => aTemplate({ subscriberQueueKeyArns: alias })).toThrow('not of an alias');
  });

  test('have no wildcard action and no wildcard resource but keys that nobody knows before', () => {
    const statements = Object.values(policies).flatMap(
      (policy): Statement[] => policy.PolicyDocument.Statement,
    );
    expect(statements.flatMap(({ Action }) => Action).filter((a) => a.includes('*'))).toEqual([]);
    const wide = statements.flatMap(({ Resource }) => Resource).filter((r) => r.includes('*'));
    expect(new Set(wide)).toEqual(
      new Set([
        ...[bucket, files, listening, ofSubscribers, ...archived, ...unrouted, tokens],
        ...['campaigns', 'uploads'].map((keys) => `<CampaignsFiles.Arn>/${keys}/*`),
        // What AWS cannot narrow: lists, and mappings, which the condition narrows.
        '*',
        ...emptied.map((id) => `<${id}.Arn>/*`),
      ]),
    );
  });

  test('come from no managed policy and no other role', () => {
    const roles = propertiesOf(template, 'AWS::IAM::Role');
    expect(Object.keys(roles)).toEqual([
      'InboundIngestRole',
      'StorageProcessorRole',
      'MediaFetcherRole',
      'ReadApiRole',
      'TenantsApiTenantsRole',
      'ChannelsApiChannelsRole',
      'CampaignsCheckerRole',
      'SendingSenderRole',
      'TickingTickerRole',
      'ForgettingForgetRole',
      'CampaignsApiCampaignsRole',
      'MessagesApiMessagesRole',
      'ArchiveArchiverRole',
      'SubscribersRemoverRole',
      'RoutingRouterRole',
      'DeliveryDelivererRole',
      'DeliveryProberRole',
      'AuditAuditorRole',
      'SubscriberApiSubscribersRole',
      'EmptyingEmptierRole',
      'FloodgateWidgetsDrawerRole',
    ]);
    const members = Object.values(roles).flatMap((role) => Object.keys(role));
    expect(members).not.toContain('ManagedPolicyArns');
    expect(members).not.toContain('Policies');
    template.resourceCountIs('AWS::IAM::ManagedPolicy', 0);
  });

  test('to call the functions have only the routes of the API and the schedule that lead to them', () => {
    const permissions = Object.values(propertiesOf(template, 'AWS::Lambda::Permission'));
    const [schedules = [], routes = []] = [true, false].map((isOfRule) =>
      permissions.filter(({ Principal }) => (Principal === 'events.amazonaws.com') === isOfRule),
    );
    expect(schedules).toMatchObject([
      { SourceArn: '<TickingEveryMinute.Arn>' },
      { SourceArn: '<DeliveryEveryMinute.Arn>' },
      { SourceArn: '<AuditEveryHour.Arn>' },
    ]);
    for (const { Principal, SourceArn } of routes) {
      expect(Principal).toBe('apigateway.amazonaws.com');
      expect(SourceArn).toMatch(/:<FrontApi>\/\*\/\*\/(webhooks|healthz|v1)/);
    }
    expect(routes).toHaveLength(58);
  });
});
