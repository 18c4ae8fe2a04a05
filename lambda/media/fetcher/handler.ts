import { channelReader } from '../../channels/channel-table.ts';
import { dynamoDbClient } from '../../shared/aws/dynamodb-client.ts';
import { secretsClient } from '../../shared/aws/secrets-client.ts';
import { SECRET_PATIENCE, secretReader } from '../../shared/aws/secrets-manager.ts';
import { sqsClient } from '../../shared/aws/sqs-client.ts';
import { sqsHandler } from '../../shared/aws/sqs-handler.ts';
import { sqsVisibility, VISIBILITY_CHANGE_MS } from '../../shared/aws/sqs-visibility.ts';
import { createTelemetry } from '../../shared/aws/telemetry.ts';
import { s3PayloadReader } from '../../table/s3-payloads.ts';
import { mediaTable } from '../files-table.ts';
import { mediaLocator, mediaOpener } from '../https-providers.ts';
import { parseMediaPolicies } from '../policy.ts';
import { s3MediaStore } from '../s3-files.ts';
import { channelTokens } from '../tokens.ts';
import { channelPolicies } from './channel-policy.ts';
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
  policyOf: channelPolicies(
    parseMediaPolicies(config.mediaPolicy),
    channelReader(dynamodb, config.tableName),
    now,
  ),
  delayReturns: sqsVisibility(sqs, config.queueUrl),
  now,
  random: () => Math.random(),
  count: telemetry.count,
  warn: telemetry.warn,
};

export const handler = sqsHandler(ANSWER_RESERVE_MS, telemetry, ({ messages, signal }) =>
  settleJobs(messages, signal, deps),
);
