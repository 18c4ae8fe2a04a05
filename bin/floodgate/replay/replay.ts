import { keptTenancy } from '../../../lambda/channels/tenancy.ts';
import type { OutgoingDelivery } from '../../../lambda/delivery/router/send-round.ts';
import type { Subscriber } from '../../../lambda/delivery/subscriber.ts';
import { dynamoDbClient } from '../../../lambda/shared/aws/dynamodb-client.ts';
import { BATCH_PATIENCE, batchSender } from '../../../lambda/shared/aws/sqs-batch.ts';
import { sqsClient } from '../../../lambda/shared/aws/sqs-client.ts';
import { findStack, subscriberQueuesOf } from '../stack/deployed-stack.ts';
import { userService } from '../stack/user-services.ts';
import { answering } from '../terminal/answering.ts';
import { type Surroundings, UnavailableError } from '../terminal/command.ts';
import { onInterrupt } from '../terminal/interrupt.ts';
import { progressBar } from '../terminal/progress-bar.ts';
import { openArchive } from './archived-events.ts';
import { type ReplayOrder, readReplayOptions } from './options.ts';
import { begin, newOrder, type ReplayWork, resumed, runOf } from './order.ts';
import { queueTarget } from './queue-target.ts';
import { replayRecords } from './record.ts';
import { drawReport, type ReplayReport } from './report.ts';
import { type ReplayRun, runReplay } from './run-replay.ts';
import type { ReplayTarget } from './target.ts';
import { replaySecret, urlTarget } from './url-target.ts';

export const replay = answering(readReplayOptions, async (options, surroundings) => {
  const stack = await findStack(options.stack, surroundings);
  using archive = await openArchive(stack);
  using interrupt = onInterrupt();
  const { environment, stderr } = surroundings;
  const service = await userService('dynamodb', stack.endpoints?.dynamodb, environment);
  const work: ReplayWork = {
    ...{ options, stack, surroundings, archive, tableName: stack.table },
    dynamodb: dynamoDbClient(service, { attempts: 8, timeoutMs: 30_000 }),
    bar: progressBar(stderr),
    signal: interrupt.signal,
  };
  const report = options.isDryRun ? await dryRun(work) : await replayOnRecord(work);
  const { state, unreadable, missing } = report;
  const isOk = state !== 'stopped' && unreadable === 0 && missing === 0;
  return { isOk, json: report, text: (stream) => drawReport(report, stream) };
});

const START: ReplayRun['start'] = { place: '', events: 0, deliveries: 0 };

/** All of a replay, but for the sending and the record. */
async function dryRun(work: ReplayWork): Promise<ReplayReport> {
  const { order, subscribers } = await newOrder(work);
  const target = await targetOf(work, order, subscribers, 'dry-run');
  const { progress: _, ...outcome } = await runReplay(
    {
      ...(await runOf(work, { ...order, rate: 'max' })),
      ...{ start: START, keep: async () => undefined },
      target: { ...target, send: async () => undefined },
    },
    work,
  );
  const { isCutShort } = work.options;
  return { replayId: undefined, state: 'dry-run', isCutShort, ...outcome };
}

async function replayOnRecord(work: ReplayWork): Promise<ReplayReport> {
  const { options, stack, dynamodb, signal } = work;
  const records = replayRecords(dynamodb, stack.table);
  const begun =
    'resume' in options.order ? await resumed(work, options.order.resume) : await begin(work);
  let { record } = begun;
  const run: ReplayRun = {
    ...(await runOf(work, record.order)),
    start: record.progress,
    target: await targetOf(work, record.order, begun.subscribers, record.id),
    keep: async (progress) => {
      record = await records.keep(record, progress, 'running');
    },
  };
  const { progress, ...outcome } = await runReplay(run, work).catch(howToGoOn(record.id));
  const state = signal.aborted ? 'stopped' : 'done';
  await records.keep(record, progress, state);
  return { replayId: record.id, state, isCutShort: options.isCutShort, ...outcome };
}

function howToGoOn(id: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof UnavailableError)) throw error;
    const advice = `to go on: npx floodgate replay --resume ${id}`;
    throw new UnavailableError(`${error.message}; ${advice}`, { cause: error });
  };
}

async function targetOf(
  work: ReplayWork,
  order: ReplayOrder,
  subscribers: readonly Subscriber[],
  replayId: string,
): Promise<ReplayTarget> {
  const { options, stack, surroundings, archive, dynamodb, tableName, signal } = work;
  if (options.toUrl !== undefined) {
    const named = surroundings.environment['FLOODGATE_REPLAY_SECRET'];
    const secret = replaySecret(named);
    if (!named && !options.isDryRun) tellSecret(secret, order, surroundings);
    return urlTarget({ url: options.toUrl, secret, replayId, readPayload: archive.payload });
  }
  const names = subscriberQueuesOf(stack);
  const sqs = await userService('sqs', stack.endpoints?.sqs, surroundings.environment);
  const client = sqsClient(sqs, BATCH_PATIENCE);
  const isTheirs = await keptTenancy(dynamodb, tableName, Date.now).ownership(signal);
  return queueTarget(subscribers, isTheirs, replayId, (id) =>
    batchSender<OutgoingDelivery>(names.url(id), client),
  );
}

function tellSecret(secret: string, { toHost }: ReplayOrder, { stderr }: Surroundings): void {
  stderr.write(`${toHost} verifies what it gets with ${secret}\n`);
}
