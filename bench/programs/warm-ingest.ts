import { createHmac } from 'node:crypto';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { alternate, roundsInput } from './alternate.ts';
import { credentials } from './credentials.ts';
import { readInput, report } from './report.ts';

const input = z
  .object({
    bundle: z.string(),
    appSecret: z.string(),
    webhooks: z.array(
      z.object({
        event: z.looseObject({ body: z.string() }),
        entry: z.object({
          Id: z.string(),
          MessageBody: z.string(),
          MessageGroupId: z.string(),
          MessageDeduplicationId: z.string(),
        }),
      }),
    ),
    queueUrl: z.string(),
    rounds: roundsInput,
  })
  .parse(readInput());

type Handler = (event: object) => Promise<{ readonly statusCode?: number }>;

const { handler }: { handler: Handler } = await import(input.bundle);
// Or the queue's URL would override AWS_ENDPOINT_URL_SQS.
const client = new SQSClient({ useQueueUrlAsEndpoint: false, credentials });
const webhookAt = (n: number) => {
  const webhook = input.webhooks[n % input.webhooks.length];
  if (webhook === undefined) throw new Error('no webhooks');
  return webhook;
};

const rounds = await alternate(
  async (n) => {
    const { statusCode } = await handler(webhookAt(n).event);
    if (statusCode !== 200) throw new Error(`a webhook was answered ${statusCode}`);
  },
  async (n) => {
    const { event, entry } = webhookAt(n);
    createHmac('sha256', input.appSecret).update(event.body).digest();
    JSON.parse(event.body);
    const batch = { QueueUrl: input.queueUrl, Entries: [entry] };
    await client.send(new SendMessageBatchCommand(batch));
  },
  input.rounds,
);
report({ rounds });
