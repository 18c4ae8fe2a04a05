import { randomBytes } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { toRequest } from '../adapters/api-gateway.ts';
import { deliveryLogReader } from '../adapters/delivery-log-reader.ts';
import { dynamoDbClient } from '../adapters/dynamodb-client.ts';
import { secretsClient } from '../adapters/secrets-client.ts';
import {
  cachedSecret,
  SECRET_OUTDATED,
  SECRET_PATIENCE,
  secretReader,
} from '../adapters/secrets-manager.ts';
import { sqsClient } from '../adapters/sqs-client.ts';
import { deliverySender } from '../adapters/sqs-delivery.ts';
import { subscriberReader, subscriberWriter } from '../adapters/subscriber-table.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { faultName } from '../domain/failure.ts';
import { parseSigningKey } from '../domain/signing-secrets.ts';
import { type AnswerDeps, answer } from './answer.ts';
import { loadSubscribersConfig } from './config.ts';

const config = loadSubscribersConfig(process.env);
const telemetry = createTelemetry('subscribers');
const dynamodb = dynamoDbClient(config.dynamodb, { attempts: 3, timeoutMs: 2000 });
const sqs = sqsClient(config.sqs, { attempts: 3, timeoutMs: 2000 });
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
  send: deliverySender(sqs, config.deliveriesQueueUrl),
  deliveryLog: deliveryLogReader(dynamodb, config.tableName, Date.now),
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
