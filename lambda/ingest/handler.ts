import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import {
  type HttpRequest,
  type HttpResponse,
  toRequest,
  toResult,
} from '../adapters/api-gateway.ts';
import { s3PayloadStore } from '../adapters/s3-payloads.ts';
import { cachedSecret, secretReader } from '../adapters/secrets-manager.ts';
import { batchSender } from '../adapters/sqs-batch.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import type { WebhookEvent } from '../domain/event.ts';
import { parseMetaSecrets, parseWasenderSecrets } from '../domain/provider-secrets.ts';
import { loadIngestConfig } from './config.ts';
import { enqueueEvents, type OutgoingEvent } from './enqueue-events.ts';
import { acceptMetaWebhook, acceptWasenderWebhook } from './providers.ts';
import { verifyEndpoint } from './verify-endpoint.ts';

const config = loadIngestConfig(process.env);
const telemetry = createTelemetry('ingest');
const secretAt = secretReader(config.secretsManager);
const queue = {
  ...telemetry,
  sendBatch: batchSender<OutgoingEvent>(config.inboxQueueUrl, config.sqs),
  storePayload: s3PayloadStore(config.overflowBucket, config.s3),
};
const deps = {
  ...telemetry,
  metaSecrets: cachedSecret(secretAt(config.metaSecretArn), parseMetaSecrets),
  wasenderSessions: cachedSecret(secretAt(config.wasenderSecretArn), parseWasenderSecrets),
  enqueue: (events: readonly WebhookEvent[], deadline: AbortSignal) =>
    enqueueEvents(events, deadline, queue),
  now: Date.now,
};

const notFound = async () => ({ status: 404, body: 'not found' });
const routes = new Map<string, (request: HttpRequest) => Promise<HttpResponse>>([
  ['GET /healthz', async () => ({ status: 200, body: 'ok' })],
  ['GET /webhooks/meta', (request) => verifyEndpoint(request, deps)],
  ['POST /webhooks/meta', (request) => acceptMetaWebhook(request, deps)],
  ['POST /webhooks/wasender/{token}', (request) => acceptWasenderWebhook(request, deps)],
]);

export async function handler(
  event: APIGatewayProxyEventV2,
): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    const request = toRequest(event);
    const answer = routes.get(request.routeKey) ?? notFound;
    return toResult(await answer(request));
  } finally {
    await telemetry.flush();
  }
}
