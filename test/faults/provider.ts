import { createHmac } from 'node:crypto';
import type { FaultPlan } from './fault-plan.ts';
import { askApi, type HttpRequest, httpEvent } from './http-api.ts';
import type { Ledger } from './ledger.ts';
import { PATH_TOKEN, type Secrets } from './secrets.ts';
import type { SimulatedFunction } from './simulated-function.ts';
import type { Update } from './update-parts.ts';
import { metaBody, runsOf, wasenderBody } from './updates.ts';
import type { VirtualTime } from './virtual-time.ts';

export const FORGERIES = [
  'unsigned',
  'malformed',
  'other-secret',
  'altered',
  'reformatted',
  'empty-signature',
] as const;
export type Forgery = (typeof FORGERIES)[number];

export interface ProviderOptions {
  readonly time: VirtualTime;
  readonly random: () => number;
  readonly ingest: SimulatedFunction;
  readonly secrets: Secrets;
  readonly faults: FaultPlan;
  readonly ledger: Ledger;
  readonly trace: (line: string) => void;
}

/** Seven days after the first delivery Meta gives up. */
const PATIENCE_MS = 7 * 86_400_000;
const FIRST_GAP_MS = 3_000;
const GROWTH = 3;

type Request = Required<HttpRequest>;

/** WhatsApp's side: posts webhooks, and again at growing gaps while the answer is not 200. */
export class Provider {
  readonly #options: ProviderOptions;
  /** Updates that Meta gave up. */
  readonly abandoned: Update[] = [];

  constructor(options: ProviderOptions) {
    this.#options = options;
  }

  /** Delivers updates of one provider, until they are answered 200 or seven days have passed. */
  deliver(updates: readonly Update[]): void {
    this.#attempt(updates, this.#options.time.now, FIRST_GAP_MS);
  }

  /** Somebody else posts a webhook, once. */
  forge(updates: readonly Update[], forgery: Forgery): void {
    const { value } = this.#options.secrets.choose(0);
    this.#post(forged(this.#sign(updates, value), forgery), (status) => {
      if (status === 200) this.#options.ledger.violate(`5: 200 for a webhook that is ${forgery}`);
    });
  }

  #attempt(updates: readonly Update[], firstAt: number, gapMs: number): void {
    const { time, random, faults, ledger } = this.#options;
    const secret = this.#options.secrets.choose(random());
    ledger.posted(updates);
    this.#post(this.#sign(updates, secret.value), (status) => {
      if (status === 200) {
        ledger.acknowledged(updates);
        if (!faults.hits('answer-lost', time.now)) return;
      }
      if (status === 400) ledger.violate('1: a webhook was refused for good');
      if ((status === 401 || status === 403) && secret.isWellKnown) {
        ledger.violate(`1: a webhook signed with ${secret.value} was refused`);
      }
      const pause = gapMs * (0.5 + random());
      if (time.now + pause > firstAt + PATIENCE_MS) {
        this.abandoned.push(...updates);
        return;
      }
      // The next time they may be batched otherwise.
      const cut = random() < 0.3 ? Math.floor(random() * updates.length) : 0;
      for (const part of [updates.slice(0, cut), updates.slice(cut)]) {
        if (part.length === 0) continue;
        time.after(pause, () => this.#attempt(part, firstAt, gapMs * GROWTH));
      }
    });
  }

  #post(request: Request, answered: (status: number) => void): void {
    const { time, random, ingest, trace } = this.#options;
    const headers = { 'content-type': 'application/json', ...request.headers };
    time.after(1 + random() * 50, () =>
      askApi(time, ingest, httpEvent({ ...request, headers }, random() < 0.2), (status) => {
        trace(`${request.routeKey} is answered ${status}`);
        answered(status);
      }),
    );
  }

  #sign(updates: readonly Update[], secret: string): Request {
    const { time } = this.#options;
    if (updates[0]?.provider === 'wasender') {
      return {
        routeKey: 'POST /webhooks/wasender/{token}',
        headers: { 'x-webhook-signature': secret },
        path: { token: PATH_TOKEN },
        body: wasenderBody(updates, time.now),
      };
    }
    const body = metaBody(updates);
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    return {
      routeKey: 'POST /webhooks/meta',
      headers: { 'x-hub-signature-256': `sha256=${signature}` },
      path: {},
      body,
    };
  }
}

/** Updates as one provider would put them in webhooks: of one kind of event each, at WasenderApi. */
export function webhooksOf(updates: readonly Update[]): readonly (readonly Update[])[] {
  return runsOf(updates, ({ provider, place }) =>
    provider === 'meta' ? provider : `${provider} ${place.list}`,
  );
}

const SIGNATURES = ['x-hub-signature-256', 'x-webhook-signature'];

function forged(request: Request, forgery: Forgery): Request {
  const [name = '', value = ''] =
    Object.entries(request.headers).find(([header]) => SIGNATURES.includes(header)) ?? [];
  const other = createHmac('sha256', 'other').update(request.body).digest('hex');
  const isShared = name === 'x-webhook-signature';
  const changes: Record<Forgery, Partial<Request>> = {
    unsigned: { headers: {} },
    malformed: { headers: { [name]: value.slice(0, -1) } },
    'other-secret': { headers: { [name]: isShared ? 'other' : `sha256=${other}` } },
    // A shared secret says nothing of the body; there the path is what can be altered.
    altered: isShared ? { path: { token: 'other' } } : { body: request.body.replace('1', '2') },
    reformatted: isShared ? { path: {} } : { body: `${request.body} ` },
    'empty-signature': { headers: { [name]: '' } },
  };
  return { ...request, ...changes[forgery] };
}
