import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { startDeadline } from '../adapters/deadline.ts';
import { dynamoDbClient } from '../adapters/dynamodb-client.ts';
import { mediaLocator, mediaOpener } from '../adapters/media-providers.ts';
import { mediaTable } from '../adapters/media-table.ts';
import { channelTokens } from '../adapters/media-tokens.ts';
import { s3MediaStore } from '../adapters/s3-media.ts';
import { s3PayloadReader } from '../adapters/s3-payloads.ts';
import { secretsClient } from '../adapters/secrets-client.ts';
import { SECRET_PATIENCE, secretReader } from '../adapters/secrets-manager.ts';
import { sqsClient } from '../adapters/sqs-client.ts';
import { toBatchResponse, toQueuedMessages } from '../adapters/sqs-event.ts';
import { sqsVisibility, VISIBILITY_CHANGE_MS } from '../adapters/sqs-visibility.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { parseMediaPolicies } from '../domain/media-policy.ts';
import { loadMediaConfig } from './config.ts';
import { type SettleJobsDeps, settleJobs } from './settle-jobs.ts';

/** Kept back for what follows the last byte: an aborted upload, the delay, metrics, the answer. */
const ANSWER_RESERVE_MS = VISIBILITY_CHANGE_MS + 8000;

const config = loadMediaConfig(process.env);
const telemetry = createTelemetry('media');
const now = () => Date.now();
const secretAt = secretReader(secretsClient(config.secretsManager, SECRET_PATIENCE));
const tokenOf = channelTokens(
  { meta: secretAt(config.metaSecretArn), wasender: secretAt(config.wasenderSecretArn) },
  telemetry.warn,
);
const dynamodb = dynamoDbClient(config.dynamodb, { attempts: 6, timeoutMs: 3000 });
const sqs = sqsClient(config.sqs, { attempts: 4, timeoutMs: 3000 });
const deps: SettleJobsDeps = {
  table: mediaTable(dynamodb, config.tableName, now),
  readPayload: s3PayloadReader(config.overflowBucket, config.s3),
  locate: mediaLocator(config.providerUrls, tokenOf),
  open: mediaOpener(config.providerUrls),
  ...s3MediaStore(config.mediaBucket, config.s3),
  policies: parseMediaPolicies(config.mediaPolicy),
  delayReturns: sqsVisibility(sqs, config.queueUrl),
  now,
  random: () => Math.random(),
  count: telemetry.count,
  warn: telemetry.warn,
};

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  using deadline = startDeadline(context.getRemainingTimeInMillis() - ANSWER_RESERVE_MS);
  try {
    return toBatchResponse(await settleJobs(toQueuedMessages(event), deadline.signal, deps));
  } finally {
    await telemetry.flush();
  }
}
