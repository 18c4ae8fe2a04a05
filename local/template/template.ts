import * as z from 'zod/mini';
import { addressOf, scopeOf } from './addresses.ts';
import type { AssemblyFiles, Template } from './assembly-files.ts';
import { resolve } from './intrinsics.ts';
import { resourceSchemas } from './resource-schemas.ts';

type Schemas = typeof resourceSchemas;

/** A resource that the local stack runs: its address and what was read of its properties. */
export type Resource<Kind extends keyof Schemas> = {
  readonly logicalId: string;
  readonly name: string;
  /** What `Ref` gives: a name, URL or ARN. */
  readonly ref: string;
  readonly arn: string;
} & z.output<Schemas[Kind]>;

export type LocalTemplate = { readonly [Kind in keyof Schemas]: readonly Resource<Kind>[] };

export type QueueUrl = (queueName: string) => string;

const KINDS: Readonly<Record<string, keyof Schemas>> = {
  'AWS::Lambda::Function': 'function',
  'AWS::ApiGatewayV2::Route': 'route',
  'AWS::ApiGatewayV2::Integration': 'integration',
  'AWS::Lambda::EventSourceMapping': 'eventSource',
  'AWS::Lambda::Permission': 'permission',
  'AWS::Lambda::EventInvokeConfig': 'asyncInvoke',
  'AWS::Events::Rule': 'rule',
  'AWS::SQS::Queue': 'queue',
  'AWS::DynamoDB::GlobalTable': 'table',
  'AWS::DynamoDB::Table': 'table',
  'AWS::S3::Bucket': 'bucket',
  'AWS::SecretsManager::Secret': 'secret',
  'AWS::IAM::Role': 'role',
  'AWS::IAM::Policy': 'policy',
};

const NO_ADDRESS: Record<'name' | 'ref' | 'Arn', string> = { name: '', ref: '', Arn: '' };

/** Logs, alarms, names, the catalogue of the archive: what the main path works without. */
const LEFT_OUT = [
  /^Custom::/,
  /^AWS::(Athena|CDK|CertificateManager|CloudFormation|CloudWatch|Glue|IAM|KMS|Logs|Route53|SNS)::/,
  /^AWS::(S3::BucketPolicy|SQS::QueuePolicy|SecretsManager::ResourcePolicy)$/,
  /^AWS::ApiGatewayV2::(Api|ApiMapping|DomainName|Stage)$/,
];

/**
 * Reads what there is to run, with references worked out to local addresses.
 *
 * Throws with the logical id of a resource that matters and cannot be run.
 */
export function readTemplate({ template }: AssemblyFiles, queueUrl: QueueUrl): LocalTemplate {
  for (const [logicalId, { Type, Condition }] of Object.entries(template.Resources)) {
    if (KINDS[Type] === undefined && !LEFT_OUT.some((left) => left.test(Type))) {
      throw new Error(`${logicalId}: the local stack has no ${Type}`);
    }
    if (Condition !== undefined) {
      throw new Error(`${logicalId}: the local stack has no conditions on resources`);
    }
  }
  const read = <Schema extends z.ZodMiniObject>(kind: keyof Schemas, schema: Schema) =>
    readKind(template, kind, schema, queueUrl);
  const serving = servingTheStack(template);
  return {
    function: read('function', resourceSchemas.function).filter(
      ({ logicalId }) => !serving.has(logicalId),
    ),
    route: read('route', resourceSchemas.route),
    integration: read('integration', resourceSchemas.integration),
    eventSource: read('eventSource', resourceSchemas.eventSource),
    permission: read('permission', resourceSchemas.permission),
    asyncInvoke: read('asyncInvoke', resourceSchemas.asyncInvoke),
    rule: read('rule', resourceSchemas.rule),
    queue: read('queue', resourceSchemas.queue),
    table: read('table', resourceSchemas.table),
    bucket: read('bucket', resourceSchemas.bucket),
    secret: read('secret', resourceSchemas.secret),
    role: read('role', resourceSchemas.role),
    policy: read('policy', resourceSchemas.policy),
  };
}

const tokenSchema = z.object({ ServiceToken: z.object({ 'Fn::GetAtt': z.array(z.string()) }) });

/** Functions that CloudFormation itself calls when it makes, changes or deletes a stack: nobody does here. */
function servingTheStack({ Resources }: Template): ReadonlySet<string | undefined> {
  const tokens = Object.values(Resources)
    .filter(({ Type }) => /^Custom::/.test(Type))
    .map(({ Properties }) => tokenSchema.safeParse(Properties).data?.ServiceToken);
  return new Set(tokens.map((token) => token?.['Fn::GetAtt'][0]));
}

function readKind<Schema extends z.ZodMiniObject>(
  template: Template,
  kind: keyof Schemas,
  schema: Schema,
  queueUrl: QueueUrl,
) {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => KINDS[Type] === kind)
    .map(([logicalId, { Type, Properties }]) => {
      const scope = scopeOf(template, logicalId, queueUrl);
      const needed = Object.entries(Properties).filter(([name]) =>
        Object.hasOwn(schema.shape, name),
      );
      const result = schema.safeParse(resolve(Object.fromEntries(needed), scope));
      if (!result.success) {
        throw new Error(
          `${logicalId}: the local stack cannot run this ${Type}\n${z.prettifyError(result.error)}`,
        );
      }
      const { name, ref, Arn } = addressOf(logicalId, { Type, Properties }, queueUrl) ?? NO_ADDRESS;
      const where = { logicalId, name, ref, arn: Arn ?? '' };
      return { ...result.data, ...where };
    });
}
