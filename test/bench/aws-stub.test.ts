import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startAwsStub } from '../../bench/aws-stub.ts';
import { functionEnvironment } from '../../bench/function-environment.ts';
import { sentBatches } from '../../bench/queue-messages.ts';
import { byKeyAndPrefix } from '../../lambda/table/query-table.ts';

async function aStub() {
  const stub = await startAwsStub({ appSecret: 'secret' }, undefined);
  onTestFinished(() => stub[Symbol.asyncDispose]());
  const client = {
    region: 'us-east-1',
    endpoint: stub.url,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  return { stub, client };
}

const entry = { Id: '0', MessageBody: 'x', MessageGroupId: 'g', MessageDeduplicationId: 'd' };

describe('the stub of AWS', () => {
  test('takes a batch as SQS does, checksum included, and remembers it', async () => {
    const { stub, client } = await aStub();
    const batch = { QueueUrl: 'https://sqs/q.fifo', Entries: [entry] };

    const answer = await new SQSClient(client).send(new SendMessageBatchCommand(batch));

    expect(answer.Successful).toHaveLength(1);
    expect(sentBatches(stub.takeCalls())).toEqual([batch]);
  });

  test('finds the rows that it was given, and no others', async () => {
    const { stub, client } = await aStub();
    const dynamodb = new DynamoDBClient(client);
    const row = { pk: { S: 'p' }, sk: { S: 's' }, note: { S: 'x' } };
    stub.keepRows([row]);
    const get = (S: string) =>
      dynamodb.send(new GetItemCommand({ TableName: 't', Key: { pk: { S }, sk: { S: 's' } } }));

    expect((await get('p')).Item).toEqual(row);
    expect((await get('another')).Item).toBeUndefined();
  });

  test('finds the rows of a prefix, as many as are asked for, and several by their keys', async () => {
    const { stub, client } = await aStub();
    const dynamodb = new DynamoDBClient(client);
    const rows = ['a#1', 'a#2', 'b#1'].map((S) => ({ pk: { S: 'p' }, sk: { S } }));
    stub.keepRows(rows);
    const ofPrefix = new QueryCommand({ TableName: 't', ...byKeyAndPrefix('p', 'a#'), Limit: 1 });
    const Keys = [...rows.slice(1), { pk: { S: 'p' }, sk: { S: 'c' } }];
    const several = new BatchGetItemCommand({ RequestItems: { t: { Keys } } });

    expect((await dynamodb.send(ofPrefix)).Items).toEqual(rows.slice(0, 1));
    expect((await dynamodb.send(several)).Responses).toEqual({ t: rows.slice(1) });
  });

  test('counts each call once', async () => {
    const { stub, client } = await aStub();
    const sqs = new SQSClient(client);
    const send = () =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl: 'https://sqs/q', Entries: [entry] }));
    await send();
    await send();

    expect(stub.takeCalls().map(({ action }) => action)).toEqual([
      'SendMessageBatch',
      'SendMessageBatch',
    ]);
    expect(stub.takeCalls()).toEqual([]);
  });

  test('knows the secrets that the functions ask for', async () => {
    const { stub, client } = await aStub();
    const SecretId = functionEnvironment(stub.url, '')['META_SECRET_ARN'];

    const answer = await new SecretsManagerClient(client).send(
      new GetSecretValueCommand({ SecretId }),
    );

    expect(answer.SecretString).toContain('"appSecrets":["secret"]');
  });
});
