import { onTestFinished } from 'vitest';
import { eventSourceMappings } from '../../lambda/delivery/lambda-mappings.ts';
import { subscriberQueueNames } from '../../lambda/delivery/queue-names.ts';
import { subscriberQueues } from '../../lambda/delivery/sqs-queues.ts';
import { lambdaClient } from '../../lambda/shared/aws/lambda-client.ts';
import { sqsClient } from '../../lambda/shared/aws/sqs-client.ts';
import { LocalClock } from '../../local/clock.ts';
import { serveLambda } from '../../local/mappings/endpoint.ts';
import { MappingHost } from '../../local/mappings/mapping-host.ts';
import { Rights } from '../../local/rights/rights.ts';
import { serveSqs } from '../../local/sqs/endpoint.ts';
import { QueueHost, queueArn } from '../../local/sqs/queue-host.ts';
import { awsService } from './aws-service.ts';

const PATIENCE = { attempts: 1, timeoutMs: 5000 };

/** What the names of subscribers' queues begin with. */
export const PREFIX = 'Floodgate-Subscribers-';

const DELIVERER = 'Deliverer';

/** SQS and Lambda's mappings as the local stack has them, with a dead-letter queue and a deliverer that reads nothing. */
export async function localQueues({ switchMs = 0 } = {}) {
  const clock = new LocalClock();
  const queues = new QueueHost(clock);
  const sqsServer = await serveSqs(queues, () => undefined, undefined, clock.now);
  const mappings = new MappingHost({ queues, clock, switchMs, rights: new Rights() });
  mappings.addFunction({
    ...{ name: DELIVERER, arn: `arn:aws:lambda:us-east-1:000000000000:function:${DELIVERER}` },
    timeoutSeconds: 120,
    poll: () => {
      const { promise: finished, resolve: stop } = Promise.withResolvers<void>();
      return { finished, stop, left: () => 0, hurry: () => {} };
    },
  });
  const none = () => undefined;
  const lambdaServer = await serveLambda(mappings, none, none, clock.now);
  onTestFinished(async () => {
    mappings.stop();
    await Promise.all([sqsServer.close(), lambdaServer.close()]);
  });
  queues.create({ name: 'dead-letter.fifo' });
  const deadLetterUrl = `${sqsServer.url}/000000000000/dead-letter.fifo`;
  const sqs = sqsClient(awsService('sqs', sqsServer.url), PATIENCE);
  const lambda = lambdaClient(awsService('lambda', lambdaServer.url), PATIENCE);
  const names = subscriberQueueNames(queueArn(PREFIX), deadLetterUrl);
  return {
    ...{ clock, names, sqs, lambda, host: queues, deadLetterUrl },
    /** Of a function that makes and removes them. */
    environment: {
      SUBSCRIBER_QUEUES_ARN: queueArn(PREFIX),
      DELIVERIES_DEAD_LETTER_QUEUE_URL: deadLetterUrl,
      DELIVERER_NAME: DELIVERER,
      MAXIMUM_CONCURRENCY: '10',
      VISIBILITY_TIMEOUT_SECONDS: '720',
      AWS_ENDPOINT_URL_SQS: sqsServer.url,
      AWS_ENDPOINT_URL_LAMBDA: lambdaServer.url,
    },
    queues: subscriberQueues(sqs, { names, visibilityTimeoutSeconds: 720 }),
    mappings: eventSourceMappings(lambda, DELIVERER),
  };
}
