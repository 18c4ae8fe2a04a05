import { randomUUID } from 'node:crypto';
import type { ApiAction } from '../aws/json-protocol.ts';
import { reject } from './errors.ts';
import { type QueueHost, queueArn } from './queue-host.ts';
import type { QueueModel } from './queue-model.ts';
import { redriveMessages } from './redrive.ts';
import { requests } from './requests.ts';
import type { WaitingQueue } from './waiting-queue.ts';

/** The actions on queues as a whole. */
export function queueActions(queues: QueueHost): Record<string, ApiAction> {
  const moves = new Map<string, object[]>();
  return {
    CreateQueue: (input) => {
      const { QueueName, Attributes } = requests.createQueue.parse(input);
      if (QueueName.endsWith('.fifo') !== (Attributes['FifoQueue'] === 'true')) {
        reject(
          'InvalidParameterValue',
          'The name of a FIFO queue, and of no other, ends with the .fifo suffix.',
        );
      }
      queues.create({ name: QueueName, ...readAttributes(Attributes, queues) });
      return { QueueUrl: queues.urlOf(QueueName) };
    },
    GetQueueUrl: (input) => {
      const { QueueName } = requests.queueName.parse(input);
      queues.byUrl(QueueName);
      return { QueueUrl: queues.urlOf(QueueName) };
    },
    ListQueues: (input) => {
      const { QueueNamePrefix } = requests.listQueues.parse(input);
      const names = queues.names().filter((name) => name.startsWith(QueueNamePrefix));
      return { QueueUrls: names.map((name) => queues.urlOf(name)) };
    },
    GetQueueAttributes: (input) => {
      const { QueueUrl, AttributeNames } = requests.queueAttributes.parse(input);
      const attributes = Object.entries(attributesOf(queues.byUrl(QueueUrl))).filter(
        ([name]) => AttributeNames.includes('All') || AttributeNames.includes(name),
      );
      return { Attributes: Object.fromEntries(attributes) };
    },
    SetQueueAttributes: (input) => {
      const { QueueUrl, Attributes } = requests.setQueueAttributes.parse(input);
      queues.byUrl(QueueUrl).queue.configure(readChanges(Attributes));
    },
    DeleteQueue: (input) => queues.remove(requests.queue.parse(input).QueueUrl),
    PurgeQueue: (input) => {
      queues.byUrl(requests.queue.parse(input).QueueUrl).queue.purge();
    },
    StartMessageMoveTask: (input) => {
      const { SourceArn, DestinationArn } = requests.startMove.parse(input);
      const source = queues.byArn(SourceArn)?.queue;
      if (source === undefined || !isDeadLetterQueue(source, queues)) {
        return reject('ResourceNotFoundException', 'The source is no dead-letter queue.');
      }
      const now = queues.clock.now();
      const result = redriveMessages(
        source,
        (from) => queues.byArn(DestinationArn ?? from ?? '')?.queue,
        now,
      );
      const task = {
        ...{ TaskHandle: randomUUID(), SourceArn, DestinationArn, StartedTimestamp: now },
        Status: result.failureReason === undefined ? 'COMPLETED' : 'FAILED',
        FailureReason: result.failureReason,
        ApproximateNumberOfMessagesMoved: result.moved,
      };
      moves.set(SourceArn, [task, ...(moves.get(SourceArn) ?? [])]);
      return { TaskHandle: task.TaskHandle };
    },
    ListMessageMoveTasks: (input) => ({
      Results: moves.get(requests.listMoves.parse(input).SourceArn)?.slice(0, 10) ?? [],
    }),
  };
}

function isDeadLetterQueue(queue: QueueModel, queues: QueueHost): boolean {
  return queues.all().some(({ settings }) => settings.redrive?.deadLetterQueue === queue);
}

function attributesOf({ queue, clock }: WaitingQueue): Record<string, string> {
  const { settings } = queue;
  const { visible, inFlight } = queue.counts(clock.now());
  const { redrive } = settings;
  return {
    QueueArn: queueArn(settings.name),
    ...queue.ownAttributes,
    VisibilityTimeout: String(settings.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(settings.retentionSeconds),
    MaximumMessageSize: '1048576',
    DelaySeconds: String(settings.delaySeconds),
    ReceiveMessageWaitTimeSeconds: '0',
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(queue.delayed(clock.now())),
    ...(redrive !== undefined && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: queueArn(redrive.deadLetterQueue.settings.name),
        maxReceiveCount: redrive.maxReceiveCount,
      }),
    }),
  };
}

const CHANGEABLE = {
  VisibilityTimeout: 'visibilityTimeoutSeconds',
  MessageRetentionPeriod: 'retentionSeconds',
  DelaySeconds: 'delaySeconds',
} as const;

/** Taken, and without effect: whoever reaches a queue on loopback may use it, and nothing is stored. */
const WITHOUT_EFFECT = ['Policy', 'SqsManagedSseEnabled'];

function readChanges(attributes: Readonly<Record<string, string>>) {
  const known: readonly string[] = [...Object.keys(CHANGEABLE), ...WITHOUT_EFFECT];
  const unknown = Object.keys(attributes).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    reject('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  }
  const changes = Object.entries(CHANGEABLE).flatMap(([name, setting]) => {
    const value = attributes[name];
    return value === undefined ? [] : [[setting, Number(value)] as const];
  });
  return Object.fromEntries(changes);
}

function readAttributes(attributes: Readonly<Record<string, string>>, queues: QueueHost) {
  return {
    visibilityTimeoutSeconds: optionalNumber(attributes['VisibilityTimeout']),
    retentionSeconds: optionalNumber(attributes['MessageRetentionPeriod']),
    delaySeconds: optionalNumber(attributes['DelaySeconds']),
    deduplicationScope:
      attributes['DeduplicationScope'] === 'messageGroup' ? 'messageGroup' : 'queue',
    redrive: readRedrive(attributes['RedrivePolicy'], queues),
  } as const;
}

function readRedrive(policy: string | undefined, queues: QueueHost) {
  if (policy === undefined) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = requests.redrivePolicy.parse(JSON.parse(policy));
  const deadLetterQueue = queues.byArn(deadLetterTargetArn)?.queue;
  if (deadLetterQueue === undefined) {
    return reject('InvalidParameterValue', 'The dead-letter queue does not exist.');
  }
  return { deadLetterQueue, maxReceiveCount };
}

function optionalNumber(value: string | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}
