import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms.ts';
import { PathDashboard } from './dashboard.ts';
import { EventProcessor } from './event-processor.ts';
import { EventTable } from './event-table.ts';
import { HttpFront } from './http-front.ts';
import { InboundWebhook } from './inbound-webhook.ts';
import { OrderedQueue } from './ordered-queue.ts';
import { addAppSecretCommand, addOutputs, addSessionCommand, readCommand } from './outputs.ts';
import { OverflowBucket } from './overflow-bucket.ts';
import { ProviderSecrets } from './provider-secrets.ts';
import { ReadApi } from './read-api.ts';
import type { Stage } from './stage.ts';

export interface FloodgateStackProps extends StackProps {
  readonly stage: Stage;
}

/** The whole of Floodgate: from a provider's webhook to the stored row, and back to who reads it. */
export class FloodgateStack extends Stack {
  constructor(scope: Construct, id: string, { stage, ...props }: FloodgateStackProps) {
    super(scope, id, {
      description: 'Floodgate: WhatsApp webhooks, nothing lost, nothing doubled, in order',
      // One template for every stage; the name tells them apart in an account.
      stackName: `Floodgate-${stage.name}`,
      terminationProtection: stage.protectData,
      ...props,
    });

    // Enough for a batch of ten through a slow minute of DynamoDB's; the inbox computes from it.
    const processorTimeout = Duration.seconds(30);
    const secrets = new ProviderSecrets(this, 'Secrets', { stage });
    const overflow = new OverflowBucket(this, 'Overflow', { stage });
    const inbox = new OrderedQueue(this, 'Inbox', { consumerTimeout: processorTimeout });
    const table = new EventTable(this, 'Events', { stage });
    const front = new HttpFront(this, 'Front', { stage });

    const inbound = new InboundWebhook(this, 'Inbound', {
      stage,
      front,
      inbox: inbox.queue,
      overflow,
      secrets,
    });
    const processor = new EventProcessor(this, 'Storage', {
      stage,
      inbox,
      table,
      timeout: processorTimeout,
    });
    const readApi = new ReadApi(this, 'ReadApi', { stage, front, table, overflow });

    const path = {
      stage,
      front,
      ingest: inbound.function,
      inbox,
      processor: processor.function,
      readApi: readApi.function,
      table,
    };
    const { topic } = new AlarmTopic(this, 'AlarmTopic', { stage });
    const alarms = new Alarms(this, 'Alarms', { path, topic });
    const dashboard = new PathDashboard(this, 'Watch', { path, alarms: alarms.all });

    addOutputs(this, {
      MetaWebhookUrl: ['Callback URL to register with Meta', inbound.metaUrl],
      WasenderWebhookUrl: ['Webhook URL of a WasenderApi session', inbound.wasenderUrl],
      ApiUrl: ['Before /v1; callers sign with IAM credentials', front.url],
      DashboardUrl: ['What to look at first', dashboard.url],
      TableName: ['The record', table.table.tableName],
      InboxUrl: ['Queue of events to store', inbox.queue.queueUrl],
      DeadLetterQueueUrl: ['Events that could not be stored', inbox.deadLetterQueue.queueUrl],
      IngestFunction: ['Takes webhooks', inbound.function.functionName],
      ProcessorFunction: ['Stores events', processor.function.functionName],
      ApiFunction: ['Reads back', readApi.function.functionName],
      AlarmTopicArn: ['Subscribe to hear alarms', topic.topicArn],
      MetaSecret: ['To be filled: app secrets of Meta', secrets.meta.secretArn],
      WasenderSecret: ['To be filled: sessions of WasenderApi', secrets.wasender.secretArn],
      ReadVerifyToken: [
        'Shows the verify token to register with Meta',
        `${readCommand(secrets.meta)} | jq -r .verifyToken`,
      ],
      AddAppSecret: ['Run, type the app secret, press Enter', addAppSecretCommand(secrets.meta)],
      AddWasenderSession: [
        'Put the session for NAME, run, type its webhook secret, press Enter',
        addSessionCommand(secrets.wasender),
      ],
      ReadWasenderTokens: [
        'Shows the path token of each session',
        `${readCommand(secrets.wasender)} | jq -r '.sessions[] | .session + " " + .token'`,
      ],
    });
  }
}
