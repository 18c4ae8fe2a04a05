import { MESSAGE_ROUTES as R } from '../../../lambda/sending/messages/routes.ts';
import { memberOf } from '../../../lambda/shared/json/json-source.ts';
import { askApi, httpEvent } from '../http-api.ts';
import type { SimulatedFunction } from '../simulated-function.ts';
import type { VirtualTime } from '../virtual-time.ts';
import type { PlannedMessage } from './messages.ts';

export interface CallerOptions {
  readonly time: VirtualTime;
  readonly messages: SimulatedFunction;
  readonly onViolation: (what: string) => void;
}

const FIRST_GAP_MS = 500;
const LONGEST_GAP_MS = 60_000;

interface Question {
  readonly event: object;
  /** Whether that is the end of it. */
  readonly isAnswer: (status: number, answer: unknown) => boolean;
}

/** The company's software: asks again with the same key until it has an answer that is one. */
export class Caller {
  readonly #options: CallerOptions;
  /** Keys of messages that were taken. */
  readonly taken = new Set<string>();
  /** Ids of messages whose cancelling was answered 200. */
  readonly cancelled = new Set<string>();
  /** What is refused for good, with why. */
  readonly refused = new Map<string, string>();
  underWay = 0;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  send(message: PlannedMessage, notAfter: number | undefined): void {
    const { channel, key, body, spec } = message;
    const until = notAfter === undefined ? {} : { notAfter: new Date(notAfter).toISOString() };
    const event = httpEvent({
      ...{ routeKey: R.send, path: { channel } },
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ ...body, ...until }),
    });
    const isAnswer = (status: number, answer: unknown) => {
      if (status === 202) {
        this.taken.add(key);
        if (memberOf(answer, 'id') !== message.id) {
          this.#options.onViolation(`7: ${key} is taken as ${memberOf(answer, 'id')}`);
        }
        return true;
      }
      // A paused channel takes nothing: it is asked for again once it does.
      if (status === 409 && /is paused/.test(JSON.stringify(answer))) return false;
      if (!isFinal(status)) return false;
      this.refused.set(key, JSON.stringify(answer));
      return true;
    };
    this.underWay += 1;
    this.#untilAnswered({ event, isAnswer }, spec.patience ?? Number.POSITIVE_INFINITY);
  }

  cancel({ channel, id }: PlannedMessage): void {
    const event = httpEvent({ routeKey: R.cancel, path: { channel, id }, headers: {} });
    const isAnswer = (status: number) => {
      if (status === 200) this.cancelled.add(id);
      return isFinal(status);
    };
    this.underWay += 1;
    this.#untilAnswered({ event, isAnswer }, 3);
  }

  #untilAnswered(question: Question, patience: number, gapMs = FIRST_GAP_MS): void {
    const { time, messages } = this.#options;
    askApi(time, messages, question.event, (status, body) => {
      const answer = typeof body === 'string' ? JSON.parse(body) : undefined;
      if (question.isAnswer(status, answer) || patience <= 1) this.underWay -= 1;
      else {
        const longer = Math.min(gapMs * 2, LONGEST_GAP_MS);
        time.after(gapMs, () => this.#untilAnswered(question, patience - 1, longer));
      }
    });
  }
}

/** Whether to ask again would bring nothing else. */
function isFinal(status: number): boolean {
  return status < 500 && status !== 429;
}
