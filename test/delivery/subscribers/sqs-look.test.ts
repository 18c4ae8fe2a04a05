import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { queueLook } from '../../../lambda/delivery/subscribers/sqs-look.ts';
import { listen } from '../../../local/loopback-server.ts';
import { awsService } from '../../support/aws-service.ts';

const { signal } = new AbortController();

/** SQS that gives every request the same answer. */
async function anSqs(status: number, body: object) {
  const server = await listen(
    createServer((_, response) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(body));
    }),
  );
  onTestFinished(() => server.close());
  const look = queueLook(awsService('sqs', server.url));
  return () => look(`${server.url}/000000000000/theirs.fifo`, signal);
}

const refused = (code: string) => anSqs(400, { __type: `com.amazonaws.sqs#${code}`, message: '' });

describe("a queue of somebody's own", () => {
  test('is there where SQS tells of it', async () => {
    const look = await anSqs(200, {
      Attributes: { QueueArn: 'arn:aws:sqs:us-east-1:1:theirs.fifo' },
    });

    expect(await look()).toBe('there');
  });

  test.each([
    ['QueueDoesNotExist', 'missing'],
    ['AccessDeniedException', 'denied'],
  ])('by %s is %s', async (code, found) => {
    expect(await (await refused(code))()).toBe(found);
  });

  test('is not known to be there or not where SQS fails', async () => {
    await expect((await refused('InvalidAddress'))()).rejects.toThrow('InvalidAddress');
  });
});
