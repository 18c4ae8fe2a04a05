import type { Context } from 'aws-lambda';
import { keptTenancy } from '../../channels/tenancy.ts';
import { deliveryDrops } from '../../delivery/drops-table.ts';
import { deliveryLogReader } from '../../delivery/log-reader-table.ts';
import { subscriberQueueNames } from '../../delivery/queue-names.ts';
import { isQueueGone } from '../../delivery/sqs-queues.ts';
import { subscriberReader } from '../../delivery/subscriber-table.ts';
import { forgettingTable } from '../../forgetting/forgettings-table.ts';
import { startDeadline } from '../../shared/aws/deadline.ts';
import { awsJson, DYNAMODB, SQS } from '../../shared/aws/json-protocol.ts';
import { sqsQueue } from '../../shared/aws/sqs-queue.ts';
import { createTelemetry } from '../../shared/aws/telemetry.ts';
import { s3ArchivedEvents } from '../s3-archived-events.ts';
import { type AuditDeps, auditHour } from './audit-hour.ts';
import { loadAuditorConfig } from './config.ts';

/** Kept back for what follows the last read: metrics. */
const END_RESERVE_MS = 1000;

const config = loadAuditorConfig(process.env);
const telemetry = createTelemetry('auditor');
const { tableName } = config;
const now = () => Date.now();
const dynamodb = awsJson(config.dynamodb, DYNAMODB, { attempts: 6, timeoutMs: 5000 });
const sqs = awsJson(config.sqs, SQS, { attempts: 4, timeoutMs: 3000 });
const names = subscriberQueueNames(config.queuesArn, config.deliveriesDeadLetterQueueUrl);
const subscribers = subscriberReader(dynamodb, tableName);
const forgettings = forgettingTable(dynamodb, tableName, now);
const tenancy = keptTenancy(dynamodb, tableName, now);
const deps: AuditDeps = {
  archived: s3ArchivedEvents(config.bucket, config.s3),
  subscribers: async (signal) =>
    (await subscribers.list(signal)).subscribers.map(({ subscriber }) => subscriber),
  forgettings: async (signal) =>
    (await forgettings.list(signal)).map(({ forgetting }) => forgetting),
  ownership: tenancy.ownership,
  channels: tenancy.readableChannels,
  drops: deliveryDrops(dynamodb, tableName),
  queued: (id, signal) =>
    sqsQueue(sqs, names.url(id))
      .waiting(signal)
      .catch((error: unknown) => {
        if (isQueueGone(error)) return undefined;
        throw error;
      }),
  log: deliveryLogReader(dynamodb, tableName, now),
  now,
  count: telemetry.count,
  warn: telemetry.warn,
};

export async function handler(_: unknown, context: Context): Promise<void> {
  using deadline = startDeadline(context.getRemainingTimeInMillis() - END_RESERVE_MS);
  try {
    await auditHour(deadline.signal, deps);
  } finally {
    await telemetry.flush();
  }
}
