import { userInfo } from 'node:os';
import { tokensPath } from '../../../lambda/channels/token-parameter.ts';
import {
  type SubscriberQueueNames,
  subscriberQueueNames,
} from '../../../lambda/delivery/queue-names.ts';
import { type Surroundings, UnavailableError } from '../terminal/command.ts';
import { type LocalStack, readLocalStacks } from './local-stack.ts';

/** A stack as a command reaches it, be it in AWS or on this machine. */
export interface StackAddress {
  /** As people call it. */
  readonly name: string;
  /** Before `/v1`. */
  readonly api: string;
  /** What the stack says of itself, by name; the local one names its buckets. */
  readonly outputs: ReadonlyMap<string, string>;
  /** Undefined for AWS's own. */
  readonly endpoints:
    | (Readonly<Record<'sqs' | 'dynamodb' | 's3', string>> & {
        readonly ssm?: string | undefined;
        readonly secretsmanager?: string | undefined;
      })
    | undefined;
  readonly table: string;
  /** URLs of its queues by the names that people call them, such as `inbox`. */
  readonly queues: Readonly<Record<string, string>>;
  /** How the queues of its subscribers are called; undefined before they had some of their own. */
  readonly subscriberQueues: SubscriberQueueNames | undefined;
  /** Who is at work, for what is recorded. */
  readonly user: () => Promise<string>;
}

/** Finds a stack in AWS by its name, or without one the newest that runs on this machine. */
export async function findStack(
  name: string | undefined,
  { projectFolder }: Surroundings,
): Promise<StackAddress> {
  if (name !== undefined) return findDeployed(name);
  const [local] = readLocalStacks(projectFolder);
  if (local === undefined) {
    throw new UnavailableError(
      'no local stack runs: start it with `npm start`, or name a deployed one with --stack',
    );
  }
  return localStackAddress(local);
}

/** A stack that runs on this machine, by what it says when it is ready. */
export function localStackAddress(local: LocalStack): StackAddress {
  return {
    name: 'the local stack',
    api: local.url,
    outputs: localOutputs(local),
    endpoints: local.aws,
    table: local.table,
    queues: local.queues,
    subscriberQueues: namesOf(local.subscriberQueuesArn, local.queues),
    user: async () => `local:${userInfo().username}`,
  };
}

/** Local buckets by the outputs that name them in AWS. */
const LOCAL_BUCKETS = {
  ArchiveBucket: 'archivebucket',
  OverflowBucket: 'overflowbucket',
  UnroutedBucket: 'routingunrouted',
};

function localOutputs({ buckets, aws }: LocalStack): ReadonlyMap<string, string> {
  const outputs = Object.entries(LOCAL_BUCKETS).filter(([, bucket]) => buckets.includes(bucket));
  // A release without Parameter Store has no channels.
  if (aws.ssm !== undefined) outputs.push(['ChannelTokens', tokensPath('development')]);
  if (aws.secretsmanager !== undefined) outputs.push(['MetaSecret', 'SecretsMeta']);
  return new Map(outputs);
}

async function findDeployed(name: string): Promise<StackAddress> {
  const outputs = await outputsOf(name);
  const table = outputs.get('TableName');
  if (table === undefined) {
    throw new UnavailableError(`the stack ${name} has no output TableName: is it Floodgate's?`);
  }
  const urls = [...outputs].filter(([, value]) =>
    /^https?:.*\/\d{12}\/[\w-]+(\.fifo)?$/.test(value),
  );
  const queues = Object.fromEntries(urls.map(([output, url]) => [queueName(output), url]));
  return {
    ...{ name, api: outputs.get('ApiUrl') ?? '', outputs },
    endpoints: undefined,
    table,
    queues,
    subscriberQueues: namesOf(outputs.get('SubscriberQueuesArn'), queues),
    user: callerArn,
  };
}

/** Where there is no other queue by whose URL to tell theirs, there are none. */
function namesOf(
  arn: string | undefined,
  { deliveriesDeadLetter }: StackAddress['queues'],
): SubscriberQueueNames | undefined {
  const isThere = arn !== undefined && deliveriesDeadLetter !== undefined;
  return isThere ? subscriberQueueNames(arn, deliveriesDeadLetter) : undefined;
}

/** Throws `UnavailableError` where a stack's subscribers have no queues of their own. */
export function subscriberQueuesOf({ subscriberQueues, name }: StackAddress): SubscriberQueueNames {
  if (subscriberQueues !== undefined) return subscriberQueues;
  throw new UnavailableError(
    `${name} is of a release whose subscribers have no queues of their own: deploy this one first`,
  );
}

/** `InboxUrl` is `inbox`. */
function queueName(output: string): string {
  const name = output.replace(/(Queue)?Url$/, '');
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** Values by name. Throws `UnavailableError` where the stack cannot be read. */
export async function outputsOf(stack: string): Promise<ReadonlyMap<string, string>> {
  // Loaded here, because it takes longer than all the rest of the command.
  const { CloudFormationClient, DescribeStacksCommand } = await import(
    '@aws-sdk/client-cloudformation'
  );
  const client = new CloudFormationClient();
  const { Stacks = [] } = await client
    .send(new DescribeStacksCommand({ StackName: stack }))
    .catch(unavailable(`the stack ${stack} cannot be read`))
    .finally(() => client.destroy());
  const outputs = Stacks[0]?.Outputs ?? [];
  return new Map(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}

async function callerArn(): Promise<string> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient();
  const { Arn = 'unknown' } = await client
    .send(new GetCallerIdentityCommand())
    .catch(unavailable('AWS does not say who you are'))
    .finally(() => client.destroy());
  return Arn;
}

/** Makes an error of AWS's one that tells the user, in one line. */
export function unavailable(what: string): (error: unknown) => never {
  return (error) => {
    throw new UnavailableError(`${what}: ${reasonOf(error)}`, { cause: error });
  };
}

/** The SDK's error for a connection that is refused has a name only. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
