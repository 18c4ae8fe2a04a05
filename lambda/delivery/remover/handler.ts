import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { startDeadline } from '../../shared/aws/deadline.ts';
import { lambdaClient } from '../../shared/aws/lambda-client.ts';
import { sqsClient } from '../../shared/aws/sqs-client.ts';
import { answerStack } from '../../teardown/answer-stack.ts';
import { respondToStack } from '../../teardown/https-stack-response.ts';
import { eventSourceMappings } from '../lambda-mappings.ts';
import { subscriberQueueNames } from '../queue-names.ts';
import { subscriberQueues } from '../sqs-queues.ts';
import { loadRemoverConfig } from './config.ts';
import { removeAll } from './remove-all.ts';

/** Kept back for the answer: without one CloudFormation waits for an hour. */
const ANSWER_RESERVE_MS = 20_000;

const config = loadRemoverConfig(process.env);
const patience = { attempts: 6, timeoutMs: 5000 };
const names = subscriberQueueNames(config.queuesArn, config.neighbourUrl);
const { visibilityTimeoutSeconds } = config;
const deps = {
  queues: subscriberQueues(sqsClient(config.sqs, patience), { names, visibilityTimeoutSeconds }),
  mappings: eventSourceMappings(lambdaClient(config.lambda, patience), config.delivererName),
  idOfQueue: names.idOf,
  sleep: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }),
};

export async function handler(
  event: CloudFormationCustomResourceEvent,
  context: Context,
): Promise<void> {
  using deadline = startDeadline(context.getRemainingTimeInMillis() - ANSWER_RESERVE_MS);
  const { signal } = deadline;
  await answerStack(event, signal, {
    physicalId: names.prefix,
    what: 'queues of subscribers are',
    remove: () => removeAll(signal, deps),
    respond: respondToStack,
  });
}
