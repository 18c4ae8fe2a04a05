import type { ReceivedMessage } from '../../local/sqs/queue-types.ts';
import { redriveMessages } from '../../local/sqs/redrive.ts';
import type { Ledger, QueueName } from './ledger.ts';
import type { SimulatedQueues } from './queues.ts';
import type { OperatorStep } from './schedule.ts';

export interface OperatorOptions {
  readonly now: () => number;
  readonly queues: SimulatedQueues<QueueName>;
  readonly ledger: Ledger;
  /** Mends whatever makes the table refuse events. */
  readonly mend: () => void;
  /** Queue messages of some events that were taken before. */
  readonly recent: readonly { readonly groupId: string; readonly body: string }[];
}

/** Does by hand what the runbook says. */
export class Operator {
  readonly #options: OperatorOptions;
  #sent = 0;

  constructor(options: OperatorOptions) {
    this.#options = options;
  }

  act({ kind, choice }: OperatorStep): void {
    const { queues, mend, recent } = this.#options;
    if (kind === 'mend') mend();
    if (kind === 'redrive') this.#redrive();
    if (kind === 'resend') this.#resend();
    const message = recent[choice % Math.max(recent.length, 1)];
    if (kind === 'replay' && message !== undefined) this.#sendAgain(queues, message);
  }

  /** `StartMessageMoveTask` with the inbox as its destination. */
  #redrive(): void {
    const { queues, now } = this.#options;
    const deadLetter = queues.of('inbox-dead-letter.fifo');
    const sent: ReceivedMessage[] = [];
    const destination = Object.create(queues.of('inbox.fifo'), {
      send: {
        value: (message: ReceivedMessage) => {
          sent.push(message);
          return queues.send('inbox.fifo', message);
        },
      },
    });
    const before = deadLetter.counts(now());
    redriveMessages(deadLetter, () => destination, now());
    const after = deadLetter.counts(now());
    if (before.visible - after.visible !== sent.length) throw new Error('a redrive lost count');
    for (const message of sent) this.#left(message);
  }

  /** Receives dead letters, sends each with a deduplication id that is new, and deletes it then. */
  #resend(): void {
    const { queues, now } = this.#options;
    const deadLetter = queues.of('inbox-dead-letter.fifo');
    for (const message of deadLetter.receive(10, now())) {
      this.#sendAgain(queues, message);
      deadLetter.delete(message.receiptHandle, now());
      this.#left(message);
    }
  }

  /** It is in the dead-letter queue no more. */
  #left({ body, deadLetteredFrom }: ReceivedMessage): void {
    const { ledger } = this.#options;
    if (deadLetteredFrom === undefined) ledger.moved('inbox-dead-letter.fifo', body);
    else ledger.sentBack(body);
  }

  #sendAgain(queues: SimulatedQueues<QueueName>, message: { groupId: string; body: string }): void {
    const { groupId, body } = message;
    this.#sent += 1;
    const deduplicationId = `again-${this.#sent}`;
    const sent = queues.send('inbox.fifo', { groupId, body, deduplicationId });
    if (!sent.ok || !sent.isNew) this.#options.ledger.violate('1: what was sent again was dropped');
  }
}
