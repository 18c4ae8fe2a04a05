import type { Campaign } from '../../../lambda/campaigns/campaign.ts';
import { campaignRows } from '../../../lambda/campaigns/campaign-rows-table.ts';
import { campaignTable } from '../../../lambda/campaigns/campaign-table.ts';
import type { Cursor } from '../../../lambda/campaigns/cursor.ts';
import { cursorTable } from '../../../lambda/campaigns/cursor-table.ts';
import { marksTable } from '../../../lambda/campaigns/marks-table.ts';
import { type PartLine, partKey, writePartLine } from '../../../lambda/campaigns/part.ts';
import {
  cancelCampaign,
  type MoveDeps,
  pauseCampaign,
  resumeCampaign,
  startCampaign,
} from '../../../lambda/sending/campaigns/move-campaign.ts';
import { retryFailed } from '../../../lambda/sending/campaigns/retry-failed.ts';
import { readCheckerRequest } from '../../../lambda/sending/check-request.ts';
import { beginStep, type StepDeps } from '../../../lambda/sending/checker/begin-step.ts';
import { findingsTable } from '../../../lambda/sending/checker/findings-table.ts';
import { type OfferDeps, offerAgain } from '../../../lambda/sending/checker/offer-again.ts';
import type { GrowingTexts } from '../../../lambda/sending/checker/s3-growing-texts.ts';
import type { Wake } from '../../../lambda/sending/wake.ts';
import { AwsRequestError } from '../../../lambda/shared/aws/request.ts';
import { memberOf } from '../../../lambda/shared/json/json-source.ts';
import { aCampaign } from '../../support/a-campaign.ts';
import { aChannel } from '../../support/channels.ts';
import type { Buckets } from '../buckets.ts';
import { START_MS } from '../schedule.ts';
import type { SimulatedTable } from '../table.ts';
import type { VirtualTime } from '../virtual-time.ts';
import { META_CHANNEL } from './messages.ts';
import type { CampaignSpec } from './schedule.ts';

export interface PlannedCampaign {
  readonly spec: CampaignSpec;
  readonly id: string;
  /** Stand in what each recipient gets. */
  readonly tags: readonly string[];
  /** When nothing may go out any more; from `to` on it may again. */
  readonly silences: { readonly from: number; readonly to: number }[];
  /** How often its failures were offered again. */
  retries: number;
}

const BUCKET = 'campaigns';
const FAR_SECONDS = 4_000_000_000;
/** Some of them with what befalls messages to such numbers. */
const ENDINGS = ['13', '49', '00', '01', '02'];
const CHECK = 'check';
/** Asked for while it is not finished, it is asked for again so much later, and so often. */
const RETRY_AFTER_MS = 10 * 60_000;
const MOST_TRIES = 300;

export interface CampaignOfficeOptions {
  readonly time: VirtualTime;
  readonly table: SimulatedTable;
  readonly buckets: Buckets;
  readonly wake: (wake: Wake) => void;
  readonly random: () => number;
}

/** Has campaigns run as whoever manages them does: its own calls do not fail. */
export class CampaignOffice {
  readonly planned: readonly PlannedCampaign[];
  readonly #options: CampaignOfficeOptions;
  readonly #deps: Managing;
  readonly #offering: StepDeps & OfferDeps;
  readonly #signal = new AbortController().signal;

  constructor(specs: readonly CampaignSpec[], options: CampaignOfficeOptions) {
    this.#options = options;
    this.#deps = managing(options);
    this.#offering = offering(options, this.#deps);
    this.planned = specs.map((spec, index) => ({
      ...{ spec, id: `cmp_${String(index).padStart(22, 'c')}`, silences: [], retries: 0 },
      tags: Array.from({ length: spec.people }, (_, n) => `cmp-${index}-${n}-`),
    }));
  }

  /** Its parts are there from the beginning. */
  async plan(): Promise<void> {
    for (const campaign of this.planned) {
      await this.#put(campaign);
      const { spec, id, silences } = campaign;
      const { time } = this.#options;
      time.after(spec.atMs, () => void startCampaign(id, this.#deps, this.#signal));
      // What came too late to stop it leaves its retries to go out.
      const silentTo = (to: number) => (answer: { readonly status: number }) => {
        if (answer.status === 200) silences.push({ from: time.now, to });
      };
      const { paused, cancelledAfterMs, retriedAfterMs } = spec;
      if (retriedAfterMs !== undefined) {
        time.after(spec.atMs + retriedAfterMs, () => this.#retry(campaign));
      }
      if (paused !== undefined) {
        const to = spec.atMs + paused.fromMs + paused.durationMs;
        const isSilent = silentTo(START_MS + to);
        time.after(spec.atMs + paused.fromMs, () => {
          void pauseCampaign(id, 'user', this.#deps, this.#signal).then(isSilent);
        });
        time.after(to, () => void resumeCampaign(id, undefined, this.#deps, this.#signal));
      }
      if (cancelledAfterMs !== undefined) {
        const isSilent = silentTo(Number.POSITIVE_INFINITY);
        time.after(spec.atMs + cancelledAfterMs, () => {
          void cancelCampaign(id, undefined, this.#deps, this.#signal).then(isSilent);
        });
      }
    }
  }

  /** Asks until it is finished; what is asked for is done later, and may be done twice. */
  #retry(campaign: PlannedCampaign, tries = 0): void {
    const { time, random } = this.#options;
    const { id } = campaign;
    const requestRetry = async (_: string, retry: string) => {
      const offer = () => {
        offerAgain({ campaign: id, retry }, this.#signal, this.#offering).catch(() =>
          time.after(60_000, offer),
        );
      };
      for (const share of [1, 60]) time.after(share * 1000 * random(), offer);
    };
    const deps = { ...this.#deps, requestRetry, newCheckId: () => `retry-${tries}` };
    void retryFailed(id, false, deps, this.#signal).then(({ status }) => {
      if (status === 202) campaign.retries += 1;
      else if (tries < MOST_TRIES) {
        time.after(RETRY_AFTER_MS, () => this.#retry(campaign, tries + 1));
      }
    });
  }

  /** As the checker does what lanes ask it for: later, maybe twice, and again where somebody came between. */
  take(body: string): void {
    const { time, random } = this.#options;
    const request = readCheckerRequest(body);
    if (!request.ok || request.kind !== 'step') throw new Error(`a request of nobody: ${body}`);
    const begin = () => {
      beginStep(request, this.#signal, this.#offering).catch(() => time.after(60_000, begin));
    };
    for (const share of [1, 60]) time.after(share * 1000 * random(), begin);
  }

  async campaign(id: string): Promise<Campaign | undefined> {
    return (await this.#deps.campaigns.get(id, this.#signal))?.campaign;
  }

  async cursors(id: string): Promise<readonly Cursor[]> {
    return await this.#deps.readCursors(id, this.#signal);
  }

  async #put({ spec, id, tags }: PlannedCampaign): Promise<void> {
    const { table, buckets } = this.#options;
    const call = directly(table);
    const zones = Array.from({ length: spec.zones }, (_, n) => `Z${n}`);
    const cursors = cursorTable(call, 'events');
    for (const [n, zone] of zones.entries()) {
      const lines = tags.flatMap((tag, row) =>
        row % spec.zones === n ? [lineOf(tag, row, spec.steps.length)] : [],
      );
      const texts = lines.map((line) => {
        const text = writePartLine(line);
        return line.row - 1 === spec.forgotten ? ' '.repeat(Buffer.byteLength(text)) : text;
      });
      const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
      buckets.objects.set(`${BUCKET}/${partKey(id, CHECK, zone, 0)}`, bytes);
      const cursor: Cursor = {
        ...{ zone, track: 0, lines: lines.length, bytes: bytes.length, done: 0, offset: 0 },
        // The second one has its night while the others have their day.
        timeZones: n === 1 ? ['Asia/Tokyo'] : ['America/Mexico_City'],
        ...{ hours: {}, passed: {}, isOver: false, movedAt: 0 },
      };
      await cursors.write(id, cursor, FAR_SECONDS, this.#signal);
    }
    const campaign = aCampaign({
      ...{ id, channel: META_CHANNEL, state: 'ready', lifeMs: 3_600_000 },
      variants: [{ template: 'plain_offer', language: 'en_US', share: 1 }],
      steps: spec.steps.map((step) => ({ ...step, template: 'plain_offer', language: 'en_US' })),
      stopAbove: { failed: 1, blocked: 1 },
      check: {
        ...{ id: CHECK, at: START_MS, etag: 'etag', category: 'marketing', tracks: 1 },
        ...{ recipients: tags.length, refused: 0, cost: { micros: 1, currency: 'USD' } },
        dearestMicros: 1,
      },
      ...(spec.zones > 1 && { quiet: { from: '23:00', to: '05:00' } }),
      ...(spec.maxPerSecond !== undefined && { maxPerSecond: spec.maxPerSecond }),
    });
    await this.#deps.campaigns.add(campaign, this.#signal);
  }
}

/** Stands in what somebody gets by a step, and in nothing else. */
export function textOfStep(tag: string, step: number): string {
  return `${tag}s${step}-`;
}

function lineOf(tag: string, index: number, steps: number): PartLine {
  const ending = ENDINGS[index % 17] ?? String(20 + (index % 70));
  const components = Array.from({ length: steps + 1 }, (_, step) => [
    { type: 'body', parameters: [{ type: 'text', text: textOfStep(tag, step) }] },
  ]);
  const to = { kind: 'phone', name: `52155${String(60_000 + index).padStart(6, '0')}${ending}` };
  return {
    ...{ row: index + 1, to: { kind: 'phone', name: to.name }, variant: 0 },
    ...{ components, micros: 1, country: 'MX' },
  };
}

/** The table without what befalls functions on their way to it. */
export function directly(table: SimulatedTable) {
  return async (operation: string, input: object): Promise<unknown> => {
    const { statusCode, body } = table.act(operation, input);
    const answer: unknown = JSON.parse(String(body));
    if (statusCode === 200) return answer;
    const name = String(memberOf(answer, '__type')).replace(/^.*#/, '');
    throw new AwsRequestError('dynamodb', name);
  };
}

type Managing = ReturnType<typeof managing>;

export function managing({ time, table, wake }: CampaignOfficeOptions) {
  const call = directly(table);
  const cursors = cursorTable(call, 'events');
  const expiresAt = () => FAR_SECONDS;
  const unused = () => Promise.reject(new Error('nobody asks for that'));
  return {
    campaigns: campaignTable(call, 'events'),
    channel: async (id) => ({ id, revision: 1, channel: aChannel({ id, messagesPerSecond: 20 }) }),
    readCursors: (campaign: string, signal: AbortSignal) =>
      cursors.read(campaign, undefined, signal),
    etagOf: async () => 'etag',
    requestCheck: unused,
    marks: marksTable(call, { tableName: 'events', expiresAt }),
    wake: async (lane) => wake(lane),
    newCheckId: () => '',
    ...{ now: () => time.now, by: 'somebody' },
  } satisfies MoveDeps & Pick<StepDeps, 'readCursors'>;
}

/** What the checker does, without what befalls functions. */
function offering(
  { time, table, buckets }: CampaignOfficeOptions,
  deps: Managing,
): StepDeps & OfferDeps {
  const call = directly(table);
  const template = {
    ...{ id: '1', name: 'plain_offer', language: 'en_US', status: 'APPROVED' },
    ...{ category: 'MARKETING', components: [{ type: 'BODY', text: '{{1}}' }] },
  };
  return {
    ...campaignRows(call, 'events'),
    ...{ campaigns: deps.campaigns, marks: deps.marks, wake: deps.wake, now: () => time.now },
    ...{ findings: findingsTable(call, 'events'), campaignDays: 30 },
    readChannel: async (id) => aChannel({ id, accountId: 'waba', messagesPerSecond: 20 }),
    askBy: async () => async () => ({ status: 200, json: { data: [template] } }),
    readCursors: deps.readCursors,
    readPart: async (key, offset) =>
      Buffer.from(buckets.objects.get(`${BUCKET}/${key}`) ?? []).subarray(offset),
    newTexts: async () => textsIn(buckets),
    stopped: () => undefined,
  };
}

function textsIn(buckets: Buckets): GrowingTexts {
  const texts = new Map<string, string>();
  return {
    add: (name, text) => {
      texts.set(name, (texts.get(name) ?? '') + text);
      return undefined;
    },
    sizes: () => new Map([...texts].map(([name, text]) => [name, Buffer.byteLength(text)])),
    store: async (keyOf) => {
      for (const [name, text] of texts) {
        buckets.objects.set(`${BUCKET}/${keyOf(name)}`, Buffer.from(text));
      }
    },
    [Symbol.asyncDispose]: async () => texts.clear(),
  };
}
