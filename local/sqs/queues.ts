import { randomUUID } from 'node:crypto';
import type { ApiAction } from '../aws/json-protocol.ts';
import { refusalError, reject } from './errors.ts';
import { outOfRange } from './message-limits.ts';
import { attributesOf, changedSettings, newSettings, otherAttribute } from './queue-attributes.ts';
import type { QueueHost } from './queue-host.ts';
import type { QueueModel } from './queue-model.ts';
import { redriveMessages } from './redrive.ts';
import { requests } from './requests.ts';

const QUEUE_NAME = /^(?=.{1,80}$)[\w-]+(\.fifo)?$/;
const MOST_LISTED = 1000;

/** The actions on queues as a whole. */
export function queueActions(queues: QueueHost): Record<string, ApiAction> {
  const moves = new Map<string, object[]>();
  return {
    CreateQueue: (input) => createQueue(input, queues),
    GetQueueUrl: (input) => {
      const { QueueName } = requests.queueName.parse(input);
      queues.byUrl(QueueName);
      return { QueueUrl: queues.urlOf(QueueName) };
    },
    ListQueues: (input) => listQueues(input, queues),
    GetQueueAttributes: (input) => {
      const { QueueUrl, AttributeNames } = requests.queueAttributes.parse(input);
      const attributes = Object.entries(attributesOf(queues.byUrl(QueueUrl))).filter(
        ([name]) => AttributeNames.includes('All') || AttributeNames.includes(name),
      );
      return { Attributes: Object.fromEntries(attributes) };
    },
    SetQueueAttributes: (input) => {
      const { QueueUrl, Attributes } = requests.setQueueAttributes.parse(input);
      const queue = queues.byUrl(QueueUrl);
      queue.configure(changedSettings(queue.queue.settings, Attributes, queues));
      queues.keepQueue(queue.queue.settings.name);
    },
    DeleteQueue: (input) => queues.remove(requests.queue.parse(input).QueueUrl),
    TagQueue: (input) => {
      const { QueueUrl, Tags } = requests.tagQueue.parse(input);
      const { queue, tags } = queues.byUrl(QueueUrl);
      for (const [key, value] of Object.entries(Tags)) tags.set(key, value);
      queues.keepQueue(queue.settings.name);
    },
    UntagQueue: (input) => {
      const { QueueUrl, TagKeys } = requests.untagQueue.parse(input);
      const { queue, tags } = queues.byUrl(QueueUrl);
      for (const key of TagKeys) tags.delete(key);
      queues.keepQueue(queue.settings.name);
    },
    ListQueueTags: (input) => ({
      Tags: Object.fromEntries(queues.byUrl(requests.queue.parse(input).QueueUrl).tags),
    }),
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

/** Answers with a queue that is there already where all that is asked for is as it is there. */
function createQueue(input: unknown, queues: QueueHost) {
  const { QueueName, Attributes, tags } = requests.createQueue.parse(input);
  if (!QUEUE_NAME.test(QueueName)) {
    reject(
      'InvalidParameterValue',
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    );
  }
  const existing = queues.find(QueueName);
  if (existing === undefined) {
    const settings = newSettings(QueueName, Attributes, queues);
    if (queues.isJustDeleted(QueueName)) {
      reject(
        'QueueDeletedRecently',
        'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
      );
    }
    const made = queues.create(settings);
    for (const [key, value] of Object.entries(tags)) made.tags.set(key, value);
    queues.keepQueue(QueueName);
  } else {
    const other = otherAttribute(existing, Attributes);
    if (other !== undefined) {
      reject(
        'QueueNameExists',
        `A queue already exists with the same name and a different value for attribute ${other}`,
      );
    }
  }
  return { QueueUrl: queues.urlOf(QueueName) };
}

/** In the order of their names; a token is the name that comes next. */
function listQueues(input: unknown, queues: QueueHost) {
  const { QueueNamePrefix, MaxResults, NextToken = '' } = requests.listQueues.parse(input);
  if (MaxResults !== undefined && (MaxResults < 1 || MaxResults > MOST_LISTED)) {
    throw refusalError(outOfRange('MaxResults', MaxResults, 1, MOST_LISTED));
  }
  const names = queues
    .names()
    .filter((name) => name.startsWith(QueueNamePrefix) && name >= NextToken);
  const page = names.slice(0, MaxResults ?? MOST_LISTED);
  return {
    ...(page.length > 0 && { QueueUrls: page.map((name) => queues.urlOf(name)) }),
    // SQS pages for those only who say how much they want.
    ...(MaxResults !== undefined && { NextToken: names[page.length] }),
  };
}

function isDeadLetterQueue(queue: QueueModel, queues: QueueHost): boolean {
  return queues.all().some(({ settings }) => settings.redrive?.deadLetterQueue === queue);
}
