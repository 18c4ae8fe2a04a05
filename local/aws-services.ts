import { ChangeStream } from './aws/change-stream.ts';
import { serveDynamoDb } from './aws/dynamodb.ts';
import { type ApiAction, type Guard, jsonProtocol } from './aws/json-protocol.ts';
import { parameterActions } from './aws/parameters.ts';
import { serveS3 } from './aws/s3.ts';
import { filledParameters, filledSecrets, type ProviderSettings } from './aws/secret-values.ts';
import { secretActions } from './aws/secrets-manager.ts';
import type { LocalClock } from './clock.ts';
import type { AwsEndpoints } from './functions/function-variables.ts';
import type { Keep } from './keep/keep.ts';
import {
  type FaultHook,
  faultyServer,
  type LoopbackServer,
  listenPreferably,
} from './loopback-server.ts';
import { serveLambda } from './mappings/endpoint.ts';
import { MappingHost } from './mappings/mapping-host.ts';
import {
  type CallsOf,
  mappingCalls,
  objectCalls,
  parameterCalls,
  queueCalls,
  secretCalls,
  tableCalls,
} from './rights/calls.ts';
import { guardOf } from './rights/guard.ts';
import type { Rights } from './rights/rights.ts';
import { authenticator } from './signature/authenticator.ts';
import { serveSqs } from './sqs/endpoint.ts';
import { isQueueOf } from './sqs/own-queues.ts';
import { QueueHost } from './sqs/queue-host.ts';
import type { AssemblyFiles } from './template/assembly-files.ts';
import { type LocalTemplate, type Resource, readTemplate } from './template/template.ts';

/** Makes calls of the functions fail; may change at any time. */
export type Faults = { -readonly [Service in keyof AwsEndpoints]?: FaultHook | undefined };

export interface AwsServicesOptions {
  readonly files: AssemblyFiles;
  readonly clock: LocalClock;
  readonly rights: Rights;
  readonly faults: Faults;
  readonly providers: ProviderSettings;
  /** How long Lambda takes to switch an event source mapping. */
  readonly switchMs: number;
  /** @default that of the template */
  readonly visibilityTimeoutSeconds?: number | undefined;
  /** Where the services listen, one after another, if nobody else does. @default wherever is room */
  readonly firstPort?: number | undefined;
  /** @default nothing is kept */
  readonly keep?: Keep | undefined;
}

export interface AwsServices {
  readonly endpoints: AwsEndpoints;
  readonly queues: QueueHost;
  readonly mappings: MappingHost;
  readonly streams: readonly ChangeStream[];
  readonly template: LocalTemplate;
}

/** Starts the services that the functions call, with the resources of the template in them. */
export async function startAwsServices(
  { files, clock, rights, faults, providers, ...options }: AwsServicesOptions,
  opened: AsyncDisposableStack,
): Promise<AwsServices> {
  const { keep } = options;
  const queues = new QueueHost(clock, keep);
  const portOf = portsFrom(options.firstPort);
  const now = () => clock.now();
  const sqsFaults: FaultHook = (action) => faults.sqs?.(action);
  const ours: { isQueue: (arn: string) => boolean } = { isQueue: () => true };
  const callsOfOurs: CallsOf = (...call) =>
    queueCalls(...call).filter(({ resource }) => ours.isQueue(resource));
  const sqs = await serveSqs(queues, sqsFaults, guardOf(rights, callsOfOurs), now, portOf('sqs'));
  opened.defer(() => sqs.close());

  // References to queues are URLs, so the template can be read once the queues have a port.
  const template = readTemplate(files, (name) => queues.urlOf(name));
  createQueues(queues, template.queue, options.visibilityTimeoutSeconds);
  queues.restore();
  rights.readRoles(template);
  ours.isQueue = isQueueOf(template);

  const secrets = secretActions(filledSecrets(template.secret, providers), clock, keep);
  const buckets = template.bucket.map(({ name }) => name);
  const mappings = new MappingHost({ queues, rights, clock, keep, switchMs: options.switchMs });
  const streams = streamsOf(template, clock, keep);
  const parameters = parameterActions(filledParameters(), clock, keep);
  const served = { faults, now, portOf };
  const s3Faults: FaultHook = (action) => faults.s3?.(action);
  const started = await Promise.all([
    serveDynamoDb({
      tables: template.table,
      onChange: (table, change) => streams.get(table)?.append(change),
      faults: (action) => faults.dynamodb?.(action),
      guard: guardOf(rights, tableCalls),
      ...{ now, keep, port: portOf('dynamodb') },
    }),
    serveS3(buckets, s3Faults, guardOf(rights, objectCalls), now, portOf('s3'), keep),
    serveActions('secretsmanager', secrets, guardOf(rights, secretCalls(template.secret)), served),
    serveActions('ssm', parameters, guardOf(rights, parameterCalls), served),
    serveLambda(
      mappings,
      (action) => faults.lambda?.(action),
      guardOf(
        rights,
        mappingCalls((uuid) => mappings.functionOf(uuid)),
      ),
      now,
      portOf('lambda'),
    ),
  ]);
  for (const server of started) opened.defer(() => server.close());
  const [dynamodb, s3, secretsmanager, ssm, lambda] = started;
  return {
    endpoints: {
      sqs: sqs.url,
      dynamodb: dynamodb.url,
      s3: s3.url,
      secretsmanager: secretsmanager.url,
      ssm: ssm.url,
      lambda: lambda.url,
    },
    ...{ queues, mappings },
    streams: [...streams.values()],
    template,
  };
}

/** In the order of their ports. */
const SERVICES = ['sqs', 'dynamodb', 's3', 'secretsmanager', 'ssm', 'lambda'] as const;

type ServiceName = (typeof SERVICES)[number];

function portsFrom(firstPort: number | undefined): (service: ServiceName) => number {
  return (service) => (firstPort === undefined ? 0 : firstPort + SERVICES.indexOf(service));
}

interface Served {
  readonly faults: Faults;
  readonly now: () => number;
  readonly portOf: (service: ServiceName) => number;
}

/** Serves a service that speaks the JSON protocol and keeps all it has in its actions. */
function serveActions(
  name: 'secretsmanager' | 'ssm',
  actions: Readonly<Record<string, ApiAction>>,
  guard: Guard,
  { faults, now, portOf }: Served,
): Promise<LoopbackServer> {
  const protocol = jsonProtocol('1.1', actions, authenticator(name, now), guard);
  const server = faultyServer(protocol, (action) => faults[name]?.(action));
  return listenPreferably(server, portOf(name));
}

/** By table. */
function streamsOf(
  { table }: LocalTemplate,
  clock: LocalClock,
  keep: Keep | undefined,
): Map<string, ChangeStream> {
  return new Map(
    table.flatMap(({ name, StreamSpecification: stream }) =>
      stream === undefined
        ? []
        : [[name, new ChangeStream(name, stream.StreamViewType, clock, keep)]],
    ),
  );
}

/** Dead-letter queues first, as the others refer to them. */
function createQueues(
  host: QueueHost,
  queues: readonly Resource<'queue'>[],
  visibilityTimeoutSeconds: number | undefined,
): void {
  const byRedrive = queues.toSorted(
    (a, b) => Number(a.RedrivePolicy !== undefined) - Number(b.RedrivePolicy !== undefined),
  );
  for (const queue of byRedrive) {
    const deadLetterQueue = host.byArn(queue.RedrivePolicy?.deadLetterTargetArn ?? '')?.queue;
    const maxReceiveCount = queue.RedrivePolicy?.maxReceiveCount ?? 0;
    host.create({
      name: queue.name,
      visibilityTimeoutSeconds: visibilityTimeoutSeconds ?? queue.VisibilityTimeout,
      retentionSeconds: queue.MessageRetentionPeriod,
      delaySeconds: queue.DelaySeconds,
      deduplicationScope: queue.DeduplicationScope,
      redrive: deadLetterQueue && { deadLetterQueue, maxReceiveCount },
    });
  }
}
