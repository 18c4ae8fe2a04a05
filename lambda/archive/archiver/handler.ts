import type { Context, DynamoDBStreamEvent } from 'aws-lambda';
import { receivedEvents } from '../../changes/routed-events.ts';
import { toStreamRecords } from '../../changes/table-stream.ts';
import { forgettingTable } from '../../forgetting/forgettings-table.ts';
import { startDeadline } from '../../shared/aws/deadline.ts';
import { dynamoDbClient } from '../../shared/aws/dynamodb-client.ts';
import { createTelemetry } from '../../shared/aws/telemetry.ts';
import { s3Archive } from '../s3-archive.ts';
import { type ArchiverDeps, archiveChanges } from './archive-changes.ts';
import { loadArchiverConfig } from './config.ts';

/** Kept back for what follows the last write: metrics, the answer. */
const ANSWER_RESERVE_MS = 1000;

const config = loadArchiverConfig(process.env);
const telemetry = createTelemetry('archiver');
const dynamodb = dynamoDbClient(config.dynamodb, { attempts: 5, timeoutMs: 5000 });
const now = () => Date.now();
const deps: ArchiverDeps = {
  forgettings: forgettingTable(dynamodb, config.tableName, now).list,
  now,
  store: s3Archive(config.bucket, config.s3),
  count: telemetry.count,
  warn: telemetry.warn,
};

export async function handler(event: DynamoDBStreamEvent, context: Context): Promise<void> {
  using deadline = startDeadline(context.getRemainingTimeInMillis() - ANSWER_RESERVE_MS);
  try {
    const records = toStreamRecords(event.Records, receivedEvents);
    await archiveChanges(records, deadline.signal, deps);
  } finally {
    await telemetry.flush();
  }
}
