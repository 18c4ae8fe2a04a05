import { s3Archive } from '../../../lambda/archive/s3-archive.ts';
import type {
  OutgoingDelivery,
  OutgoingMediaJob,
} from '../../../lambda/delivery/router/send-round.ts';
import { isQueueGone } from '../../../lambda/delivery/sqs-queues.ts';
import { sqsDeadLetter } from '../../../lambda/events/sqs-dead-letter.ts';
import { dynamoDbClient } from '../../../lambda/shared/aws/dynamodb-client.ts';
import { BATCH_PATIENCE, batchSender } from '../../../lambda/shared/aws/sqs-batch.ts';
import { sqsClient } from '../../../lambda/shared/aws/sqs-client.ts';
import {
  findStack,
  type StackAddress,
  subscriberQueuesOf,
  unavailable,
} from '../stack/deployed-stack.ts';
import { userService } from '../stack/user-services.ts';
import { answering } from '../terminal/answering.ts';
import { type Surroundings, UnavailableError } from '../terminal/command.ts';
import { onInterrupt } from '../terminal/interrupt.ts';
import { handOnMissed, type Report } from './hand-on-missed.ts';
import { type CatchUpOptions, readCatchUpOptions } from './options.ts';

export const catchUp = answering(readCatchUpOptions, async (options, surroundings) => {
  const stack = await findStack(options.stack, surroundings);
  using interrupt = onInterrupt();
  const report = await run(stack, options, surroundings, interrupt.signal).catch(
    unavailable(`${stack.name} was not caught up with; do it again`),
  );
  const isOk = report.unreadable === 0;
  return { isOk, json: report, text: () => draw(report, options) };
});

async function run(
  stack: StackAddress,
  { gap, isDryRun }: CatchUpOptions,
  { environment }: Surroundings,
  signal: AbortSignal,
): Promise<Report> {
  const { deliveriesDeadLetter, mediaJobs } = stack.queues;
  const names = subscriberQueuesOf(stack);
  const archive = stack.outputs.get('ArchiveBucket');
  if (deliveriesDeadLetter === undefined || mediaJobs === undefined || archive === undefined) {
    throw new UnavailableError(`${stack.name} lacks an archive, or a queue of files`);
  }
  const { endpoints } = stack;
  const dynamodb = await userService('dynamodb', endpoints?.dynamodb, environment);
  const sqs = await userService('sqs', endpoints?.sqs, environment);
  const s3 = await userService('s3', endpoints?.s3, environment);
  const table = dynamoDbClient(dynamodb, { attempts: 8, timeoutMs: 10_000 });
  const queues = sqsClient(sqs, BATCH_PATIENCE);
  const sendJobs = batchSender<OutgoingMediaJob>(mediaJobs, queues);
  return handOnMissed(gap, signal, {
    ...{ dynamodb: table, tableName: stack.table, now: Date.now },
    store: isDryRun ? async () => {} : s3Archive(archive, s3),
    sendTo: (id) =>
      isDryRun ? async () => [] : batchSender<OutgoingDelivery>(names.url(id), queues),
    isQueueGone,
    deadLetter: sqsDeadLetter(queues, deliveriesDeadLetter, Date.now),
    sendMediaJobs: async (batch, deadline) => (isDryRun ? [] : sendJobs(batch, deadline)),
  });
}

function draw({ events, deliveries, unreadable }: Report, { isDryRun }: CatchUpOptions): string {
  const verb = isDryRun ? 'would be sent' : 'sent';
  const unread = unreadable === 0 ? '' : `${unreadable} rows cannot be read by this release\n`;
  return `${events} events of that time, ${deliveries} deliveries ${verb}\n${unread}`;
}
