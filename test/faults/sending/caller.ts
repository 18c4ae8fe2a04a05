import { MESSAGE_ROUTES as R } from '../../../lambda/sending/messages/routes.ts';
import { memberOf } from '../../../lambda/shared/json/json-source.ts';
import type { SimulatedFunction } from '../simulated-function.ts';
import type { VirtualTime } from '../virtual-time.ts';
import type { PlannedMessage } from './messages.ts';

export interface CallerOptions {
  readonly time: VirtualTime;
  readonly messages: SimulatedFunction;
  readonly onViolation: (what: string) => void;
}

/** Whatever API Gateway waits for. */
const TIMEOUT_MS = 30_000;
const FIRST_GAP_MS = 500;
const LONGEST_GAP_MS = 60_000;

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
    const event = {
      ...{ routeKey: R.send, pathParameters: { channel }, isBase64Encoded: false },
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ ...body, ...until }),
    };
    this.#untilAnswered(event, spec.patience, (status, answer) => {
      if (status === 202) {
        this.taken.add(key);
        if (memberOf(answer, 'id') !== message.id) {
          this.#options.onViolation(`${key} is taken as ${memberOf(answer, 'id')}`);
        }
        return true;
      }
      // A paused channel takes nothing: it is asked for again once it does.
      if (status === 409 && /is paused/.test(JSON.stringify(answer))) return false;
      if (status < 500 && status !== 429) this.refused.set(key, JSON.stringify(answer));
      return status < 500 && status !== 429;
    });
  }

  cancel({ channel, id }: PlannedMessage): void {
    const event = {
      ...{ routeKey: R.cancel, pathParameters: { channel, id }, isBase64Encoded: false },
      headers: {},
    };
    this.#untilAnswered(event, 3, (status) => {
      if (status === 200) this.cancelled.add(id);
      return status < 500;
    });
  }

  /** @param isAnswer whether that is the end of it */
  #untilAnswered(
    event: object,
    patience = Number.POSITIVE_INFINITY,
    isAnswer: (status: number, answer: unknown) => boolean,
    gapMs = FIRST_GAP_MS,
  ): void {
    const { time } = this.#options;
    if (gapMs === FIRST_GAP_MS) this.underWay += 1;
    this.#ask(event, (status, answer) => {
      if (isAnswer(status, answer) || patience <= 1) this.underWay -= 1;
      else {
        const longer = Math.min(gapMs * 2, LONGEST_GAP_MS);
        time.after(gapMs, () => this.#untilAnswered(event, patience - 1, isAnswer, longer));
      }
    });
  }

  #ask(event: object, answered: (status: number, answer: unknown) => void): void {
    const { time, messages } = this.#options;
    let isOver = false;
    const finish = (status: number, answer?: unknown) => {
      if (isOver) return;
      isOver = true;
      cancel();
      answered(status, answer);
    };
    const cancel = time.after(TIMEOUT_MS, () => finish(503));
    messages.invoke(event, (outcome) => {
      if (!outcome.ok) return finish(500);
      const body = memberOf(outcome.result, 'body');
      finish(
        Number(memberOf(outcome.result, 'statusCode')),
        typeof body === 'string' ? JSON.parse(body) : undefined,
      );
    });
  }
}
