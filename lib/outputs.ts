import { Aws, CfnOutput, type Stack } from 'aws-cdk-lib';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { tokensPath } from '../lambda/channels/token-parameter.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { ArchiveQueries } from './archive/archive-queries.ts';
import type { EventArchive } from './archive/event-archive.ts';
import type { EventRouter } from './delivery/event-router.ts';
import type { SubscriberQueues } from './delivery/subscriber-queues.ts';
import type { InboundWebhook } from './inbound/inbound-webhook.ts';
import type { ProviderSecrets } from './providers/provider-secrets.ts';
import type { OverflowBucket } from './table/overflow-bucket.ts';
import type { WatchedPath } from './watch/watched-path.ts';

export interface Deployed {
  readonly path: WatchedPath;
  readonly archive: EventArchive;
  readonly queries: ArchiveQueries;
  readonly overflow: OverflowBucket;
  readonly router: EventRouter;
  readonly queues: SubscriberQueues;
  readonly inbound: InboundWebhook;
  readonly secrets: ProviderSecrets;
  readonly topic: ITopic;
  readonly dashboardUrl: string;
}

/** Shows at the end of a deployment what to register, fill in and look at; the runbook asks for it by name. */
export function addOutputs(stack: Stack, deployed: Deployed): void {
  const outputs = { ...addresses(deployed), ...commands(deployed.secrets) };
  for (const [id, [description, value]] of Object.entries(outputs)) {
    new CfnOutput(stack, id, { description, value });
  }
}

type Outputs = Record<string, readonly [description: string, value: string]>;

function addresses({
  path,
  router,
  queues: subscriberQueues,
  archive,
  queries,
  overflow,
  inbound,
  secrets,
  topic,
  dashboardUrl,
}: Deployed): Outputs {
  const { domain } = path.front;
  return {
    Version: ['Of Floodgate, as deployed', packageJson.version],
    MetaWebhookUrl: ['Callback URL to register with Meta', inbound.metaUrl],
    WasenderWebhookUrl: ['Webhook URL of a WasenderApi session', inbound.wasenderUrl],
    ApiUrl: ['Before /v1; callers sign with IAM credentials', path.front.url],
    ...(domain !== undefined && {
      DomainTarget: [
        'CNAME of the domain name, where Route 53 does not hold it',
        domain.target,
      ] as const,
    }),
    DashboardUrl: ['What to look at first', dashboardUrl],
    TableName: ['The record', path.table.table.tableName],
    InboxUrl: ['Queue of events to store', path.inbox.queue.queueUrl],
    InboxArn: ['Where dead letters go back to', path.inbox.queue.queueArn],
    DeadLetterQueueUrl: ['Events that could not be stored', path.inbox.deadLetterQueue.queueUrl],
    DeadLetterQueueArn: ['The same, as its redrive wants it', path.inbox.deadLetterQueue.queueArn],
    SubscriberQueuesArn: ['What the queues of subscribers begin with', subscriberQueues.arn],
    DeliveriesDeadLetterQueueUrl: [
      'Deliveries that were given up',
      path.deliveries.deadLetterQueue.queueUrl,
    ],
    IngestFunction: ['Takes webhooks', path.ingest.functionName],
    ProcessorFunction: ['Stores events', path.processor.functionName],
    ArchiverFunction: ['Writes the archive', path.archiver.functionName],
    AuditorFunction: ['Looks for lost events', path.auditor.functionName],
    ArchiveBucket: ['Every event and status, by hour', archive.bucket.bucketName],
    ArchiveDays: ['For how long', String(path.stage.archiveDays)],
    OverflowBucket: ['Payloads too large for a row', overflow.bucket.bucketName],
    ArchiveDatabase: ['The same for SQL (docs/archive.md)', queries.database],
    ArchiveWorkgroup: ['Where to run that in Athena', queries.workgroup],
    RouterFunction: ['Hands stored events on', path.router.functionName],
    DelivererFunction: ['Delivers to subscribers', path.deliverer.functionName],
    ProberFunction: ['Tries endpoints that answer nobody', path.prober.functionName],
    DeliveringRoles: [
      'Who sends to the queues of `floodgate listen`',
      [path.deliverer, path.prober].flatMap(({ role }) => role?.roleArn ?? []).join(','),
    ],
    UnroutedBucket: ['Changes of the table that could not be routed', router.unrouted.bucketName],
    MediaFunction: ['Fetches files', path.media.function.functionName],
    OutboxUrl: ['Queue of wakes of lanes', path.outbox.queue.queueUrl],
    MediaJobsUrl: ['Queue of files to fetch', path.media.jobs.queue.queueUrl],
    ApiFunction: ['Reads back', path.readApi.functionName],
    SubscribersFunction: ['Manages subscribers', path.subscribers.functionName],
    SenderFunction: ['Sends messages', path.sender.functionName],
    TickerFunction: ['Looks after what waits to be sent', path.ticker.functionName],
    ...campaignOutputs(path),
    ChannelTokens: [
      'What the names of the parameters with tokens begin with',
      tokensPath(path.stage.name),
    ],
    TenantsFunction: ['Manages which callers see which tenant', path.tenants.functionName],
    ChannelsFunction: ['Manages what messages are sent from', path.channels.functionName],
    CampaignsFunction: ['Manages campaigns', path.campaignsApi.functionName],
    MessagesFunction: ['Takes messages to send', path.messages.functionName],
    ForgetFunction: ['Empties what is stored of a person', path.forget.functionName],
    AlarmTopicArn: ['Subscribe to hear alarms', topic.topicArn],
    MetaSecret: ['To be filled: app secrets of Meta', secrets.meta.secretArn],
    WasenderSecret: ['To be filled: sessions of WasenderApi', secrets.wasender.secretArn],
  };
}

function campaignOutputs({ campaigns: { checker, checks, files } }: WatchedPath): Outputs {
  return {
    CheckerFunction: ['Checks campaigns', checker.functionName],
    ChecksUrl: ['Queue of campaigns to check', checks.queue.queueUrl],
    ChecksDeadLetterQueueUrl: ['Checks that were given up', checks.deadLetterQueue.queueUrl],
    CampaignsBucket: ['Files of campaigns', files.bucketName],
  };
}

/**
 * The new secret first; those before it stay valid, so that a rotation drops no webhook. Three, so that
 * a slip of what is typed unseen does not push out the one that is in use.
 */
const NEW_ONE_FIRST = '([env.S] + (. - [env.S]))[:3]';

function commands({ meta, wasender }: ProviderSecrets): Outputs {
  return {
    ReadVerifyToken: [
      'Shows the verify token to register with Meta',
      `${read(meta)} | jq -r .verifyToken`,
    ],
    AddAppSecret: [
      'Run, type the app secret, press Enter; again to rotate (docs/runbook.md)',
      edit(meta, `'.appSecrets |= ${NEW_ONE_FIRST}'`),
    ],
    AddWasenderSession: [
      'Put the name of the session for NAME, run, type its webhook secret, press Enter',
      edit(
        wasender,
        `--arg session NAME --arg token "$(openssl rand -hex 24)" '.sessions += [{session: $session, token: $token, secrets: [env.S]}]'`,
      ),
    ],
    AddWasenderSecret: [
      'To rotate (docs/runbook.md): put the name of the session for NAME, run, type its new webhook secret, press Enter',
      edit(
        wasender,
        `--arg session NAME 'if any(.sessions[]; .session == $session) then (.sessions[] | select(.session == $session).secrets) |= ${NEW_ONE_FIRST} else error("no such session") end'`,
      ),
    ],
    SetAccessToken: [
      'Put a phone_number_id, or default for all, for NUMBER, run, type the access token that fetches its files, press Enter',
      edit(meta, `--arg number NUMBER '.accessTokens[$number] = env.S'`),
    ],
    SetWasenderApiKey: [
      'Put the name of the session for NAME, run, type the API key that fetches its files, press Enter',
      edit(
        wasender,
        `--arg session NAME 'if any(.sessions[]; .session == $session) then (.sessions[] | select(.session == $session).apiKey) = env.S else error("no such session") end'`,
      ),
    ],
    ReadWasenderTokens: [
      'Shows the path token of each session',
      `${read(wasender)} | jq -r '.sessions[] | .session + " " + .token'`,
    ],
  };
}

function read(secret: Secret): string {
  return `aws secretsmanager get-secret-value --region ${Aws.REGION} --secret-id ${secret.secretArn} --query SecretString --output text`;
}

/**
 * Edits a secret's JSON in place by a jq program, which finds what was typed in `env.S`.
 *
 * What is typed shows neither on the screen nor in the shell's history or the list of processes. To
 * type nothing changes nothing: an empty secret is none that can be read.
 */
function edit(secret: Secret, program: string): string {
  const write = `aws secretsmanager put-secret-value --region ${Aws.REGION} --secret-id ${secret.secretArn} --secret-string file:///dev/stdin`;
  return `read -rs S && test -n "$S" && ${read(secret)} | S="$S" jq -cj ${program} | ${write}`;
}
