import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { startDeadline } from '../../shared/aws/deadline.ts';
import { toBatchResponse, toQueuedMessages } from '../../shared/aws/sqs-event.ts';
import { type DelayReturns, VISIBILITY_CHANGE_MS } from '../../shared/aws/sqs-visibility.ts';
import { createTelemetry } from '../../shared/aws/telemetry.ts';
import type { QueuedMessage } from '../../shared/queue/queued-message.ts';
import { loadDeliveringConfig } from './config.ts';
import { deliverBatch } from './deliver-batch.ts';
import { deliveringServices, TRY_MS } from './services.ts';

/** Kept back for what follows the last try: delaying what is returned, the log, metrics, the answer. */
const ANSWER_RESERVE_MS = VISIBILITY_CHANGE_MS + 4000;

const telemetry = createTelemetry('deliverer');
const services = deliveringServices(loadDeliveringConfig(process.env), telemetry);

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const timeMs = () => context.getRemainingTimeInMillis() - ANSWER_RESERVE_MS;
  using deadline = startDeadline(timeMs());
  const messages = toQueuedMessages(event);
  // A mapping hands over the messages of its one queue.
  const queueArn = event.Records[0]?.eventSourceARN ?? '';
  const delayReturns = services.delayReturns(queueArn);
  const subscriberId = services.names.idOf(queueArn);
  if (subscriberId === undefined)
    return toBatchResponse(await leftToProber(messages, delayReturns));
  try {
    const batch = { subscriberId, messages, signal: deadline.signal };
    const returned = await deliverBatch(batch, {
      ...services.deps,
      pacer: services.nextSlot,
      noteBehind: services.noteBehind,
      delayReturns,
      hasTime: () => timeMs() > TRY_MS,
      isProbe: false,
    });
    return toBatchResponse(returned);
  } finally {
    await services.writeLog();
    await telemetry.flush();
  }
}

const BACK_SECONDS = 5;

/** What is in the queue of a release before this one the prober moves, in its order. */
async function leftToProber(messages: readonly QueuedMessage[], delayReturns: DelayReturns) {
  const returns = messages.map((message) => ({ message, delaySeconds: BACK_SECONDS }));
  // Undelayed, they come back after the visibility timeout.
  await delayReturns(returns).catch(() => {});
  return messages;
}
