import * as z from 'zod/mini';

const list = z.array(z.unknown());
const index = z.object({ IndexName: z.string(), KeySchema: list, Projection: z.unknown() });

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
    EventSourceArn: z.string().check(z.startsWith('arn:aws:sqs:', 'only queues are polled')),
    FunctionName: z.string(),
    BatchSize: z._default(z.number(), 10),
    ScalingConfig: z.optional(z.object({ MaximumConcurrency: z.optional(z.number()) })),
    FunctionResponseTypes: z._default(z.array(z.string()), []),
  }),
  queue: z.object({
    FifoQueue: z.literal(true),
    ContentBasedDeduplication: z.optional(z.literal(false)),
    DeduplicationScope: z.optional(z.enum(['queue', 'messageGroup'])),
    VisibilityTimeout: z.optional(z.number()),
    MessageRetentionPeriod: z.optional(z.number()),
    RedrivePolicy: z.optional(
      z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }),
    ),
  }),
  table: z.object({
    AttributeDefinitions: list,
    KeySchema: list,
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
