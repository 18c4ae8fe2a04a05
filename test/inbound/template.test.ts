import { readFileSync } from 'node:fs';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { eventFilter } from '../../local/functions/event-filter.ts';
import { aTemplate, propertiesOf } from '../lib/synthesized.ts';

const template = aTemplate();
const production = aTemplate({ stage: 'production' });
const queues = propertiesOf(template, 'AWS::SQS::Queue');
const functions = propertiesOf(template, 'AWS::Lambda::Function');
const DAY = 86_400;

describe('queues', () => {
  test('are FIFO in high-throughput mode, encrypted, and keep for 14 days, as their dead letters do', () => {
    const ordered = Object.entries(queues).filter(([id]) => !/^(MediaJobs|Outbox)/.test(id));
    expect(ordered).toHaveLength(6);
    for (const [, queue] of ordered) {
      expect(queue).toMatchObject({
        FifoQueue: true,
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
        SqsManagedSseEnabled: true,
        MessageRetentionPeriod: 14 * DAY,
      });
    }
  });

  test('hide a message for six timeouts of their consumer', () => {
    const { Timeout: timeout } = functions['StorageProcessorFunction'];
    expect(queues['InboxQueue'].VisibilityTimeout).toBe(6 * timeout);
    expect(queues['DeliveriesQueue'].VisibilityTimeout).toBe(6 * 120);
  });

  test.each(['Inbox', 'Deliveries'])(
    'dead-letter by themselves only what was received as often as SQS can count: %s',
    (name) => {
      expect(queues[`${name}Queue`].RedrivePolicy).toEqual({
        deadLetterTargetArn: `<${name}DeadLetterQueue.Arn>`,
        maxReceiveCount: 1_000,
      });
    },
  );

  test('are reached over TLS only', () => {
    const denied = Object.values(propertiesOf(template, 'AWS::SQS::QueuePolicy')).map(
      (policy) => policy.PolicyDocument.Statement[0],
    );
    expect(denied).toHaveLength(Object.keys(queues).length);
    for (const statement of denied) {
      expect(statement).toMatchObject({
        Effect: 'Deny',
        Action: 'sqs:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      });
    }
  });
});

describe('processor', () => {
  test('takes batches of ten and reports the items that failed', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
  });

  test('never runs more often at once than it has concurrency set aside', () => {
    const reserved = propertiesOf(production, 'AWS::Lambda::Function')['StorageProcessorFunction'];
    const mapping = propertiesOf(production, 'AWS::Lambda::EventSourceMapping')['StorageInbox'];
    expect(mapping.ScalingConfig.MaximumConcurrency).toBeLessThanOrEqual(
      reserved.ReservedConcurrentExecutions,
    );
  });

  test('sets nothing aside on a new account, which could not', () => {
    expect(functions['StorageProcessorFunction']).not.toHaveProperty(
      'ReservedConcurrentExecutions',
    );
  });
});

describe('the stage for a new account', () => {
  const starter = aTemplate({ stage: 'starter' });
  const mappings = Object.values(propertiesOf(starter, 'AWS::Lambda::EventSourceMapping'));
  const guide = readFileSync(new URL('../../docs/deploying.md', import.meta.url), 'utf8').replace(
    /\s+/g,
    ' ',
  );
  /** All functions together: at once, and in a second. */
  const [ATONCE, EACH_SECOND] = [10, 100];
  /** Of the stream of a new table on demand. */
  const SHARDS = 4;

  test('leaves room for webhooks beside all that runs for as long as others please', () => {
    const readers = mappings.filter(
      ({ ScalingConfig, Enabled }) => ScalingConfig !== undefined && Enabled !== false,
    );
    const atMost = readers.map(({ ScalingConfig }) => ScalingConfig.MaximumConcurrency);
    expect(atMost).toEqual([2, 2]);
    // Of one subscriber, whose queue is mapped when it is added.
    const { MAXIMUM_CONCURRENCY: deliverers } = propertiesOf(starter, 'AWS::Lambda::Function')[
      'DeliveryProberFunction'
    ].Environment.Variables;
    const prober = 1;
    const left = ATONCE - prober - deliverers - atMost.reduce((sum, one) => sum + one, 0);
    expect(left).toBe(3);
    expect(guide).toContain(`leave ${left} of the ${ATONCE} to webhooks`);
  });

  test('tells in the guide what comes in a second, in batches of one and of ten', () => {
    const router = mappings.find(({ BatchSize }) => BatchSize === 100);
    const routed = SHARDS / router.MaximumBatchingWindowInSeconds;
    // Ingest for each webhook, processor and deliverer for each batch.
    const webhooks = (batch: number) => Math.floor((EACH_SECOND - routed) / (1 + 2 / batch));
    expect(guide).toContain(`${webhooks(1)} webhooks a second`);
    expect(guide).toContain(`${webhooks(10)} as batches fill`);
    for (const { EventSourceArn, BatchSize } of mappings) {
      // The most that a FIFO queue hands out.
      if (/InboxQueue/.test(EventSourceArn)) expect(BatchSize).toBe(10);
    }
  });
});

interface FilteredMapping {
  readonly FilterCriteria: { readonly Filters: readonly { readonly Pattern: string }[] };
}

const patternsOf = ({ FilterCriteria }: FilteredMapping) =>
  FilterCriteria.Filters.map(({ Pattern }) => Pattern);

describe('router', () => {
  const mappings = propertiesOf(template, 'AWS::Lambda::EventSourceMapping');
  const mapping = mappings['RoutingChangesMapping'];
  const archiver = mappings['ArchiveChangesMapping'];

  test('takes the changes of a shard one batch after another, and says where one failed', () => {
    expect(mapping).toMatchObject({
      BatchSize: 100,
      ParallelizationFactor: 1,
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(mapping).not.toHaveProperty('MaximumRetryAttempts');
  });

  test('gives up no change before the stream would forget it, and keeps it in a bucket then', () => {
    expect(mapping.MaximumRecordAgeInSeconds).toBe(23 * 3_600);
    expect(mapping.DestinationConfig).toEqual({
      OnFailure: { Destination: '<RoutingUnrouted.Arn>' },
    });
  });

  const received = [
    { eventName: ['INSERT'], dynamodb: { NewImage: { provider: { S: [{ exists: true }] } } } },
    {
      eventName: ['MODIFY'],
      dynamodb: { Keys: { sk: { S: ['message', { prefix: 'participant#' }] } } },
    },
  ];

  test('is called for new events, changed statuses, files that were settled and what is sent from here alone', () => {
    expect(patternsOf(mapping).map((pattern) => JSON.parse(pattern))).toEqual([
      ...received,
      {
        eventName: ['MODIFY'],
        dynamodb: {
          OldImage: { mediaNewsAt: { N: [{ exists: false }] } },
          NewImage: { mediaNewsAt: { N: [{ exists: true }] } },
        },
      },
      // A message that was taken to be sent; its claim tells nothing yet. And who was put into a campaign.
      {
        eventName: ['INSERT'],
        dynamodb: {
          Keys: { pk: { S: [{ prefix: 'outgoing.' }, { prefix: 'triggered.' }] } },
          NewImage: { claimedBy: { S: [{ exists: false }] } },
        },
      },
      // What becomes of one of a campaign, and of them.
      {
        eventName: ['MODIFY'],
        dynamodb: { Keys: { sk: { S: [{ prefix: 'message#' }, { prefix: 'recipient#' }] } } },
      },
    ]);
  });

  test('is called once for each file, by the write that settles it and that subscribers hear of', () => {
    const keys = { pk: { S: 'contact.a' }, sk: { S: 'message.a' } };
    const row = { ...keys, provider: { S: 'meta' } };
    const settled = { ...row, 'media.state': { S: 'stored' }, mediaNewsAt: { N: '1' } };
    const skipped = { ...row, 'media.state': { S: 'skipped' } };
    const isForRouter = eventFilter(patternsOf(mapping));
    const change = (OldImage: object, NewImage: object) =>
      isForRouter({ eventName: 'MODIFY', dynamodb: { Keys: keys, OldImage, NewImage } });

    expect(change(row, settled)).toBe(true);
    expect(change(row, skipped)).toBe(false);
    expect(change(settled, { ...settled, forgottenAt: { S: '1' } })).toBe(false);
    expect(change(settled, keys)).toBe(false);
  });

  test('hears of files alone: the archive has what came from providers', () => {
    expect(patternsOf(archiver).map((pattern) => JSON.parse(pattern))).toEqual(received);
  });
});

describe('functions', () => {
  test('run on Node.js 24 on Arm, log JSON, and keep platform lines from WARN only', () => {
    expect(Object.keys(functions)).toHaveLength(21);
    for (const fn of Object.values(functions)) {
      expect(fn).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN', ApplicationLogLevel: 'INFO' },
      });
    }
  });

  test('behind the API end before it gives up after 30 s', () => {
    for (const id of ['InboundIngestFunction', 'ReadApiFunction']) {
      expect(functions[id].Timeout).toBeLessThan(30);
    }
  });

  test('have no secret in their environment but where to find it', () => {
    const { META_SECRET_ARN: meta, WASENDER_SECRET_ARN: wasender } =
      functions['InboundIngestFunction'].Environment.Variables;
    expect([meta, wasender]).toEqual(['<SecretsMeta>', '<SecretsWasender>']);
  });

  test('count in a namespace of their stage', () => {
    for (const fn of Object.values(propertiesOf(production, 'AWS::Lambda::Function'))) {
      expect(fn.Environment.Variables.POWERTOOLS_METRICS_NAMESPACE).toBe('Floodgate/production');
    }
  });

  test('keep their logs as long as the stage says', () => {
    production.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  });
});

describe('table', () => {
  test('has its keys, its indexes by keys only, its stream, expiry and backups', () => {
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: 'byTime',
          KeySchema: Match.arrayWith([{ AttributeName: 'at', KeyType: 'RANGE' }]),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'timeline',
          KeySchema: [
            { AttributeName: 'timelinePk', KeyType: 'HASH' },
            { AttributeName: 'timelineAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      Replicas: [
        Match.objectLike({
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      ],
    });
  });

  test('is protected from deletion in production', () => {
    production.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      Replicas: [Match.objectLike({ DeletionProtectionEnabled: true })],
    });
  });

  test('is warm for the flood of production, its index too, and elsewhere as AWS gives it', () => {
    const warm = { WarmThroughput: { WriteUnitsPerSecond: 8_000 } };
    production.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      ...warm,
      GlobalSecondaryIndexes: [Match.objectLike(warm)],
    });
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      WarmThroughput: Match.absent(),
    });
  });
});

describe('overflow bucket', () => {
  test('is private, encrypted and reached over TLS only', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: Match.anyValue(),
      VersioningConfiguration: Match.absent(),
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
  });

  test.each([8, 30, 365])('keeps a payload longer than any row of %i days', (retentionDays) => {
    const stage = aTemplate({ retentionDays });
    const [bucket] = Object.values(propertiesOf(stage, 'AWS::S3::Bucket'));
    const [rule] = bucket.LifecycleConfiguration.Rules;
    const longestInQueues = 3 * 14;
    expect(rule.ExpirationInDays).toBeGreaterThanOrEqual(retentionDays + longestInQueues);
  });
});

describe('secrets', () => {
  const secrets = propertiesOf(template, 'AWS::SecretsManager::Secret');

  test('start empty, with a verify token of letters and digits', () => {
    const meta = secrets['SecretsMeta'].GenerateSecretString;
    expect(JSON.parse(meta.SecretStringTemplate)).toEqual({ appSecrets: [] });
    expect(meta).toMatchObject({ GenerateStringKey: 'verifyToken', ExcludePunctuation: true });
    const wasender = secrets['SecretsWasender'].GenerateSecretString;
    expect(JSON.parse(wasender.SecretStringTemplate)).toEqual({ sessions: [] });
  });

  test('have a signing key of more than 256 bits, which nobody fills in', () => {
    expect(secrets['SigningKeySecret'].GenerateSecretString).toEqual({
      SecretStringTemplate: '{}',
      GenerateStringKey: 'signingKey',
      ExcludePunctuation: true,
      PasswordLength: 64,
    });
  });

  test('are never written over by a later deployment: their first value is the same in every stage', () => {
    expect(propertiesOf(production, 'AWS::SecretsManager::Secret')).toEqual(secrets);
    for (const secret of Object.values(secrets)) expect(secret).not.toHaveProperty('SecretString');
  });
});
