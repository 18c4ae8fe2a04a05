import { describe, expect, test } from 'vitest';
import { subscriberQueue } from '../../lambda/delivery/sqs-endpoint.ts';
import { AwsRequestError } from '../../lambda/shared/aws/request.ts';
import { awsService } from '../support/aws-service.ts';
import { type StubAnswer, startAwsStub } from '../support/aws-stub.ts';

const { signal } = new AbortController();
const request = { body: '{"version":1}', headers: { 'webhook-id': 'message_a' } };
const place = { group: 'delivery.a', deduplicationId: 'message.a' };

async function aQueue(answer: StubAnswer = { body: { MessageId: '1' } }) {
  const { url, calls } = await startAwsStub(() => answer);
  const send = subscriberQueue(awsService('sqs', url));
  return { calls, send: (queueUrl: string) => send(queueUrl, request, place, signal) };
}

const MESSAGE = {
  MessageBody: request.body,
  MessageAttributes: { 'webhook-id': { DataType: 'String', StringValue: 'message_a' } },
};

describe('a subscriber’s own queue', () => {
  test('gets the headers as attributes', async () => {
    const { calls, send } = await aQueue();
    const QueueUrl = 'https://sqs.eu-central-1.amazonaws.com/1/bot';

    await send(QueueUrl);

    expect(calls).toEqual([{ target: 'AmazonSQS.SendMessage', input: { QueueUrl, ...MESSAGE } }]);
  });

  test('gets group and deduplication id where it is a FIFO queue', async () => {
    const { calls, send } = await aQueue();
    const QueueUrl = 'https://sqs.eu-central-1.amazonaws.com/1/bot.fifo';

    await send(QueueUrl);
    await send(QueueUrl);

    const input = {
      QueueUrl,
      ...MESSAGE,
      MessageGroupId: 'delivery.a',
      MessageDeduplicationId: 'message.a',
    };
    expect(calls.map((call) => call.input)).toEqual([input, input]);
  });

  test('that refuses rejects by the name of its refusal, and is not asked again', async () => {
    const body = { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'no queue' };
    const { calls, send } = await aQueue({ status: 400, body });

    const sending = send('https://sqs.eu-central-1.amazonaws.com/1/bot');

    await expect(sending).rejects.toThrow(AwsRequestError);
    await expect(sending).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    expect(calls).toHaveLength(1);
  });

  test('that a key of its own encrypts, which no right reaches, says so', async () => {
    const body = { __type: 'com.amazonaws.sqs#KmsAccessDenied', message: 'arn:aws:kms:…' };
    const { send } = await aQueue({ status: 400, body });

    const sending = send('https://sqs.eu-central-1.amazonaws.com/1/bot');
    await expect(sending).rejects.toMatchObject({ name: 'KmsAccessDenied' });
  });

  test('in another Region is asked there', async () => {
    const { calls, send } = await aQueue();

    // Nothing answers there: no such Region is.
    await expect(send('https://sqs.xx-nowhere-1.amazonaws.com/1/bot')).rejects.toThrow();

    expect(calls).toEqual([]);
  });
});
