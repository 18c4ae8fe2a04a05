import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { startDeadline } from '../../shared/aws/deadline.ts';
import { toBatchResponse, toQueuedMessages } from '../../shared/aws/sqs-event.ts';
import { VISIBILITY_CHANGE_MS } from '../../shared/aws/sqs-visibility.ts';
import { createTelemetry } from '../../shared/aws/telemetry.ts';
import { loadSenderConfig } from '../config.ts';
import { senderServices } from './services.ts';
import { workLanes } from './work-lane.ts';

/** Kept back for what follows the slice: returning its wake, metrics, the answer. */
const ANSWER_RESERVE_MS = VISIBILITY_CHANGE_MS + 2000;

const telemetry = createTelemetry('sender');
const { deps, delayReturns } = senderServices(loadSenderConfig(process.env), telemetry);

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  using deadline = startDeadline(context.getRemainingTimeInMillis() - ANSWER_RESERVE_MS);
  try {
    const wakes = toQueuedMessages(event);
    return toBatchResponse(await workLanes(wakes, deadline.signal, { ...deps, delayReturns }));
  } finally {
    await telemetry.flush();
  }
}
