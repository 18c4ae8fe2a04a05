import { apiHandler } from '../answers/api-handler.ts';
import { keptTenancy } from '../channels/tenancy.ts';
import { mediaLinks } from '../media/links.ts';
import { parseMediaPolicies } from '../media/policy.ts';
import { s3MediaPresigner } from '../media/s3-links.ts';
import { messageFinder } from '../people/message-finder.ts';
import { dynamoDbClient } from '../shared/aws/dynamodb-client.ts';
import { createTelemetry } from '../shared/aws/telemetry.ts';
import type { ReadTable } from '../table/query-table.ts';
import { tableReader } from '../table/reader-table.ts';
import { s3PayloadReader } from '../table/s3-payloads.ts';
import { type AnswerDeps, answer } from './answer.ts';
import { loadApiConfig } from './config.ts';

const config = loadApiConfig(process.env);
const telemetry = createTelemetry('api');
const now = () => Date.now();
// A caller waits: a few quick tries, then it is told to try again.
const READ_TIMEOUT_MS = 6000;
const dynamodb = dynamoDbClient(config.dynamodb, { attempts: 3, timeoutMs: 2000 });
const readTable: ReadTable = (operation, input) =>
  dynamodb(operation, input, AbortSignal.timeout(READ_TIMEOUT_MS));
const table = tableReader(readTable, config.tableName, now);
const deps: AnswerDeps = {
  ...keptTenancy(dynamodb, config.tableName, now),
  table,
  findMessage: messageFinder(table, now),
  readPayload: s3PayloadReader(config.overflowBucket, config.s3),
  linkMedia: mediaLinks(
    s3MediaPresigner(config.mediaBucket, config.s3, now),
    parseMediaPolicies(config.mediaPolicy),
    now,
  ),
  now,
  error: telemetry.error,
};

export const handler = apiHandler(telemetry, (request) => answer(request, deps));
