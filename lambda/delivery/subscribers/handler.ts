import { randomBytes, randomUUID } from 'node:crypto';
import { apiHandler } from '../../answers/api-handler.ts';
import { keptTenancy } from '../../channels/tenancy.ts';
import { dynamoDbClient } from '../../shared/aws/dynamodb-client.ts';
import { lambdaClient } from '../../shared/aws/lambda-client.ts';
import { secretsClient } from '../../shared/aws/secrets-client.ts';
import {
  cachedSecret,
  SECRET_OUTDATED,
  SECRET_PATIENCE,
  secretReader,
} from '../../shared/aws/secrets-manager.ts';
import { sqsClient } from '../../shared/aws/sqs-client.ts';
import { createTelemetry } from '../../shared/aws/telemetry.ts';
import { faultName } from '../../shared/queue/failure.ts';
import { operationRow } from '../../table/operation-row.ts';
import { tableReader } from '../../table/reader-table.ts';
import { endpointStateWriter } from '../endpoint-table.ts';
import { eventSourceMappings } from '../lambda-mappings.ts';
import { deliveryLogReader } from '../log-reader-table.ts';
import { subscriberQueueNames } from '../queue-names.ts';
import { parseSigningKey } from '../signing-secrets.ts';
import { subscriberQueues } from '../sqs-queues.ts';
import { subscriberReader, subscriberWriter } from '../subscriber-table.ts';
import { waitingDeliveries } from '../waiting-table.ts';
import { type AnswerDeps, answer } from './answer.ts';
import { loadSubscribersConfig } from './config.ts';
import { queueLook } from './sqs-look.ts';

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
  ...keptTenancy(dynamodb, config.tableName, Date.now),
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
  isOwnQueue: names.isOwn,
  account: config.queuesArn.split(':')[4] ?? '',
  endpoints: { allowsLoopback: config.deliversToLoopback },
  newId: () => randomBytes(16).toString('base64url'),
  now: Date.now,
  error: telemetry.error,
};

export const handler = apiHandler(telemetry, (request) => answer(request, deps));
