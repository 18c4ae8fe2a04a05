import { type HttpRequest, type HttpResponse, toResult } from '../../answers/api-gateway.ts';
import { apiHandler } from '../../answers/api-handler.ts';
import type { WebhookEvent } from '../../events/event.ts';
import { parseMetaSecrets, parseWasenderSecrets } from '../../providers/secrets.ts';
import { awsJson, SECRETS_MANAGER, SQS } from '../../shared/aws/json-protocol.ts';
import { cachedSecret, SECRET_PATIENCE, secretReader } from '../../shared/aws/secrets-manager.ts';
import { BATCH_PATIENCE, batchSender } from '../../shared/aws/sqs-batch.ts';
import { createTelemetry } from '../../shared/aws/telemetry.ts';
import type { StorePayload } from '../../table/s3-payloads.ts';
import { acceptMetaWebhook, acceptWasenderWebhook } from './accept-by-provider.ts';
import { answerBy } from './answer-by.ts';
import { loadIngestConfig } from './config.ts';
import { enqueueEvents, type OutgoingEvent } from './enqueue-events.ts';
import { secretOutdated } from './failures.ts';
import { verifyEndpoint } from './verify-endpoint.ts';

const config = loadIngestConfig(process.env);
const telemetry = createTelemetry('ingest');
const sqs = awsJson(config.sqs, SQS, BATCH_PATIENCE);
const secretAt = secretReader(awsJson(config.secretsManager, SECRETS_MANAGER, SECRET_PATIENCE));
/** S3's client is loaded for the first webhook that does not fit into a message, and makes no other wait. */
const storePayload: StorePayload = async (...payload) => {
  const { s3PayloadStore } = await import('#s3-payloads');
  await s3PayloadStore(config.overflowBucket, config.s3)(...payload);
};
const queue = {
  ...telemetry,
  sendBatch: batchSender<OutgoingEvent>(config.inboxQueueUrl, sqs),
  storePayload,
};
const outages = { onOutage: (error: unknown) => secretOutdated(error, telemetry) };
const deps = {
  ...telemetry,
  metaSecrets: cachedSecret(secretAt(config.metaSecretArn), parseMetaSecrets, outages),
  wasenderSessions: cachedSecret(secretAt(config.wasenderSecretArn), parseWasenderSecrets, outages),
  enqueue: (events: readonly WebhookEvent[], deadline: AbortSignal) =>
    enqueueEvents(events, deadline, queue),
  now: Date.now,
};

const routes = new Map<string, (request: HttpRequest) => Promise<HttpResponse>>([
  ['GET /healthz', async () => ({ status: 200, body: 'ok' })],
  ['GET /webhooks/meta', (request) => verifyEndpoint(request, deps)],
  ['POST /webhooks/meta', (request) => acceptMetaWebhook(request, deps)],
  ['POST /webhooks/wasender/{token}', (request) => acceptWasenderWebhook(request, deps)],
]);

export const handler = apiHandler(telemetry, async (request) =>
  toResult(await answerBy(routes, request)),
);
