import { describe, expect, test } from 'vitest';
import {
  mappingCalls,
  objectCalls,
  parameterCalls,
  queueCalls,
  secretCalls,
  tableCalls,
} from '../../local/rights/calls.ts';
import { Rights } from '../../local/rights/rights.ts';
import { readTemplate } from '../../local/template/template.ts';

const Role = { 'Fn::GetAtt': ['Role', 'Arn'] };
const aFunction = {
  Type: 'AWS::Lambda::Function',
  Properties: { Code: { S3Key: 'a.zip' }, Handler: 'index.handler', Runtime: 'nodejs24.x', Role },
};

function rightsOf(Statement: object[], role: object = {}): Rights {
  const Resources = {
    Function: aFunction,
    Role: { Type: 'AWS::IAM::Role', Properties: { ...role } },
    Policy: {
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyDocument: { Statement }, Roles: [{ Ref: 'Role' }] },
    },
  };
  const template = { Resources, Parameters: {}, Conditions: {} };
  const rights = new Rights();
  rights.readRoles(readTemplate({ template, assetFolder: () => '' }, (name) => name));
  return rights;
}

const allow = (Action: string | string[], Resource: string | string[]) => ({
  ...{ Effect: 'Allow', Action, Resource },
});
const call = { action: 'sqs:SendMessage', resource: 'arn:aws:sqs:x:1:inbox.fifo' };

describe('the rights of a function', () => {
  test('are what its role says, to the letter', () => {
    const rights = rightsOf([allow(['sqs:SendMessage', 'sqs:DeleteMessage'], call.resource)]);
    rights.use('Function', call);
    for (const other of [
      { ...call, action: 'sqs:ReceiveMessage' },
      { ...call, resource: 'arn:aws:sqs:x:1:inbox_fifo' },
      { ...call, resource: `${call.resource}/x` },
    ]) {
      expect(() => rights.use('Function', other)).toThrow(
        `Role/Function is not authorized to perform: ${other.action} on resource: ${other.resource}`,
      );
    }
    expect(rights.refused).toHaveLength(3);
    expect(rights.unused).toEqual([
      { functionName: 'Function', action: 'sqs:DeleteMessage', resource: call.resource },
    ]);
  });

  test('may have wildcards, and denials that go before them', () => {
    const rights = rightsOf([
      allow('sqs:*', 'arn:aws:sqs:x:1:*.fif?'),
      { Effect: 'Deny', Action: 'sqs:Send*', Resource: '*' },
    ]);
    rights.use('Function', { ...call, action: 'sqs:DeleteMessage' });
    expect(() => rights.use('Function', call)).toThrow('not authorized');
  });

  test('may be to some partitions of a table only, which a call must name', () => {
    const Condition = {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['subscribers', 'deliveries.*'] },
    };
    const rights = rightsOf([{ ...allow('dynamodb:*', '*'), Condition }]);
    const use = (action: string, input: object) => () => {
      for (const needed of tableCalls(action, { TableName: 'T', ...input })) {
        rights.use('Function', needed);
      }
    };
    const row = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });
    const query = (pk: string) => ({
      KeyConditionExpression: '#key = :key AND begins_with(#sort, :prefix)',
      ExpressionAttributeValues: { ':key': { S: pk }, ':prefix': { S: 'subscribers' } },
    });
    expect(use('GetItem', { Key: row('subscribers') })).not.toThrow();
    expect(use('PutItem', { Item: row('deliveries.sub_1') })).not.toThrow();
    expect(use('Query', query('deliveries.sub_1'))).not.toThrow();
    expect(use('GetItem', { Key: row('contact.1') })).toThrow('not authorized');
    expect(use('PutItem', { Item: row('xsubscribers') })).toThrow('not authorized');
    expect(use('Query', query('contact.1'))).toThrow('not authorized');
    const batch = (...pks: string[]) => ({ RequestItems: { T: { Keys: pks.map(row) } } });
    expect(use('BatchGetItem', batch('subscribers', 'deliveries.a'))).not.toThrow();
    expect(use('BatchGetItem', batch('subscribers', 'contact.1'))).toThrow('not authorized');
    expect(use('Scan', {})).toThrow('not authorized');
  });

  test('may be to the mappings of one function only', () => {
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:Deliverer';
    const calls = mappingCalls((uuid) => (uuid === 'own' ? arn : `${arn}Other`));
    const may = (Condition: object, operation: string, input: object) => {
      const rights = rightsOf([{ ...allow('lambda:*', '*'), Condition }]);
      try {
        for (const needed of calls(operation, input)) rights.use('Function', needed);
        return true;
      } catch {
        return false;
      }
    };
    for (const operator of ['ArnEquals', 'ArnLike', 'StringEquals', 'StringLike']) {
      const on = { [operator]: { 'lambda:FunctionArn': arn } };
      expect(may(on, 'CreateEventSourceMapping', { FunctionName: arn })).toBe(true);
      expect(may(on, 'CreateEventSourceMapping', { FunctionName: 'Deliverer' })).toBe(true);
      expect(may(on, 'CreateEventSourceMapping', { FunctionName: 'Other' })).toBe(false);
      for (const one of ['Get', 'Update', 'Delete']) {
        expect(may(on, `${one}EventSourceMapping`, { UUID: 'own' })).toBe(true);
        expect(may(on, `${one}EventSourceMapping`, { UUID: 'other' })).toBe(false);
      }
      const other = { UUID: 'own', FunctionName: 'Other' };
      expect(may(on, 'UpdateEventSourceMapping', other)).toBe(false);
      // Lambda tells nobody whose mappings a list is about.
      expect(may(on, 'ListEventSourceMappings', { FunctionName: arn })).toBe(false);
    }
    const like = { ArnLike: { 'lambda:FunctionArn': `${arn}*` } };
    expect(may(like, 'DeleteEventSourceMapping', { UUID: 'other' })).toBe(true);
    const literal = { StringEquals: { 'lambda:FunctionArn': `${arn}*` } };
    expect(() => may(literal, 'GetEventSourceMapping', {})).toThrow('knows no such Condition');
  });

  test('may be to queues whose names begin alike, before there are any', () => {
    const rights = rightsOf([
      allow(['sqs:CreateQueue', 'sqs:TagQueue'], 'arn:aws:sqs:us-east-1:000000000000:Stage-*'),
    ]);
    const create = (QueueName: string) => () => {
      for (const needed of queueCalls('CreateQueue', { QueueName, tags: { a: 'b' } })) {
        rights.use('Function', needed);
      }
    };
    expect(create('Stage-sub_1.fifo')).not.toThrow();
    expect(rights.unused).toEqual([]);
    expect(create('Other-sub_1.fifo')).toThrow('not authorized');
  });

  test('tell a partition that no call needed from those that were needed', () => {
    const Condition = {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['subscribers', 'limits.*'] },
    };
    const resource = 'arn:aws:dynamodb:x:1:table/T';
    const rights = rightsOf([{ ...allow(['dynamodb:GetItem'], resource), Condition }]);
    const action = 'dynamodb:GetItem';
    rights.use('Function', { action, resource, leadingKey: 'subscribers' });
    const unused = { functionName: 'Function', action, resource, partition: 'limits.*' };
    expect(rights.unused).toEqual([unused]);
    rights.use('Function', { action, resource, leadingKey: 'limits.sub_1' });
    expect(rights.unused).toEqual([]);
  });

  test('are those of functions only: anybody else may do anything', () => {
    expect(() => rightsOf([]).use('operator', call)).not.toThrow();
    expect(() => rightsOf([]).use('Function', call)).toThrow('not authorized');
  });

  test('are not guessed where the local stack cannot know them', () => {
    const conditional = { ...allow('sqs:SendMessage', '*'), Condition: { Bool: {} } };
    expect(() => rightsOf([conditional])).toThrow(
      'Function: the local stack knows no such Condition',
    );
    const managed = { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] };
    expect(() => rightsOf([], managed)).toThrow('Role: the local stack has no managed policies');
  });
});

describe('what a call needs rights for', () => {
  test.each([
    ['SendMessageBatch', { QueueUrl: 'http://sqs/1/a.fifo' }, 'sqs:SendMessage', ':a.fifo'],
    ['GetQueueUrl', { QueueName: 'a.fifo' }, 'sqs:GetQueueUrl', ':a.fifo'],
    ['ListQueues', {}, 'sqs:ListQueues', '*'],
  ])('%s', (action, input, right, resource) => {
    const [needed] = queueCalls(action, input);
    expect(needed?.action).toBe(right);
    expect(needed?.resource.endsWith(resource)).toBe(true);
  });

  test('a table, its index, or each table of a batch', () => {
    const resources = (input: object) => tableCalls('X', input).map(({ resource }) => resource);
    expect(resources({ TableName: 'T' })).toEqual([expect.stringMatching(/:table\/T$/)]);
    expect(resources({ TableName: 'T', IndexName: 'I' })).toEqual([
      expect.stringMatching(/:table\/T\/index\/I$/),
    ]);
    expect(resources({ RequestItems: { T: {}, U: {} } })).toHaveLength(2);
  });

  test('an object, or the bucket where none is named', () => {
    expect(objectCalls('PUT', '/b/payloads/a%20b.json?x-id=PutObject')).toEqual([
      { action: 's3:PutObject', resource: 'arn:aws:s3:::b/payloads/a b.json' },
    ]);
    expect(objectCalls('GET', '/b?list-type=2')).toEqual([
      { action: 's3:ListBucket', resource: 'arn:aws:s3:::b' },
    ]);
  });

  test('a mapping by its id, or any where it is yet to be, or many are listed', () => {
    const calls = mappingCalls(() => 'arn:function');
    const resources = (operation: string, input: object) =>
      calls(`${operation}EventSourceMapping`, input).map(({ resource }) => resource);
    expect(resources('Get', { UUID: 'id' })).toEqual([
      'arn:aws:lambda:us-east-1:000000000000:event-source-mapping:id',
    ]);
    expect(resources('Create', { FunctionName: 'Deliverer' })).toEqual(['*']);
    expect(calls('ListEventSourceMappings', {})).toEqual([
      { action: 'lambda:ListEventSourceMappings', resource: '*' },
    ]);
  });

  test('a secret, by its ARN or its name', () => {
    const calls = secretCalls([{ arn: 'arn:secret', name: 'Meta' }]);
    for (const SecretId of ['arn:secret', 'Meta']) {
      expect(calls('GetSecretValue', { SecretId })).toEqual([
        { action: 'secretsmanager:GetSecretValue', resource: 'arn:secret' },
      ]);
    }
  });

  test('a parameter, by its name with or without its slash', () => {
    for (const Name of ['/floodgate/x', 'floodgate/x']) {
      expect(parameterCalls('GetParameter', { Name })).toEqual([
        {
          action: 'ssm:GetParameter',
          resource: 'arn:aws:ssm:us-east-1:000000000000:parameter/floodgate/x',
        },
      ]);
    }
    expect(parameterCalls('DescribeParameters', {})).toEqual([
      { action: 'ssm:DescribeParameters', resource: '*' },
    ]);
  });
});
