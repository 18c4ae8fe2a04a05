import type { Context } from 'aws-lambda';
import { backlogTable } from '../adapters/backlog-table.ts';
import { startDeadline } from '../adapters/deadline.ts';
import { eventSourceMappings } from '../adapters/event-source-mappings.ts';
import { lambdaClient } from '../adapters/lambda-client.ts';
import { batchSender } from '../adapters/sqs-batch.ts';
import { sqsQueue } from '../adapters/sqs-queue.ts';
import { subscriberQueues } from '../adapters/subscriber-queues.ts';
import { subscriberWriter } from '../adapters/subscriber-table.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { deliveringServices, TRY_MS } from '../deliverer/delivering-services.ts';
import type { OutgoingDelivery } from '../router/send-round.ts';
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
