import { awsJson, DYNAMODB } from '../../../lambda/adapters/aws-json.ts';
import { missedEvents } from '../../../lambda/adapters/missed-changes.ts';
import { batchSender } from '../../../lambda/adapters/sqs-batch.ts';
import type { Item } from '../../../lambda/adapters/stored-rows.ts';
import { subscriberReader } from '../../../lambda/adapters/subscriber-table.ts';
import {
  type ChangeRecord,
  type RouterDeps,
  routeRecords,
} from '../../../lambda/router/route-records.ts';
import type { OutgoingDelivery, OutgoingMediaJob } from '../../../lambda/router/send-round.ts';
import { type Command, type Surroundings, UnavailableError } from '../command.ts';
import { findStack, type StackAddress, unavailable } from '../deployed-stack.ts';
import { onInterrupt } from '../interrupt.ts';
import { userService } from '../user-services.ts';
import { CATCH_UP_HELP } from './catch-up-help.ts';
import { type CatchUpOptions, readCatchUpOptions } from './catch-up-options.ts';
import { missedPartitions } from './missed-partitions.ts';

interface Report {
  readonly events: number;
  readonly deliveries: number;
  /** Rows that nobody could read. */
  readonly unreadable: number;
}

export const catchUp: Command = {
  summary: 'hand on what was stored while nobody followed the table',
  help: CATCH_UP_HELP,
  run: async (args, surroundings) => {
    const options = readCatchUpOptions(args);
    const stack = await findStack(options.stack, surroundings);
    using interrupt = onInterrupt();
    const report = await run(stack, options, surroundings, interrupt.signal).catch(
      unavailable(`${stack.name} was not caught up with; do it again`),
    );
    surroundings.stdout.write(
      options.isJson ? `${JSON.stringify(report)}\n` : draw(report, options),
    );
    return report.unreadable === 0 ? 0 : 1;
  },
};

async function run(
  stack: StackAddress,
  { gap, isDryRun }: CatchUpOptions,
  { environment }: Surroundings,
  signal: AbortSignal,
): Promise<Report> {
  const { deliveries, mediaJobs } = stack.queues;
  if (deliveries === undefined || mediaJobs === undefined) {
    throw new UnavailableError(`${stack.name} has no queues of deliveries and of files`);
  }
  const { endpoints } = stack;
  const dynamodb = await userService('dynamodb', endpoints?.dynamodb, environment);
  const sqs = await userService('sqs', endpoints?.sqs, environment);
  const table = awsJson(dynamodb, DYNAMODB, { attempts: 8, timeoutMs: 10_000 });
  const subscribers = (await subscriberReader(table, stack.table).list(signal)).map(
    ({ subscriber }) => subscriber,
  );
  const report = { events: 0, deliveries: 0, unreadable: 0 };
  const send = batchSender<OutgoingDelivery>(deliveries, sqs);
  const sendJobs = batchSender<OutgoingMediaJob>(mediaJobs, sqs);
  const deps: RouterDeps<ChangeRecord> = {
    subscribers: async () => subscribers,
    sendBatch: async (batch, deadline) => {
      const refusals = isDryRun ? [] : await send(batch, deadline);
      report.deliveries += batch.length - refusals.length;
      return refusals;
    },
    sendMediaJobs: async (batch, deadline) => (isDryRun ? [] : sendJobs(batch, deadline)),
    setAside: async () => {
      report.unreadable += 1;
    },
    ...{ now: Date.now, count: () => {}, warn: () => {} },
  };
  for await (const rows of missedPartitions(table, stack.table, gap, signal)) {
    const records = rows.map((row) => recordOf(row, gap, (events) => (report.events += events)));
    const left = await routeRecords({ records, signal }, deps);
    if (left !== undefined) throw new Error('the queue did not take everything');
  }
  return report;
}

function recordOf(
  row: Item,
  gap: CatchUpOptions['gap'],
  onEvents: (events: number) => void,
): ChangeRecord {
  return {
    sequenceNumber: '',
    events: () => {
      const events = missedEvents(row, gap);
      onEvents(events.length);
      return events;
    },
  };
}

function draw({ events, deliveries, unreadable }: Report, { isDryRun }: CatchUpOptions): string {
  const verb = isDryRun ? 'would be sent' : 'sent';
  const unread = unreadable === 0 ? '' : `${unreadable} rows cannot be read by this release\n`;
  return `${events} events of that time, ${deliveries} deliveries ${verb}\n${unread}`;
}
