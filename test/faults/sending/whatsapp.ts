import { signRequest } from '../../../local/traffic/sign.ts';
import type { Webhook } from '../../../local/traffic/traffic.ts';
import { answer } from '../../../local/whatsapp/answer.ts';
import type { Reaction } from '../../../local/whatsapp/exchange.ts';
import type { Receipt } from '../../../local/whatsapp/ledger.ts';
import { nextDue, takeDue } from '../../../local/whatsapp/outbox.ts';
import { changedRules } from '../../../local/whatsapp/rules.ts';
import { createWorld, type World } from '../../../local/whatsapp/world.ts';
import { GRAPH_TOKEN, WASENDER_KEY } from '../after-table/media-files.ts';
import { askApi, httpEvent } from '../http-api.ts';
import { type HttpCall, textOf } from '../http-call.ts';
import { PATH_TOKEN } from '../secrets.ts';
import type { ServiceAnswer } from '../service.ts';
import type { SimulatedFunction } from '../simulated-function.ts';
import { SESSION } from '../update-parts.ts';
import type { VirtualTime } from '../virtual-time.ts';

export interface WhatsAppOptions {
  readonly time: VirtualTime;
  readonly random: () => number;
  readonly seed: number;
  readonly ingest: () => SimulatedFunction;
}

const TARGET = {
  baseUrl: 'https://hooks.example',
  secrets: { meta: 'first', wasender: 'first' },
  pathToken: PATH_TOKEN,
};
const FIRST_GAP_MS = 3000;
const GROWTH = 3;

/** The stand-in for WhatsApp that everybody can try, at the pace of the simulation. */
export class SimulatedWhatsApp {
  readonly world: World;
  /** The one that is good now. */
  token = GRAPH_TOKEN;
  /** Webhooks that were not taken yet. */
  underWay = 0;
  readonly #options: WhatsAppOptions;
  #wakesAt = Number.POSITIVE_INFINITY;

  constructor(options: WhatsAppOptions) {
    this.#options = options;
    const whatsapp = this;
    const tokens = {
      get meta() {
        return whatsapp.token;
      },
      wasender: WASENDER_KEY,
    };
    this.world = createWorld({ tokens, seed: options.seed });
  }

  get receipts(): readonly Receipt[] {
    return this.world.ledger.receipts;
  }

  /** Whether nothing is left to be told. */
  get isQuiet(): boolean {
    return this.underWay === 0 && nextDue(this.world.outbox) === undefined;
  }

  /** Of a channel, by the name of its parameter. */
  tokenOf(parameter: string): string {
    return parameter.includes(`/${SESSION}/`) ? WASENDER_KEY : this.token;
  }

  refuseToken(): void {
    this.world.rules = changedRules(this.world.rules, { token: 'expired' });
  }

  takeToken(): void {
    this.world.rules = changedRules(this.world.rules, { token: 'valid' });
  }

  refuseNext(code: number, times: number): void {
    this.world.rules = changedRules(this.world.rules, { failNext: { code, times } });
  }

  act(call: HttpCall): ServiceAnswer | undefined {
    const { time } = this.#options;
    const request = {
      method: call.method,
      path: call.path.replace(/^\/wasender\//, '/api/'),
      query: new URLSearchParams(),
      authorization: call.headers['authorization'],
      contentType: 'application/json',
      body: Buffer.from(textOf(call)),
      origin: '',
    };
    const reaction = answer(this.world, request, time.now, '');
    if (reaction instanceof Promise) throw new Error(`the stand-in waits at ${call.path}`);
    this.#look();
    return toAnswer(reaction);
  }

  /** Tells what is due, and looks again when the next is. */
  #look(): void {
    const { time } = this.#options;
    const due = nextDue(this.world.outbox);
    if (due === undefined || due >= this.#wakesAt) return;
    this.#wakesAt = due;
    // The clock has whole milliseconds.
    time.after(Math.ceil(due - time.now), () => {
      this.#wakesAt = Number.POSITIVE_INFINITY;
      for (const webhook of takeDue(this.world.outbox, time.now)) {
        this.underWay += 1;
        this.#post(webhook, FIRST_GAP_MS);
      }
      this.#look();
    });
  }

  /** Until it is taken. */
  #post(webhook: Webhook, gapMs: number): void {
    const { time, random, ingest } = this.#options;
    const { headers, body } = signRequest(webhook, TARGET);
    const isOfMeta = webhook.provider === 'meta';
    const event = httpEvent({
      routeKey: isOfMeta ? 'POST /webhooks/meta' : 'POST /webhooks/wasender/{token}',
      path: isOfMeta ? {} : { token: PATH_TOKEN },
      ...{ headers, body: body.toString() },
    });
    askApi(time, ingest(), event, (status) => {
      if (status === 200) this.underWay -= 1;
      else time.after(gapMs * (0.5 + random()), () => this.#post(webhook, gapMs * GROWTH));
    });
  }
}

/** Undefined where it hangs up: the sender hears nothing. */
function toAnswer({ status, headers = {}, body, afterMs, hangsUp }: Reaction) {
  if (hangsUp === true) return undefined;
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return { statusCode: status, headers, body: text, ...(afterMs !== undefined && { afterMs }) };
}
