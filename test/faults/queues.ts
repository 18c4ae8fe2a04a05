import { refusalError } from '../../local/sqs/errors.ts';
import { FifoQueue } from '../../local/sqs/fifo-queue.ts';
import { md5, md5OfAttributes } from '../../local/sqs/md5.ts';
import { systemAttributes } from '../../local/sqs/messages.ts';
import type { QueueModel } from '../../local/sqs/queue-model.ts';
import type { NewMessage, ReceivedMessage, Sent } from '../../local/sqs/queue-types.ts';
import { requests, type SendRequest } from '../../local/sqs/requests.ts';
import { jsonAnswer, type ServiceAnswer, serviceError } from './service.ts';

const RETENTION_SECONDS = 14 * 86_400;

/** What a faulty SQS makes of the entries of one batch. */
export interface BatchFault {
  /** By the entry's place: whether it is taken, and whether the answer says so. */
  readonly entry: (index: number) => { readonly isTaken: boolean; readonly isConfirmed: boolean };
  /** Whether the answer names those that it does not confirm. */
  readonly namesFailed: boolean;
}

export interface QueuesOptions<Name extends string> {
  readonly now: () => number;
  readonly queues: Readonly<Record<Name, QueueModel>>;
  /** `isNew`: it is not dropped as a duplicate. */
  readonly onSent: (queue: Name, message: NewMessage, sent: Sent, isNew: boolean) => void;
  /** A batch of which not every entry will be taken. */
  readonly onPartlyTaken: (bodies: readonly string[]) => void;
  /** Makes a queue at run time. @default none is made */
  readonly make?: (name: Name) => QueueModel;
}

/** The inbox as it is deployed, but for how often it hands out a message that kills the function. */
export function inboxQueues(maxReceiveCount: number, onSetAside: (message: NewMessage) => void) {
  const { queue, deadLetterQueue } = orderedQueue('inbox', 180, maxReceiveCount);
  deadLetterQueue.onSetAside = onSetAside;
  return { queue, deadLetterQueue };
}

/** Tells of what SQS itself moves here, for having been received too often. */
class DeadLetters extends FifoQueue {
  onSetAside: (message: NewMessage) => void = () => {};

  protected override takeDeadLetter(
    ...[message, ...rest]: Parameters<FifoQueue['takeDeadLetter']>
  ): void {
    this.onSetAside(message);
    super.takeDeadLetter(message, ...rest);
  }
}

/** A FIFO queue with its dead-letter queue. */
export function orderedQueue<const Name extends string>(
  name: Name,
  visibilityTimeoutSeconds: number,
  maxReceiveCount: number,
) {
  const both = { retentionSeconds: RETENTION_SECONDS, deduplicationScope: 'messageGroup' } as const;
  const [own, ofDeadLetters] = [`${name}.fifo`, `${name}-dead-letter.fifo`] as const;
  const deadLetterQueue = new DeadLetters({ ...both, name: ofDeadLetters });
  const redrive = { deadLetterQueue, maxReceiveCount };
  const queue = new FifoQueue({ ...both, name: own, visibilityTimeoutSeconds, redrive });
  return { queue, deadLetterQueue };
}

/** Queues behind SQS's JSON protocol. */
export class SimulatedQueues<Name extends string> {
  readonly #options: QueuesOptions<Name>;
  readonly #queues: Map<string, QueueModel>;
  /** In ms since 1970. */
  readonly #madeAt = new Map<string, number>();
  readonly #taken = new Set<string>();

  constructor(options: QueuesOptions<Name>) {
    this.#options = options;
    this.#queues = new Map(Object.entries<QueueModel>(options.queues));
  }

  of(name: Name): QueueModel {
    const queue = this.find(name);
    if (queue === undefined) throw new Error(`there is no queue ${name}`);
    return queue;
  }

  find(name: string): QueueModel | undefined {
    return this.#queues.get(name);
  }

  /** Names of those that were made at run time and not removed. */
  get made(): readonly string[] {
    return [...this.#madeAt.keys()];
  }

  act(action: string, input: object, fault: BatchFault | undefined): ServiceAnswer {
    const ofQueue = this.#actOnQueues(action, input);
    if (ofQueue !== undefined) return ofQueue;
    if (action === 'SendMessageBatch') return this.#sendBatch(input, fault);
    if (action === 'SendMessage') {
      const { QueueUrl, ...request } = requests.send.parse(input);
      const result = this.send(this.#name(QueueUrl), newMessage(request));
      return result.ok ? jsonAnswer(confirmation(request, result)) : refusal(result);
    }
    if (action === 'ChangeMessageVisibilityBatch') return this.#changeVisibility(input);
    if (action === 'ReceiveMessage') return this.#receive(input);
    if (action === 'DeleteMessage') return this.#deleteMessage(input);
    throw new Error(`the queues do not know ${action}`);
  }

  #actOnQueues(action: string, input: object): ServiceAnswer | undefined {
    if (action === 'CreateQueue') return this.#create(requests.createQueue.parse(input).QueueName);
    if (action === 'ListQueues') return this.#list(requests.listQueues.parse(input));
    if (!('QueueUrl' in input)) return undefined;
    const name = nameIn(input.QueueUrl);
    const queue = this.find(name);
    if (queue === undefined) return this.#missing(name);
    if (action === 'GetQueueAttributes') {
      const { visible, inFlight } = queue.counts(this.#options.now());
      const seconds = Math.floor((this.#madeAt.get(name) ?? 0) / 1000);
      const counts = { ApproximateNumberOfMessages: String(visible) };
      const hidden = { ApproximateNumberOfMessagesNotVisible: String(inFlight) };
      return jsonAnswer({
        Attributes: { ...counts, ...hidden, CreatedTimestamp: String(seconds) },
      });
    }
    if (action !== 'DeleteQueue') return undefined;
    this.#queues.delete(name);
    this.#madeAt.delete(name);
    return jsonAnswer({});
  }

  /** Whoever names one that nobody could have made names a wrong one. */
  #missing(name: string): ServiceAnswer {
    if (this.#options.make === undefined) throw new Error(`there is no queue ${name}`);
    return {
      ...serviceError('com.amazonaws.sqs#QueueDoesNotExist', 'no such queue'),
      headers: { 'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender' },
    };
  }

  #create(name: string): ServiceAnswer {
    const { make, now } = this.#options;
    if (make === undefined || !isMakeable<Name>(name)) throw new Error(`a queue ${name} is made`);
    if (!this.#queues.has(name)) {
      this.#queues.set(name, make(name));
      this.#madeAt.set(name, now());
    }
    return jsonAnswer({ QueueUrl: `https://sqs.eu-central-1.amazonaws.com/111111111111/${name}` });
  }

  #list({ QueueNamePrefix: prefix }: { readonly QueueNamePrefix: string }): ServiceAnswer {
    const names = [...this.#queues.keys()].filter((name) => name.startsWith(prefix));
    return jsonAnswer({ QueueUrls: names.map((name) => `https://sqs/1/${name}`) });
  }

  #receive(input: unknown): ServiceAnswer {
    const { QueueUrl, MaxNumberOfMessages, VisibilityTimeout } = requests.receive.parse(input);
    const queue = this.of(this.#name(QueueUrl));
    const messages = queue.receive(MaxNumberOfMessages, this.#options.now(), VisibilityTimeout);
    return jsonAnswer(messages.length === 0 ? {} : { Messages: messages.map(received) });
  }

  #deleteMessage(input: unknown): ServiceAnswer {
    const { QueueUrl, ReceiptHandle } = requests.delete.parse(input);
    const { now } = this.#options;
    const result = this.of(this.#name(QueueUrl)).delete(ReceiptHandle, now());
    return result.ok ? jsonAnswer({}) : refusal(result);
  }

  send(name: Name, message: NewMessage) {
    const result = this.of(name).send(message, this.#options.now());
    if (!result.ok) return result;
    const identity = `${name} ${result.sequenceNumber}`;
    const isNew = !this.#taken.has(identity);
    this.#taken.add(identity);
    this.#options.onSent(name, message, result, isNew);
    return { ...result, isNew };
  }

  #name(url: string): Name {
    const name = nameIn(url);
    if (!this.#isName(name)) throw new Error(`there is no queue ${url}`);
    return name;
  }

  #isName(name: string): name is Name {
    return this.#queues.has(name);
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
      const result = isTaken ? this.send(this.#name(QueueUrl), newMessage(entry)) : INTERNAL_ERROR;
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
    const { QueueUrl, Entries } = requests.changeVisibilityBatch.parse(input);
    const queue = this.of(this.#name(QueueUrl));
    const results = Entries.map(({ Id, ReceiptHandle, VisibilityTimeout }) => ({
      Id,
      ...queue.changeVisibility(ReceiptHandle, VisibilityTimeout, this.#options.now()),
    }));
    return jsonAnswer({
      Successful: results.filter(({ ok }) => ok).map(({ Id }) => ({ Id })),
      Failed: results.filter(({ ok }) => !ok).map(({ Id }) => ({ Id, Code: 'Gone' })),
    });
  }
}

function nameIn(url: unknown): string {
  const text = String(url);
  return text.slice(text.lastIndexOf('/') + 1);
}

/** Those of subscribers: what else is made is made by mistake. */
function isMakeable<Name extends string>(name: string): name is Name {
  return name.startsWith('subscribers-');
}

function received(message: ReceivedMessage) {
  const { messageId, receiptHandle, body } = message;
  return {
    ...{ MessageId: messageId, ReceiptHandle: receiptHandle, Body: body },
    Attributes: systemAttributes(message),
  };
}

const INTERNAL_ERROR = { ok: false, code: 'InternalError', message: 'try again' } as const;

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
