import { apiHandler } from '../../answers/api-handler.ts';
import { dynamoDbClient } from '../../shared/aws/dynamodb-client.ts';
import { createTelemetry } from '../../shared/aws/telemetry.ts';
import { callerReader, callerWriter } from '../caller-table.ts';
import { tenantAmong } from '../caller-tenant.ts';
import { type AnswerDeps, answer } from './answer.ts';
import { loadTenantsConfig } from './config.ts';

const config = loadTenantsConfig(process.env);
const telemetry = createTelemetry('tenants');
const dynamodb = dynamoDbClient(config.dynamodb, { attempts: 3, timeoutMs: 2000 });
const callers = callerReader(dynamodb, config.tableName);
const deps: AnswerDeps = {
  callers,
  // As it is now: whoever was just given all of them goes on with it.
  tenantOf: async (principal, signal) => tenantAmong(await callers(signal), principal),
  table: callerWriter(dynamodb, config.tableName),
  error: telemetry.error,
};

export const handler = apiHandler(telemetry, (request) => answer(request, deps));
