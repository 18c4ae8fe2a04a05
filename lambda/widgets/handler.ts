import type { Context } from 'aws-lambda';
import { campaignTable } from '../campaigns/campaign-table.ts';
import { readCampaignFigures } from '../campaigns/figures-table.ts';
import { channelReader } from '../channels/channel-table.ts';
import { startDeadline } from '../shared/aws/deadline.ts';
import { awsJson, DYNAMODB, SQS } from '../shared/aws/json-protocol.ts';
import { createTelemetry } from '../shared/aws/telemetry.ts';
import { loadWidgetsConfig } from './config.ts';
import { drawWidget, type WidgetDeps } from './draw-widget.ts';
import { lookIntoQueue } from './sqs-letters.ts';

/** Kept back for the answer and what is logged. */
const ANSWER_RESERVE_MS = 1000;

const { tableName, deadLetterQueues, ...services } = loadWidgetsConfig(process.env);
const telemetry = createTelemetry('widgets');
const dynamodb = awsJson(services.dynamodb, DYNAMODB, { attempts: 3, timeoutMs: 3000 });
const sqs = awsJson(services.sqs, SQS, { attempts: 3, timeoutMs: 3000 });
const deps: WidgetDeps = {
  campaigns: campaignTable(dynamodb, tableName),
  figures: async (campaign, signal) =>
    (await readCampaignFigures(dynamodb, tableName, campaign, signal)).all,
  channels: channelReader(dynamodb, tableName),
  letters: (signal) =>
    Promise.all(deadLetterQueues.map((queue) => lookIntoQueue(sqs, queue, signal))),
  now: Date.now,
  warn: telemetry.warn,
};

export async function handler(event: unknown, context: Context): Promise<string> {
  using deadline = startDeadline(context.getRemainingTimeInMillis() - ANSWER_RESERVE_MS);
  try {
    return await drawWidget(event, deadline.signal, deps);
  } finally {
    await telemetry.flush();
  }
}
