import { describe, expect, test } from 'vitest';
import { aTemplate, propertiesOf } from './synthesized.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: unknown;
}

const policies = propertiesOf(aTemplate(), 'AWS::IAM::Policy');
const bucket = '<OverflowBucket.Arn>/payloads/*';
const logs = (of: string) => `logs:CreateLogStream logs:PutLogEvents on <${of}Logs.Arn>`;

function rightsOf(role: string): string[] {
  const statements: Statement[] = policies[`${role}RoleDefaultPolicy`].PolicyDocument.Statement;
  return statements.map(({ Action, Resource }) =>
    [[Action].flat().toSorted().join(' '), [Resource].flat().join(' ')].join(' on '),
  );
}

describe('rights', () => {
  test('of ingest are to queue, to put payloads and to read the two secrets', () => {
    expect(rightsOf('InboundIngest')).toEqual([
      logs('InboundIngest'),
      'sqs:SendMessage on <InboxQueue.Arn>',
      'secretsmanager:GetSecretValue on <SecretsMeta> <SecretsWasender>',
      `s3:PutObject on ${bucket}`,
    ]);
  });

  test('of the processor are to read the inbox, to dead-letter and to write rows', () => {
    expect(rightsOf('StorageProcessor')).toEqual([
      logs('StorageProcessor'),
      'sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on <InboxQueue.Arn>',
      'sqs:SendMessage on <InboxDeadLetterQueue.Arn>',
      'dynamodb:PutItem dynamodb:UpdateItem on <EventsTable.Arn>',
    ]);
  });

  test('of the read API are to read rows, indexes and payloads', () => {
    expect(rightsOf('ReadApi')).toEqual([
      logs('ReadApi'),
      'dynamodb:BatchGetItem on <EventsTable.Arn>',
      'dynamodb:Query on <EventsTable.Arn> <EventsTable.Arn>/index/byTime <EventsTable.Arn>/index/timeline',
      `s3:GetObject on ${bucket}`,
    ]);
  });

  test('have no wildcard action and no wildcard resource but the payloads of the bucket', () => {
    const statements = Object.values(policies).flatMap(
      (policy): Statement[] => policy.PolicyDocument.Statement,
    );
    expect(statements.flatMap(({ Action }) => Action).filter((a) => a.includes('*'))).toEqual([]);
    const wide = statements.flatMap(({ Resource }) => Resource).filter((r) => r.includes('*'));
    expect(new Set(wide)).toEqual(new Set([bucket]));
  });

  test('come from no managed policy', () => {
    const roles = Object.values(propertiesOf(aTemplate(), 'AWS::IAM::Role'));
    expect(roles.filter((role) => 'ManagedPolicyArns' in role)).toEqual([]);
  });
});
