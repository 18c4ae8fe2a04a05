import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { backlogWriter } from '../adapters/backlog-table.ts';
import { startDeadline } from '../adapters/deadline.ts';
import { toBatchResponse, toQueuedMessages } from '../adapters/sqs-event.ts';
import { sqsVisibility, VISIBILITY_CHANGE_MS } from '../adapters/sqs-visibility.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { loadDeliveringConfig } from './config.ts';
import { deliverBatch } from './deliver-batch.ts';
import { deliveringServices, TRY_MS } from './delivering-services.ts';
import { subscriberViews } from './subscriber-views.ts';

/** Kept back for what follows the last try: delaying what is returned, the log, metrics, the answer. */
const ANSWER_RESERVE_MS = VISIBILITY_CHANGE_MS + 4000;

const config = loadDeliveringConfig(process.env);
const telemetry = createTelemetry('deliverer');
const { deps, dynamodb, sqs, subscribers, writeLog } = deliveringServices(config, telemetry);
const delayReturns = sqsVisibility(sqs, config.deliveriesQueueUrl);
const putAside = backlogWriter(dynamodb, config.tableName, deps.now);

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const timeMs = () => context.getRemainingTimeInMillis() - ANSWER_RESERVE_MS;
  using deadline = startDeadline(timeMs());
  const hasTime = () => timeMs() > TRY_MS;
  const views = subscriberViews(subscribers.get, deps.now);
  try {
    const batch = { messages: toQueuedMessages(event), signal: deadline.signal };
    const returned = await deliverBatch(batch, { ...deps, views, putAside, delayReturns, hasTime });
    return toBatchResponse(returned);
  } finally {
    await writeLog();
    await telemetry.flush();
  }
}
