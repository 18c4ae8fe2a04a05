import { ACCOUNT, arn, streamArn } from '../account.ts';
import type { Template } from './assembly-files.ts';
import type { Scope } from './intrinsics.ts';

/** What `Ref` and `Fn::GetAtt` give for a resource. */
interface Address {
  readonly name: string;
  readonly ref: string;
  readonly [attribute: string]: string;
}

type Declared = Pick<Template['Resources'][string], 'Type' | 'Properties'>;

const UNKNOWN: Declared = { Type: 'unknown', Properties: {} };

/** The physical name of a resource: its logical id without the hash of its path. */
function physicalName(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

/** How a local resource is addressed; undefined for types that need no address here. */
export function addressOf(
  logicalId: string,
  { Type, Properties }: Declared,
  queueUrl: (name: string) => string,
): Address | undefined {
  const name = physicalName(logicalId);
  switch (Type) {
    case 'AWS::SQS::Queue':
      return queueAddress(Properties['FifoQueue'] === true ? `${name}.fifo` : name, queueUrl);
    case 'AWS::DynamoDB::GlobalTable':
    case 'AWS::DynamoDB::Table':
      return tableAddress(name);
    case 'AWS::S3::Bucket':
      return bucketAddress(name.toLowerCase());
    case 'AWS::SecretsManager::Secret':
      return secretAddress(name);
    case 'AWS::Lambda::Function':
      return { name, ref: name, Arn: arn('lambda', `function:${name}`) };
    case 'AWS::Events::Rule':
      return { name, ref: name, Arn: arn('events', `rule/${name}`) };
    case 'AWS::Athena::WorkGroup':
    case 'AWS::Athena::NamedQuery':
    case 'AWS::Glue::Database':
    case 'AWS::Glue::Table':
      return { name, ref: name };
    case 'AWS::IAM::Role':
      return { name, ref: name, Arn: `arn:aws:iam::${ACCOUNT}:role/${name}` };
    case 'AWS::Logs::LogGroup':
      return { name, ref: name, Arn: arn('logs', `log-group:${name}:*`) };
    case 'AWS::CloudWatch::Alarm':
      return { name, ref: name, Arn: arn('cloudwatch', `alarm:${name}`) };
    case 'AWS::ApiGatewayV2::Stage':
      return { name, ref: '$default' };
    case 'AWS::ApiGatewayV2::Api':
    case 'AWS::ApiGatewayV2::Integration':
      return { name, ref: logicalId };
    default:
      return undefined;
  }
}

function queueAddress(name: string, queueUrl: (name: string) => string): Address {
  const url = queueUrl(name);
  return { name, ref: url, Arn: arn('sqs', name), QueueName: name, QueueUrl: url };
}

function tableAddress(name: string): Address {
  return { name, ref: name, Arn: arn('dynamodb', `table/${name}`), StreamArn: streamArn(name) };
}

function bucketAddress(name: string): Address {
  return { name, ref: name, Arn: `arn:aws:s3:::${name}` };
}

function secretAddress(name: string): Address {
  const Id = arn('secretsmanager', `secret:${name}-local0`);
  return { name, ref: Id, Arn: Id, Id };
}

/** Looks references up among the local resources. Throws with the ids of both ends where there is none. */
export function scopeOf(template: Template, at: string, queueUrl: (name: string) => string): Scope {
  const address = (logicalId: string, attribute: string): string => {
    const declared = template.Resources[logicalId] ?? UNKNOWN;
    const value = addressOf(logicalId, declared, queueUrl)?.[attribute];
    if (value !== undefined) return value;
    const what = attribute === 'ref' ? logicalId : `${logicalId}.${attribute}`;
    throw new Error(`${at} needs ${what} (${declared.Type}), which the local stack does not have`);
  };
  return {
    at,
    ref: (logicalId) => template.Parameters[logicalId]?.Default ?? address(logicalId, 'ref'),
    attribute: address,
    conditions: template.Conditions,
  };
}
