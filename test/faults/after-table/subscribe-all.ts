import { endpointStateWriter } from '../../../lambda/delivery/endpoint-table.ts';
import { eventSourceMappings } from '../../../lambda/delivery/lambda-mappings.ts';
import { subscriberQueueNames } from '../../../lambda/delivery/queue-names.ts';
import { subscriberQueues } from '../../../lambda/delivery/sqs-queues.ts';
import { subscriberReader, subscriberWriter } from '../../../lambda/delivery/subscriber-table.ts';
import { addSubscriber, type ManageDeps } from '../../../lambda/delivery/subscribers/manage.ts';
import { waitingDeliveries } from '../../../lambda/delivery/waiting-table.ts';
import { awsAnswer } from '../aws-answer.ts';
import { DEPLOYED } from './deployed.ts';
import { queueArnOf } from './queues.ts';
import { tableCalls } from './stored-updates.ts';
import { inputOf } from './subscribers.ts';
import type { AfterTableWorld } from './world.ts';

/** Adds all subscribers, long before anything fails. */
export async function subscribeAll(world: AfterTableWorld): Promise<void> {
  const { table, queues, mappings, subscribers, now } = world;
  const dynamodb = tableCalls(table);
  const sqs = async (operation: string, input: object) =>
    awsAnswer('sqs', queues.act(operation, input, undefined));
  const lambda = async (operation: string, input: object) => {
    if (operation !== 'CreateEventSourceMapping')
      throw new Error(`Lambda is asked to ${operation}`);
    return awsAnswer('lambda', mappings.create({ EventSourceArn: '', ...input }));
  };
  const names = subscriberQueueNames(queueArnOf('').replace(/\.fifo$/, ''), 'https://sqs/1/dead');
  const visibilityTimeoutSeconds = DEPLOYED.queues.deliveries.visibilityTimeout;
  const deps: ManageDeps = {
    table: { ...subscriberReader(dynamodb, 'events'), ...subscriberWriter(dynamodb, 'events') },
    signingKey: async () => 'simulated',
    state: endpointStateWriter(dynamodb, 'events', now),
    queues: subscriberQueues(sqs, { names, visibilityTimeoutSeconds }),
    mappings: eventSourceMappings(lambda, 'deliverer'),
    waiting: waitingDeliveries(dynamodb, 'events', now),
    queueArn: queueArnOf,
    functions: 10,
    newId: () => '',
    now,
  };
  mappings.isSettled = true;
  for (const subscriber of subscribers) {
    const newId = () => String(subscriber.index);
    await addSubscriber(inputOf(subscriber), { ...deps, newId }, new AbortController().signal);
  }
  mappings.isSettled = false;
}
