import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod/mini';
import { createOutput } from '../../local/output.ts';
import { signedFetch } from '../../local/signature/signed-fetch.ts';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import { smallAssembly } from '../support/small-assembly.ts';

const AWS = { region: 'us-east-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } };

/** Writes the sort keys of its records, and throws for a batch with one that begins with `poison`. */
const HANDLER = `export async function handler({ Records }) {
  const keys = Records.map(({ dynamodb }) => dynamodb.Keys.sk.S);
  console.log('took ' + keys);
  if (keys.some((key) => key.startsWith('poison'))) throw new Error('poisoned');
}`;

const TABLE = {
  Type: 'AWS::DynamoDB::GlobalTable',
  Properties: {
    AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({
      ...{ AttributeName, AttributeType: 'S' },
    })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
  },
};
const StreamArn = { 'Fn::GetAtt': ['Table', 'StreamArn'] };
const READS = ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'];
const reading = {
  ...{ Effect: 'Allow', Action: READS.map((name) => `dynamodb:${name}`), Resource: StreamArn },
};
const BucketArn = { 'Fn::GetAtt': ['Bucket', 'Arn'] };
const writing = [
  {
    ...{ Effect: 'Allow', Action: 's3:PutObject' },
    Resource: { 'Fn::Join': ['', [BucketArn, '/aws/lambda/*']] },
  },
  { Effect: 'Allow', Action: 's3:ListBucket', Resource: BucketArn },
];

interface Setup {
  readonly mapping?: object;
  readonly statements?: readonly object[];
}

async function aReader({ mapping, statements = [reading, ...writing] }: Setup = {}) {
  const Mapping = {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      ...{ EventSourceArn: StreamArn, FunctionName: { Ref: 'Function' } },
      ...{ StartingPosition: 'TRIM_HORIZON', MaximumRetryAttempts: 1 },
      DestinationConfig: { OnFailure: { Destination: BucketArn } },
      ...mapping,
    },
  };
  const resources = { Table: TABLE, Bucket: { Type: 'AWS::S3::Bucket' }, Mapping };
  const lines: string[] = [];
  const write = (line: string) => lines.push(line.replace(/^\S+ \S+ /, ''));
  const stack = await startLocalStack({
    answersQuickly: false,
    assembly: await smallAssembly(resources, HANDLER, statements),
    output: createOutput({ write, verbose: false, colours: false }),
  });
  onTestFinished(async () => void (await stack.stop()));
  const client = new DynamoDBClient({ endpoint: stack.aws.dynamodb, ...AWS });
  onTestFinished(() => client.destroy());
  const put = (sk: string, extra: object = {}) =>
    client.send(
      new PutItemCommand({ TableName: 'Table', Item: { pk: { S: 'p' }, sk: { S: sk }, ...extra } }),
    );
  return { stack, put, lines };
}

const list = z.object({ keys: z.array(z.string()) });

async function objects({ aws, buckets }: LocalStack): Promise<string[]> {
  const listed = await (
    await signedFetch({
      ...{ service: 's3', url: aws.s3, path: `/${buckets[0]}`, query: { 'list-type': '2' } },
    })
  ).text();
  const keys = [...listed.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key);
  return list.parse({ keys }).keys;
}

const failure = z.looseObject({
  DDBStreamBatchInfo: z.looseObject({ startSequenceNumber: z.string() }),
  payload: z.string(),
});

describe('a function on the change stream of a table', () => {
  test('is invoked for what its filter lets through', async () => {
    const Pattern = '{"dynamodb":{"NewImage":{"kind":{"S":["event"]}}}}';
    const mapping = { FilterCriteria: { Filters: [{ Pattern }] } };
    const { put, lines, stack } = await aReader({ mapping });
    await put('1', { kind: { S: 'event' } });
    await put('2', { kind: { S: 'link' } });
    await put('3', { kind: { S: 'event' } });
    await expect.poll(stack.left, { timeout: 10_000 }).toBe(0);

    expect(lines.join('\n').match(/\d/g)).toEqual(['1', '3']);
    expect(stack.rights.unused).toEqual([]);
  });

  test('leaves what it never takes in a bucket, as Lambda does', async () => {
    const { put, stack, lines } = await aReader();
    await put('poison');
    await expect.poll(stack.left, { timeout: 10_000 }).toBe(0);
    await put('good');
    await expect.poll(stack.left, { timeout: 10_000 }).toBe(0);

    expect(lines.filter((line) => line.startsWith('took'))).toEqual([
      ...['took poison', 'took poison', 'took good'],
    ]);
    expect(lines.at(-2)).toContain(
      'RetryAttemptsExhausted: 1 changes written to arn:aws:s3:::bucket',
    );
    const [key = ''] = await objects(stack);
    const day = '\\d{4}/\\d{2}/\\d{2}/\\d{4}-\\d{2}-\\d{2}T\\d{2}\\.\\d{2}\\.\\d{2}';
    expect(key).toMatch(
      new RegExp(`^aws/lambda/[0-9a-f-]{36}/shardId-[0-9a-f-]+/${day}-[0-9a-f-]{36}$`),
    );
    const object = failure.parse(
      await (
        await signedFetch({
          ...{ service: 's3', url: stack.aws.s3, path: `/${stack.buckets[0]}/${key}` },
        })
      ).json(),
    );
    expect(object).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
      responseContext: { statusCode: 200, functionError: 'Unhandled' },
      DDBStreamBatchInfo: { batchSize: 1, streamArn: expect.stringContaining('/stream/') },
    });
    const records: DynamoDBRecord[] = JSON.parse(object.payload).Records;
    expect(records[0]?.dynamodb).toMatchObject({
      SequenceNumber: object.DDBStreamBatchInfo.startSequenceNumber,
      NewImage: { sk: { S: 'poison' } },
    });
  });

  test('is handed what its window holds back before the stack stops', async () => {
    const { put, stack, lines } = await aReader({
      mapping: { MaximumBatchingWindowInSeconds: 300 },
    });
    await put('1');

    expect(stack.left()).toBe(1);
    expect(await stack.stop(20_000)).toBe(0);
    expect(lines).toEqual(['took 1']);
  });

  test.each([
    ['read the stream', [...writing], 'dynamodb:GetRecords'],
    ['write to the bucket', [reading], 's3:PutObject'],
  ])('needs the right to %s', async (_, statements, action) => {
    await expect(aReader({ statements })).rejects.toThrow(`not authorized to perform: ${action}`);
  });

  test.each([
    [{ ParallelizationFactor: 2 }, 'ParallelizationFactor'],
    [{ TumblingWindowInSeconds: 30 }, 'TumblingWindowInSeconds'],
    [{ StartingPosition: 'AT_TIMESTAMP' }, 'StartingPosition'],
    [{ StartingPosition: { Ref: 'AWS::NoValue' } }, 'Mapping: has no StartingPosition'],
    [{ FilterCriteria: { Filters: [{ Pattern: '{"a":[{"cidr":"::/0"}]}' }] } }, 'cidr'],
    [{ DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:x' } } }, 'buckets only'],
    [{ EventSourceArn: 'arn:aws:kinesis:x' }, 'only queues and streams'],
    [{ EventSourceArn: 'arn:aws:dynamodb:x' }, 'Mapping: no stream arn:aws:dynamodb:x'],
  ])(
    'is not run with a mapping that Lambda, or this stack, does not know: %j',
    async (mapping, why) => {
      const anything = { Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' };
      await expect(aReader({ mapping, statements: [anything] })).rejects.toThrow(why);
    },
  );
});
