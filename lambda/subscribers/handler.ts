import { randomBytes, randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { toRequest } from '../adapters/api-gateway.ts';
import { deliveryLogReader } from '../adapters/delivery-log-reader.ts';
import { dynamoDbClient } from '../adapters/dynamodb-client.ts';
import { endpointStateWriter } from '../adapters/endpoint-state.ts';
import { eventSourceMappings } from '../adapters/event-source-mappings.ts';
import { lambdaClient } from '../adapters/lambda-client.ts';
import { operationRow } from '../adapters/operation-row.ts';
import { queueLook } from '../adapters/queue-look.ts';
import { secretsClient } from '../adapters/secrets-client.ts';
import {
  cachedSecret,
  SECRET_OUTDATED,
  SECRET_PATIENCE,
  secretReader,
} from '../adapters/secrets-manager.ts';
import { sqsClient } from '../adapters/sqs-client.ts';
import { subscriberQueues } from '../adapters/subscriber-queues.ts';
import { subscriberReader, subscriberWriter } from '../adapters/subscriber-table.ts';
import { tableReader } from '../adapters/table-reader.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { waitingDeliveries } from '../adapters/waiting-deliveries.ts';
import { faultName } from '../domain/failure.ts';
import { parseSigningKey } from '../domain/signing-secrets.ts';
import { subscriberQueueNames } from '../domain/subscriber-queue-names.ts';
import { type AnswerDeps, answer } from './answer.ts';
import { loadSubscribersConfig } from './config.ts';

const config = loadSubscribersConfig(process.env);
const telemetry = createTelemetry('subscribers');
const dynamodb = dynamoDbClient(config.dynamodb, { attempts: 3, timeoutMs: 2000 });
const sqs = sqsClient(config.sqs, { attempts: 3, timeoutMs: 2000 });
const lambda = lambdaClient(config.lambda, { attempts: 4, timeoutMs: 8000 });
const { visibilityTimeoutSeconds } = config;
const names = subscriberQueueNames(config.queuesArn, config.neighbourUrl);
const readSigningKey = secretReader(secretsClient(config.secretsManager, SECRET_PATIENCE))(
  config.signingKeyArn,
);
const deps: AnswerDeps = {
  table: {
    ...subscriberReader(dynamodb, config.tableName),
    ...subscriberWriter(dynamodb, config.tableName),
  },
  signingKey: cachedSecret(readSigningKey, parseSigningKey, {
    onOutage: (error) => telemetry.warn(SECRET_OUTDATED, { fault: faultName(error) }),
  }).current,
  state: endpointStateWriter(dynamodb, config.tableName, Date.now),
  queues: subscriberQueues(sqs, { names, visibilityTimeoutSeconds }),
  mappings: eventSourceMappings(lambda, config.delivererName),
  queueArn: names.arn,
  functions: config.functions,
  deliveryLog: deliveryLogReader(dynamodb, config.tableName, Date.now),
  waiting: waitingDeliveries(dynamodb, config.tableName, Date.now),
  person: (signal) => ({
    table: tableReader((...call) => dynamodb(...call, signal), config.tableName, Date.now),
  }),
  record: async (operation, by, signal) => {
    const Item = operationRow(operation, by, Date.now(), randomUUID());
    await dynamodb('PutItem', { TableName: config.tableName, Item }, signal);
  },
  lookAtQueue: queueLook(config.sqs),
  account: config.queuesArn.split(':')[4] ?? '',
  endpoints: { allowsLoopback: config.deliversToLoopback },
  newId: () => randomBytes(16).toString('base64url'),
  now: Date.now,
  error: telemetry.error,
};

export async function handler(
  event: APIGatewayProxyEventV2,
): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    return await answer(toRequest(event), deps);
  } finally {
    await telemetry.flush();
  }
}
