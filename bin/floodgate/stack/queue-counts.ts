import { clientSettings } from './client-settings.ts';
import { type StackAddress, unavailable } from './deployed-stack.ts';

/** About how much a queue holds. */
export interface QueueCount {
  /** As people call it, such as `inbox`. */
  readonly name: string;
  readonly waiting: number;
  readonly underWay: number;
  /** Of these somebody has to look at each. */
  readonly isDeadLetters: boolean;
}

/** What the queues of a stack hold, but for those of its subscribers, which the API tells. */
export async function countQueues({
  endpoints,
  queues,
  name,
}: StackAddress): Promise<readonly QueueCount[]> {
  // Loaded here, because it takes longer than all the rest of the command.
  const { GetQueueAttributesCommand, SQSClient } = await import('@aws-sdk/client-sqs');
  const client = new SQSClient(clientSettings(endpoints?.sqs));
  const count = async ([queue, QueueUrl]: readonly [string, string]): Promise<QueueCount> => {
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
    const { Attributes: attributes = {} } = await client.send(command);
    return {
      name: queue,
      waiting: Number(attributes.ApproximateNumberOfMessages ?? 0),
      underWay: Number(attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
      isDeadLetters: /deadLetter/i.test(queue),
    };
  };
  try {
    return await Promise.all(Object.entries(queues).map(count));
  } catch (error) {
    return unavailable(`the queues of ${name} cannot be counted`)(error);
  } finally {
    client.destroy();
  }
}
