import { describe, expect, test } from 'vitest';
import type { Template } from '../../local/template/assembly-files.ts';
import { readTemplate } from '../../local/template/template.ts';

function read(Resources: Record<string, { Type: string; Properties?: object }>) {
  const template: Template = {
    Resources: Object.fromEntries(
      Object.entries(Resources).map(([id, { Type, Properties = {} }]) => [
        id,
        { Type, Properties: { ...Properties } },
      ]),
    ),
    Parameters: {},
    Conditions: { IsProduction: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'mars-1'] } },
  };
  return readTemplate({ template, assetFolder: () => '' }, (name) => `http://sqs/${name}`);
}

const aQueue = { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } };

function variables(Variables: object) {
  const Properties = {
    ...{ Code: { S3Key: 'a.zip' }, Handler: 'index.handler', Runtime: 'nodejs24.x' },
    Environment: { Variables },
  };
  const { function: functions } = read({
    InboxQueue96F60793: aQueue,
    EventsTable4B7491D3: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: { AttributeDefinitions: [], KeySchema: [] },
    },
    Function01234567: { Type: 'AWS::Lambda::Function', Properties },
  });
  return functions[0]?.Environment.Variables;
}

describe('readTemplate', () => {
  test('leaves out the functions that CloudFormation alone calls', () => {
    const Properties = {
      ...{ Code: { S3Key: 'a.zip' }, Handler: 'index.handler', Runtime: 'nodejs24.x' },
    };
    const ServiceToken = { 'Fn::GetAtt': ['Emptier01234567', 'Arn'] };
    const { function: functions } = read({
      Emptier01234567: { Type: 'AWS::Lambda::Function', Properties },
      Ingest01234567: { Type: 'AWS::Lambda::Function', Properties },
      Emptied01234567: { Type: 'Custom::EmptiedBucket', Properties: { ServiceToken } },
    });
    expect(functions.map(({ logicalId }) => logicalId)).toEqual(['Ingest01234567']);
  });

  test('works references out to local addresses', () => {
    const queue = 'InboxQueue96F60793';
    expect(
      variables({
        URL: { Ref: queue },
        TABLE: { Ref: 'EventsTable4B7491D3' },
        JOINED: { 'Fn::Join': ['', ['a-', { 'Fn::GetAtt': [queue, 'QueueName'] }]] },
        NAME: { 'Fn::Select': [5, { 'Fn::Split': [':', { 'Fn::GetAtt': [queue, 'Arn'] }] }] },
        SUB: {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub
          'Fn::Sub': ['${AWS::Region} ${InboxQueue96F60793.QueueName} ${X} ${!Y}', { X: 'x' }],
        },
        IF: { 'Fn::If': ['IsProduction', 'yes', 'no'] },
        GONE: { Ref: 'AWS::NoValue' },
      }),
    ).toEqual({
      URL: 'http://sqs/InboxQueue.fifo',
      TABLE: 'EventsTable',
      JOINED: 'a-InboxQueue.fifo',
      NAME: 'InboxQueue.fifo',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub
      SUB: 'us-east-1 InboxQueue.fifo x ${Y}',
      IF: 'no',
    });
  });

  test('names both ends of a reference to something that is not there', () => {
    expect(() => variables({ TOPIC: { Ref: 'Topic' } })).toThrow(/Function01234567 needs Topic/);
    expect(() => variables({ X: { 'Fn::GetAtt': ['InboxQueue96F60793', 'Colour'] } })).toThrow(
      /InboxQueue96F60793\.Colour/,
    );
  });

  test('names the resource with an intrinsic function that it does not know', () => {
    expect(() => variables({ X: { 'Fn::Cidr': [] } })).toThrow(/Function01234567.*Fn::Cidr/);
  });

  test('names a resource that matters and that it cannot run', () => {
    expect(() => read({ Bus: { Type: 'AWS::Events::EventBus' } })).toThrow(/Bus.*AWS::Events/);
    const delayed = { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true, DelaySeconds: 5 } };
    expect(() => read({ Late: delayed })).toThrow(/Late[\s\S]*only standard queues are delayed/);
  });

  test('leaves out what the main path works without', () => {
    const template = read({
      Catalogue: { Type: 'AWS::Glue::Database' },
      Archive: { Type: 'AWS::Glue::Table' },
      Reports: { Type: 'AWS::Athena::WorkGroup' },
      Inbox: aQueue,
    });

    expect(template.queue.map(({ name }) => name)).toEqual(['Inbox.fifo']);
  });

  test('names a FIFO queue as SQS does, and a standard one without an ending', () => {
    const { queue } = read({ Inbox: aQueue, Media: { Type: 'AWS::SQS::Queue' } });

    expect(queue.map(({ name, arn }) => [name, arn.split(':').at(-1)])).toEqual([
      ['Inbox.fifo', 'Inbox.fifo'],
      ['Media', 'Media'],
    ]);
  });

  test('gives the catalogue of the archive, the schedules and the stream of a table an address', () => {
    const table = { AttributeDefinitions: [], KeySchema: [] };
    const { function: functions } = read({
      Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: table },
      Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 day)' } },
      Reports: { Type: 'AWS::Athena::WorkGroup' },
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          ...{ Code: { S3Key: 'a.zip' }, Handler: 'index.handler', Runtime: 'nodejs24.x' },
          Environment: {
            Variables: {
              STREAM: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
              RULE: { 'Fn::GetAtt': ['Rule', 'Arn'] },
              REPORTS: { Ref: 'Reports' },
            },
          },
        },
      },
    });

    expect(functions[0]?.Environment.Variables).toEqual({
      STREAM: expect.stringContaining(':table/Table/stream/'),
      RULE: expect.stringContaining(':rule/Rule'),
      REPORTS: 'Reports',
    });
  });
});
