import {
  ChangeMessageVisibilityBatchCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { CallAws } from './json-protocol.ts';
import type { Patience } from './request.ts';
import { clientSettings, sdkCall } from './sdk-call.ts';
import type { AwsService } from './service.ts';

const COMMANDS = {
  ChangeMessageVisibilityBatch: ChangeMessageVisibilityBatchCommand,
  CreateQueue: CreateQueueCommand,
  DeleteMessage: DeleteMessageCommand,
  DeleteQueue: DeleteQueueCommand,
  GetQueueAttributes: GetQueueAttributesCommand,
  ListQueues: ListQueuesCommand,
  ReceiveMessage: ReceiveMessageCommand,
  SendMessage: SendMessageCommand,
  SendMessageBatch: SendMessageBatchCommand,
};

/** Calls SQS by the SDK's client. TLS makes its sums of the answers needless. */
export function sqsClient(service: AwsService, { attempts, timeoutMs }: Patience): CallAws {
  const client = new SQSClient({ ...clientSettings(service, timeoutMs), md5: false });
  return sdkCall(service, client, COMMANDS, { attempts });
}
