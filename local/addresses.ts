import { arn } from './account.ts';
import type { Template } from './assembly-files.ts';
import type { Scope } from './intrinsics.ts';

/** What `Ref` and `Fn::GetAtt` give for a resource. */
interface Address {
  readonly ref: string;
  readonly [attribute: string]: string;
}

/** The physical name of a resource: its logical id without the hash of its path. */
export function physicalName(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

/** Type by type, how the local resources are addressed. */
export function addressOf(
  logicalId: string,
  type: string,
  queueUrl: (name: string) => string,
): Address | undefined {
  const name = physicalName(logicalId);
  switch (type) {
    case 'AWS::SQS::Queue': {
      const QueueName = `${name}.fifo`;
      return {
        ref: queueUrl(QueueName),
        Arn: arn('sqs', QueueName),
        QueueName,
        QueueUrl: queueUrl(QueueName),
      };
    }
    case 'AWS::DynamoDB::GlobalTable':
    case 'AWS::DynamoDB::Table': {
      const Arn = arn('dynamodb', `table/${name}`);
      return { ref: name, Arn, StreamArn: `${Arn}/stream/local` };
    }
    case 'AWS::S3::Bucket':
      return { ref: bucketName(logicalId), Arn: `arn:aws:s3:::${bucketName(logicalId)}` };
    case 'AWS::SecretsManager::Secret': {
      const Id = arn('secretsmanager', `secret:${name}-local0`);
      return { ref: Id, Id };
    }
    case 'AWS::Lambda::Function':
      return { ref: name, Arn: arn('lambda', `function:${name}`) };
    case 'AWS::ApiGatewayV2::Api':
    case 'AWS::ApiGatewayV2::Integration':
      return { ref: logicalId };
    default:
      return undefined;
  }
}

export function bucketName(logicalId: string): string {
  return physicalName(logicalId).toLowerCase();
}

/** Looks references up among the local resources. Throws with the ids of both ends where there is none. */
export function scopeOf(template: Template, at: string, queueUrl: (name: string) => string): Scope {
  const address = (logicalId: string, attribute: string): string => {
    const type = template.Resources[logicalId]?.Type ?? '';
    const value = addressOf(logicalId, type, queueUrl)?.[attribute];
    if (value !== undefined) return value;
    const what = attribute === 'ref' ? logicalId : `${logicalId}.${attribute}`;
    throw new Error(
      `${at} needs ${what} (${type || 'unknown'}), which the local stack does not have`,
    );
  };
  return {
    at,
    ref: (logicalId) => template.Parameters[logicalId]?.Default ?? address(logicalId, 'ref'),
    attribute: address,
    conditions: template.Conditions,
  };
}
