import * as z from 'zod/mini';

const text = z.optional(z.string());
const QueueUrl = z.string();
const ReceiptHandle = z.string();

export const messageAttributes = z.record(
  z.string(),
  z.object({ DataType: z.string(), StringValue: text, BinaryValue: text }),
);

const message = {
  MessageBody: text,
  MessageAttributes: z.optional(messageAttributes),
  MessageGroupId: text,
  MessageDeduplicationId: text,
  DelaySeconds: z.optional(z.number()),
};
const visibility = { ReceiptHandle, VisibilityTimeout: z.number() };
const textByName = z.record(z.string(), z.string());
const names = z._default(z.array(z.string()), []);

function batch<Entry extends z.core.$ZodLooseShape>(entry: Entry) {
  const Entries = z._default(z.array(z.object({ Id: z.string(), ...entry })), []);
  return z.object({ QueueUrl, Entries });
}

/** What the actions read of their requests. */
export const requests = {
  queue: z.object({ QueueUrl }),
  send: z.object({ QueueUrl, ...message }),
  sendBatch: batch(message),
  receive: z.object({
    QueueUrl,
    MaxNumberOfMessages: z._default(z.number(), 1),
    WaitTimeSeconds: z.optional(z.number()),
    VisibilityTimeout: z.optional(z.number()),
    MessageSystemAttributeNames: names,
    AttributeNames: names,
    MessageAttributeNames: names,
  }),
  delete: z.object({ QueueUrl, ReceiptHandle }),
  deleteBatch: batch({ ReceiptHandle }),
  changeVisibility: z.object({ QueueUrl, ...visibility }),
  changeVisibilityBatch: batch(visibility),
  queueName: z.object({ QueueName: z.string() }),
  createQueue: z.object({
    QueueName: z.string(),
    Attributes: z._default(textByName, {}),
    tags: z._default(textByName, {}),
  }),
  tagQueue: z.object({ QueueUrl, Tags: textByName }),
  untagQueue: z.object({ QueueUrl, TagKeys: z.array(z.string()) }),
  setQueueAttributes: z.object({ QueueUrl, Attributes: textByName }),
  listQueues: z.object({
    QueueNamePrefix: z._default(z.string(), ''),
    MaxResults: z.optional(z.number()),
    NextToken: text,
  }),
  queueAttributes: z.object({ QueueUrl, AttributeNames: names }),
  startMove: z.object({ SourceArn: z.string(), DestinationArn: text }),
  redrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() }),
  listMoves: z.object({ SourceArn: z.string() }),
};

export type SendRequest = Omit<z.output<typeof requests.send>, 'QueueUrl'>;
export type ReceiveRequest = z.output<typeof requests.receive>;
