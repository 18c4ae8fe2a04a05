import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { toRequest } from '../../answers/api-gateway.ts';
import { dynamoDbClient } from '../../shared/aws/dynamodb-client.ts';
import { createTelemetry } from '../../shared/aws/telemetry.ts';
import { channelReader, channelWriter } from '../channel-table.ts';
import { outboxLook } from '../outbox-look-table.ts';
import { type AnswerDeps, answer } from './answer.ts';
import { loadChannelsConfig } from './config.ts';

const config = loadChannelsConfig(process.env);
const telemetry = createTelemetry('channels');
const dynamodb = dynamoDbClient(config.dynamodb, { attempts: 3, timeoutMs: 2000 });
const deps: AnswerDeps = {
  table: {
    ...channelReader(dynamodb, config.tableName),
    ...channelWriter(dynamodb, config.tableName),
  },
  isOutboxEmpty: outboxLook(dynamodb, config.tableName),
  longestRetentionDays: config.longestRetentionDays,
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
