import type { Context } from 'aws-lambda';
import { startDeadline } from '../../shared/aws/deadline.ts';
import { lambdaClient } from '../../shared/aws/lambda-client.ts';
import { batchSender } from '../../shared/aws/sqs-batch.ts';
import { sqsQueue } from '../../shared/aws/sqs-queue.ts';
import { createTelemetry } from '../../shared/aws/telemetry.ts';
import { deliveringServices, TRY_MS } from '../deliverer/services.ts';
import { eventSourceMappings } from '../lambda-mappings.ts';
import type { OutgoingDelivery } from '../router/send-round.ts';
import { subscriberQueues } from '../sqs-queues.ts';
import { subscriberWriter } from '../subscriber-table.ts';
import { backlogTable } from './backlog-table.ts';
import { loadProberConfig } from './config.ts';
import { lookAfterAll } from './look-after.ts';

/** Kept back for what follows the last try: the log, metrics. */
const END_RESERVE_MS = 6000;

const config = loadProberConfig(process.env);
const telemetry = createTelemetry('prober');
const { deps, dynamodb, names, nextSlot, sqs, subscribers, writeLog } = deliveringServices(
  config,
  telemetry,
);
const { visibilityTimeoutSeconds, functions } = config;
const lambda = lambdaClient(config.lambda, { attempts: 3, timeoutMs: 5000 });

export async function handler(_: unknown, context: Context): Promise<void> {
  const timeMs = () => context.getRemainingTimeInMillis() - END_RESERVE_MS;
  using deadline = startDeadline(timeMs());
  try {
    await lookAfterAll(deadline.signal, {
      ...deps,
      functions,
      // Of each subscriber its own: times are of a rate.
      nextSlot: (subscriber, given) => nextSlot(1)(subscriber, given),
      subscribers: subscribers.findAll,
      find: subscribers.find,
      sendTo: (id) => batchSender<OutgoingDelivery>(names.url(id), sqs),
      removeSubscriber: subscriberWriter(dynamodb, config.tableName).remove,
      queueArn: names.arn,
      idOfQueue: names.idOf,
      queues: subscriberQueues(sqs, { names, visibilityTimeoutSeconds }),
      mappings: eventSourceMappings(lambda, config.delivererName),
      backlog: backlogTable(dynamodb, config.tableName),
      former: sqsQueue(sqs, config.formerQueueUrl),
      hasTime: () => timeMs() > TRY_MS,
      isProbe: true,
    });
  } finally {
    await writeLog();
    await telemetry.flush();
  }
}
