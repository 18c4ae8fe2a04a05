import { apiHandler } from '../../answers/api-handler.ts';
import { dynamoDbClient } from '../../shared/aws/dynamodb-client.ts';
import { createTelemetry } from '../../shared/aws/telemetry.ts';
import { callerReader } from '../../tenants/caller-table.ts';
import { keptCallers } from '../../tenants/caller-tenant.ts';
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
  keptDays: config.keptDays,
  tenantOf: keptCallers(callerReader(dynamodb, config.tableName), Date.now),
  now: Date.now,
  error: telemetry.error,
};

export const handler = apiHandler(telemetry, (request) => answer(request, deps));
