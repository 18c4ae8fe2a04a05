import * as z from 'zod/mini';

const list = z.array(z.unknown());
const index = z.object({ IndexName: z.string(), KeySchema: list, Projection: z.unknown() });

/** For what may be tried again and again, and become as old as the stream keeps it. */
export const WITHOUT_LIMIT = -1;

const bucketArn = z.string().check(z.startsWith('arn:aws:s3:::', 'failures go to buckets only'));

const texts = z.union([z.string(), z.array(z.string())]);

const PolicyDocument = z.object({
  Statement: z.array(
    z.looseObject({
      Effect: z.enum(['Allow', 'Deny']),
      Action: texts,
      Resource: texts,
    }),
  ),
});

/** What is read of each resource; the rest of its properties has no meaning on one machine. */
export const resourceSchemas = {
  function: z.object({
    Code: z.object({ S3Key: z.string() }),
    Handler: z.string(),
    Role: z._default(z.string(), ''),
    Runtime: z.string().check(z.startsWith('nodejs')),
    Timeout: z._default(z.number(), 3),
    MemorySize: z._default(z.number(), 128),
    LoggingConfig: z._default(
      z.object({
        LogFormat: z._default(z.string(), 'Text'),
        ApplicationLogLevel: z.optional(z.string()),
        LogGroup: z.optional(z.string()),
      }),
      { LogFormat: 'Text' },
    ),
    Environment: z._default(z.object({ Variables: z.record(z.string(), z.string()) }), {
      Variables: {},
    }),
  }),
  route: z.object({
    ApiId: z._default(z.string(), ''),
    RouteKey: z.string(),
    Target: z.string(),
    AuthorizationType: z._default(z.enum(['NONE', 'AWS_IAM']), 'NONE'),
  }),
  integration: z.object({
    IntegrationType: z.literal('AWS_PROXY'),
    IntegrationUri: z.string(),
    PayloadFormatVersion: z.literal('2.0'),
  }),
  eventSource: z.object({
    EventSourceArn: z
      .string()
      .check(z.regex(/^arn:aws:(sqs|dynamodb):/, 'only queues and streams of tables are polled')),
    FunctionName: z.string(),
    Enabled: z.optional(z.literal(true)),
    BatchSize: z.optional(z.number()),
    MaximumBatchingWindowInSeconds: z._default(z.number(), 0),
    FilterCriteria: z._default(
      z.object({ Filters: z._default(z.array(z.object({ Pattern: z.string() })), []) }),
      { Filters: [] },
    ),
    FunctionResponseTypes: z._default(z.array(z.string()), []),
    // Of queues.
    ScalingConfig: z.optional(z.object({ MaximumConcurrency: z.optional(z.number()) })),
    // Of streams.
    StartingPosition: z.optional(z.enum(['TRIM_HORIZON', 'LATEST'])),
    ParallelizationFactor: z.optional(z.literal(1)),
    TumblingWindowInSeconds: z.optional(z.literal(0)),
    BisectBatchOnFunctionError: z._default(z.boolean(), false),
    MaximumRetryAttempts: z._default(z.number(), WITHOUT_LIMIT),
    MaximumRecordAgeInSeconds: z._default(z.number(), WITHOUT_LIMIT),
    DestinationConfig: z.optional(z.object({ OnFailure: z.object({ Destination: bucketArn }) })),
  }),
  rule: z.object({
    ScheduleExpression: z.string(),
    State: z._default(z.enum(['ENABLED', 'DISABLED']), 'ENABLED'),
    EventPattern: z.optional(z.never('only schedules are run')),
    Targets: z._default(z.array(z.object({ Arn: z.string(), Input: z.optional(z.string()) })), []),
  }),
  permission: z.object({
    FunctionName: z.string(),
    Principal: z.string(),
    SourceArn: z.optional(z.string()),
  }),
  asyncInvoke: z.object({
    FunctionName: z.string(),
    MaximumRetryAttempts: z.optional(z.number()),
  }),
  queue: z
    .object({
      FifoQueue: z._default(z.boolean(), false),
      ContentBasedDeduplication: z.optional(z.literal(false)),
      DeduplicationScope: z.optional(z.enum(['queue', 'messageGroup'])),
      DelaySeconds: z._default(z.number(), 0),
      VisibilityTimeout: z.optional(z.number()),
      MessageRetentionPeriod: z.optional(z.number()),
      RedrivePolicy: z.optional(
        z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }),
      ),
    })
    .check(
      z.refine(
        ({ FifoQueue, DelaySeconds }) => !FifoQueue || DelaySeconds === 0,
        'only standard queues are delayed',
      ),
    ),
  table: z.object({
    AttributeDefinitions: list,
    KeySchema: list,
    StreamSpecification: z.optional(
      z.object({
        StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']),
      }),
    ),
    LocalSecondaryIndexes: z.optional(z.array(index)),
    GlobalSecondaryIndexes: z.optional(z.array(index)),
  }),
  bucket: z.object({}),
  role: z.object({
    ManagedPolicyArns: z._default(z.array(z.string()), []),
    Policies: z._default(z.array(z.object({ PolicyDocument })), []),
  }),
  policy: z.object({ Roles: z._default(z.array(z.string()), []), PolicyDocument }),
  secret: z.object({
    GenerateSecretString: z.object({
      SecretStringTemplate: z._default(z.string(), '{}'),
      GenerateStringKey: z.optional(z.string()),
    }),
  }),
};
