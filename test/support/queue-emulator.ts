import { randomUUID } from 'node:crypto';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startFauxqs } from 'fauxqs';
import { type QueuedEvent, writeEnvelope } from '../../lambda/events/envelope.ts';
import { awsJson, SQS } from '../../lambda/shared/aws/json-protocol.ts';
import type { QueuedMessage } from '../../lambda/shared/queue/queued-message.ts';
import { awsService } from './aws-service.ts';

export type QueueEmulator = Awaited<ReturnType<typeof startQueues>>;

/** The inbox and its dead-letter queue, in memory, in this process. */
export async function startQueues() {
  const server = await startFauxqs({ port: 0, logger: false, defaultRegion: 'eu-central-1' });
  const attributes = { FifoQueue: 'true', VisibilityTimeout: '180' };
  const client = new SQSClient({
    endpoint: server.address,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const createQueue = (name: string) => {
    const { pathname } = new URL(server.createQueue(name, { attributes }).queueUrl);
    // The emulator's own names need not resolve on every machine.
    return new URL(pathname, server.address).href;
  };
  const inboxUrl = createQueue('inbox.fifo');
  const deadLetterUrl = createQueue('inbox-dead-letter.fifo');

  const service = awsService('sqs', server.address);
  return {
    /** As the functions call it. */
    sqs: awsJson(service, SQS, { attempts: 1, timeoutMs: 3000 }),
    endpoint: server.address,
    inboxUrl,
    deadLetterUrl,
    reset: () => server.reset(),
    send: async (event: QueuedEvent, body = writeEnvelope(event)) => {
      const command = new SendMessageCommand({
        QueueUrl: inboxUrl,
        MessageBody: body,
        MessageGroupId: event.group,
        MessageDeduplicationId: randomUUID(),
      });
      await client.send(command);
    },
    /** One message of each group, as Lambda gets them. */
    receiveBatch: async (): Promise<QueuedMessage[]> => {
      const command = new ReceiveMessageCommand({
        QueueUrl: inboxUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['All'],
      });
      const { Messages = [] } = await client.send(command);
      return Messages.map(({ MessageId, Body, ReceiptHandle, Attributes }) => ({
        messageId: MessageId ?? '',
        body: Body ?? '',
        receiptHandle: ReceiptHandle ?? '',
        receiveCount: Number(Attributes?.ApproximateReceiveCount),
        messageGroupId: Attributes?.MessageGroupId,
        sequenceNumber: Attributes?.SequenceNumber ?? '',
        sentAt: Number(Attributes?.SentTimestamp),
      }));
    },
    deadLetters: () => server.inspectQueue('inbox-dead-letter.fifo')?.messages.ready ?? [],
    /** Seconds until each message in flight is visible again. */
    hiddenSeconds: () => {
      const inflight = server.inspectQueue('inbox.fifo')?.messages.inflight ?? [];
      return inflight.map(({ visibilityDeadline }) =>
        Math.round((visibilityDeadline - Date.now()) / 1000),
      );
    },
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await server.stop();
    },
  };
}
