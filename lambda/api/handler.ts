import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { toRequest } from '../adapters/api-gateway.ts';
import { s3PayloadReader } from '../adapters/s3-payloads.ts';
import { tableReader } from '../adapters/table-reader.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { type AnswerDeps, answer } from './answer.ts';
import { loadApiConfig } from './config.ts';

const config = loadApiConfig(process.env);
const telemetry = createTelemetry('api');
const now = () => Date.now();
// A caller waits: a few quick tries, then it is told to try again.
const dynamoDb = new DynamoDBClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
});
const deps: AnswerDeps = {
  table: tableReader(dynamoDb, config.tableName, now),
  readPayload: s3PayloadReader(config.overflowBucket, config.s3),
  now,
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
