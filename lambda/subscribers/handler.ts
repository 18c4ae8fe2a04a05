import { randomBytes } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { toRequest } from '../adapters/api-gateway.ts';
import { awsJson, DYNAMODB, SQS } from '../adapters/aws-json.ts';
import { deliveryLogReader } from '../adapters/delivery-log-reader.ts';
import { cachedSecret, secretReader } from '../adapters/secrets-manager.ts';
import { deliverySender } from '../adapters/sqs-delivery.ts';
import { subscriberReader, subscriberWriter } from '../adapters/subscriber-table.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { parseSigningKey } from '../domain/signing-secrets.ts';
import { type AnswerDeps, answer } from './answer.ts';
import { loadSubscribersConfig } from './config.ts';

const config = loadSubscribersConfig(process.env);
const telemetry = createTelemetry('subscribers');
const dynamodb = awsJson(config.dynamodb, DYNAMODB, { attempts: 3, timeoutMs: 2000 });
const sqs = awsJson(config.sqs, SQS, { attempts: 3, timeoutMs: 2000 });
const readSigningKey = secretReader(config.secretsManager)(config.signingKeyArn);
const deps: AnswerDeps = {
  table: {
    ...subscriberReader(dynamodb, config.tableName),
    ...subscriberWriter(dynamodb, config.tableName),
  },
  signingKey: cachedSecret(readSigningKey, parseSigningKey).current,
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
