import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { answerStack } from '../adapters/answer-stack.ts';
import { startDeadline } from '../adapters/deadline.ts';
import { eventSourceMappings } from '../adapters/event-source-mappings.ts';
import { lambdaClient } from '../adapters/lambda-client.ts';
import { sqsClient } from '../adapters/sqs-client.ts';
import { respondToStack } from '../adapters/stack-response.ts';
import { subscriberQueues } from '../adapters/subscriber-queues.ts';
import { subscriberQueueNames } from '../domain/subscriber-queue-names.ts';
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
