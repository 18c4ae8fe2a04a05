import { refusalError } from '../../local/sqs/errors.ts';
import { FifoQueue } from '../../local/sqs/fifo-queue.ts';
import { md5, md5OfAttributes } from '../../local/sqs/md5.ts';
import type { NewMessage, Sent } from '../../local/sqs/queue-types.ts';
import { requests, type SendRequest } from '../../local/sqs/requests.ts';
import { jsonAnswer, type ServiceAnswer, serviceError } from './service.ts';

const RETENTION_SECONDS = 14 * 86_400;

const QUEUE_NAMES = ['inbox.fifo', 'inbox-dead-letter.fifo', 'deliveries.fifo'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

/** What a faulty SQS makes of the entries of one batch. */
export interface BatchFault {
  /** By the entry's place: whether it is taken, and whether the answer says so. */
  readonly entry: (index: number) => { readonly isTaken: boolean; readonly isConfirmed: boolean };
  /** Whether the answer names those that it does not confirm. */
  readonly namesFailed: boolean;
}

export interface QueuesOptions {
  readonly now: () => number;
  readonly maxReceiveCount: number;
  /** `isNew`: it is not dropped as a duplicate. */
  readonly onSent: (queue: QueueName, message: NewMessage, sent: Sent, isNew: boolean) => void;
  /** A batch of which not every entry will be taken. */
  readonly onPartlyTaken: (bodies: readonly string[]) => void;
}

/** The queues as they are deployed, behind SQS's JSON protocol. */
export class SimulatedQueues {
  readonly deadLetter = new FifoQueue({
    name: 'inbox-dead-letter.fifo',
    retentionSeconds: RETENTION_SECONDS,
    deduplicationScope: 'messageGroup',
  });
  readonly deliveries = new FifoQueue({
    name: 'deliveries.fifo',
    retentionSeconds: RETENTION_SECONDS,
    deduplicationScope: 'messageGroup',
  });
  readonly inbox: FifoQueue;
  readonly #options: QueuesOptions;
  readonly #taken = new Set<string>();

  constructor(options: QueuesOptions) {
    this.#options = options;
    this.inbox = new FifoQueue({
      name: 'inbox.fifo',
      visibilityTimeoutSeconds: 180,
      retentionSeconds: RETENTION_SECONDS,
      deduplicationScope: 'messageGroup',
      redrive: { deadLetterQueue: this.deadLetter, maxReceiveCount: options.maxReceiveCount },
    });
  }

  act(action: string, input: unknown, fault: BatchFault | undefined): ServiceAnswer {
    if (action === 'SendMessageBatch') return this.#sendBatch(input, fault);
    if (action === 'SendMessage') {
      const { QueueUrl, ...request } = requests.send.parse(input);
      const result = this.send(queueName(QueueUrl), newMessage(request));
      return result.ok ? jsonAnswer(confirmation(request, result)) : refusal(result);
    }
    if (action === 'ChangeMessageVisibilityBatch') return this.#changeVisibility(input);
    throw new Error(`the queues do not know ${action}`);
  }

  send(name: QueueName, message: NewMessage) {
    const result = this.#queue(name).send(message, this.#options.now());
    if (!result.ok) return result;
    const identity = `${name} ${result.sequenceNumber}`;
    const isNew = !this.#taken.has(identity);
    this.#taken.add(identity);
    this.#options.onSent(name, message, result, isNew);
    return { ...result, isNew };
  }

  #queue(name: QueueName): FifoQueue {
    if (name === 'inbox.fifo') return this.inbox;
    return name === 'deliveries.fifo' ? this.deliveries : this.deadLetter;
  }

  #sendBatch(input: unknown, fault: BatchFault | undefined): ServiceAnswer {
    const { QueueUrl, Entries } = requests.sendBatch.parse(input);
    if (Entries.length === 0 || Entries.length > 10) throw new Error('a batch of a wrong size');
    if (fault !== undefined) {
      this.#options.onPartlyTaken(Entries.map(({ MessageBody = '' }) => MessageBody));
    }
    const Successful: object[] = [];
    const Failed: object[] = [];
    for (const [index, entry] of Entries.entries()) {
      const { isTaken = true, isConfirmed = true } = fault?.entry(index) ?? {};
      const result = isTaken ? this.send(queueName(QueueUrl), newMessage(entry)) : INTERNAL_ERROR;
      if (result.ok && isConfirmed) {
        Successful.push({ Id: entry.Id, ...confirmation(entry, result) });
      } else if (fault?.namesFailed !== false) {
        const { code: Code, message: Message } = result.ok ? INTERNAL_ERROR : result;
        Failed.push({ Id: entry.Id, Code, Message, SenderFault: Code !== INTERNAL_ERROR.code });
      }
    }
    return jsonAnswer({ Successful, Failed });
  }

  #changeVisibility(input: unknown): ServiceAnswer {
    const { Entries } = requests.changeVisibilityBatch.parse(input);
    const results = Entries.map(({ Id, ReceiptHandle, VisibilityTimeout }) => ({
      Id,
      ...this.inbox.changeVisibility(ReceiptHandle, VisibilityTimeout, this.#options.now()),
    }));
    return jsonAnswer({
      Successful: results.filter(({ ok }) => ok).map(({ Id }) => ({ Id })),
      Failed: results.filter(({ ok }) => !ok).map(({ Id }) => ({ Id, Code: 'Gone' })),
    });
  }
}

const INTERNAL_ERROR = { ok: false, code: 'InternalError', message: 'try again' } as const;

function queueName(url: string): QueueName {
  const name = QUEUE_NAMES.find((one) => url.endsWith(`/${one}`));
  if (name === undefined) throw new Error(`there is no queue ${url}`);
  return name;
}

function newMessage(request: SendRequest): NewMessage {
  return {
    groupId: request.MessageGroupId ?? '',
    deduplicationId: request.MessageDeduplicationId ?? '',
    body: request.MessageBody ?? '',
    attributes: request.MessageAttributes,
  };
}

function confirmation({ MessageBody, MessageAttributes }: SendRequest, sent: Sent) {
  return {
    MessageId: sent.messageId,
    SequenceNumber: sent.sequenceNumber,
    MD5OfMessageBody: md5(MessageBody ?? ''),
    MD5OfMessageAttributes: md5OfAttributes(MessageAttributes),
  };
}

function refusal(given: Parameters<typeof refusalError>[0]): ServiceAnswer {
  const { code, message, queryCode } = refusalError(given);
  return {
    ...serviceError(code, message),
    headers: { 'x-amzn-query-error': `${queryCode};Sender` },
  };
}
