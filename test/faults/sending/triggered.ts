import type { Campaign } from '../../../lambda/campaigns/campaign.ts';
import { marksTable } from '../../../lambda/campaigns/marks-table.ts';
import { optOutReader, optOutWriter } from '../../../lambda/campaigns/opt-outs-table.ts';
import { replyTable } from '../../../lambda/campaigns/replies-table.ts';
import { triggeredName } from '../../../lambda/campaigns/triggered.ts';
import { triggeredTable } from '../../../lambda/campaigns/triggered-table.ts';
import { campaignMessageId } from '../../../lambda/events/outgoing-id.ts';
import {
  cancelCampaign,
  pauseCampaign,
  resumeCampaign,
  startCampaign,
} from '../../../lambda/sending/campaigns/move-campaign.ts';
import {
  addRecipient,
  type RecipientsDeps,
  removeRecipient,
} from '../../../lambda/sending/campaigns/recipients.ts';
import type { CallAws } from '../../../lambda/shared/aws/json-protocol.ts';
import { AwsRequestError } from '../../../lambda/shared/aws/request.ts';
import { tableReader } from '../../../lambda/table/reader-table.ts';
import type { Receipt } from '../../../local/whatsapp/ledger.ts';
import { aCampaign } from '../../support/a-campaign.ts';
import { aTemplate, aTriggeredReport } from '../../support/triggered.ts';
import { START_MS } from '../schedule.ts';
import { type CampaignOfficeOptions, directly, managing, textOfStep } from './campaigns.ts';
import { META_CHANNEL } from './messages.ts';
import type { TriggeredPerson, TriggeredSpec } from './schedule.ts';

/** Somebody of whom the company's software says that something happened. */
export interface PlannedPerson {
  readonly spec: TriggeredPerson;
  readonly key: string;
  readonly to: string;
  /** Stands in what they get. */
  readonly tag: string;
  /** When the software was told that they are in, and that they are out. */
  takenAt?: number;
  removedAt?: number;
  /** When they replied to a message that was theirs, and when they opted out. */
  repliedAt?: number;
  optedOutAt?: number;
  refused?: string;
}

export interface PlannedTriggers {
  readonly spec: TriggeredSpec;
  readonly id: string;
  readonly people: readonly PlannedPerson[];
  /** When nothing may go out any more; from `to` on it may again. */
  readonly silences: { readonly from: number; readonly to: number }[];
}

export interface TriggerOfficeOptions extends CampaignOfficeOptions {
  /** What the provider took. */
  readonly receipts: () => readonly Receipt[];
}

const AGAIN_MS = 2000;
const FAR_SECONDS = 4_000_000_000;
const { signal } = new AbortController();

/** Has triggered campaigns run as a company does, whose own software is killed at any call. */
export class TriggerOffice {
  readonly planned: readonly PlannedTriggers[];
  readonly #options: TriggerOfficeOptions;
  readonly #managing: ReturnType<typeof managing>;

  constructor(specs: readonly TriggeredSpec[], options: TriggerOfficeOptions) {
    this.#options = options;
    this.#managing = managing(options);
    this.planned = specs.map((spec, index) => ({
      ...{ spec, id: `cmp_${String(index).padStart(22, 't')}`, silences: [] },
      people: spec.people.map((person, n) => ({
        ...{ spec: person, key: `key-${n}`, tag: `trg-${index}-${n}-` },
        to: `52155${String(70_000 + 1000 * index + person.who).padStart(6, '0')}22`,
      })),
    }));
  }

  async plan(): Promise<void> {
    const { time } = this.#options;
    for (const planned of this.planned) {
      const { spec, id, people } = planned;
      await this.#managing.campaigns.add(campaignOf(id, spec), signal);
      time.after(spec.atMs, () => void startCampaign(id, this.#managing, signal));
      this.#planStops(planned);
      for (const person of people) {
        time.after(person.spec.atMs, () => void this.#post(id, person, person.spec.killed));
      }
    }
  }

  async campaign(id: string): Promise<Campaign | undefined> {
    return (await this.#managing.campaigns.get(id, signal))?.campaign;
  }

  #planStops({ id, spec, silences }: PlannedTriggers): void {
    const { time } = this.#options;
    const { paused, cancelledAfterMs } = spec;
    const silentTo = (to: number) => (answer: { readonly status: number }) => {
      if (answer.status === 200) silences.push({ from: time.now, to });
    };
    if (paused !== undefined) {
      const to = spec.atMs + paused.fromMs + paused.durationMs;
      time.after(spec.atMs + paused.fromMs, () => {
        void pauseCampaign(id, 'user', this.#managing, signal).then(silentTo(START_MS + to));
      });
      time.after(to, () => void resumeCampaign(id, undefined, this.#managing, signal));
    }
    if (cancelledAfterMs === undefined) return;
    time.after(spec.atMs + cancelledAfterMs, () => {
      const silent = silentTo(Number.POSITIVE_INFINITY);
      void cancelCampaign(id, undefined, this.#managing, signal).then(silent);
    });
  }

  /** Until there is an answer, with the same key. @param killed after how many calls the first is, or not at all */
  async #post(id: string, person: PlannedPerson, killed: TriggeredPerson['killed']): Promise<void> {
    const { time } = this.#options;
    const at = new Date(START_MS + person.spec.atMs + person.spec.waitsMs).toISOString();
    const { key, to, tag } = person;
    const steps = [0, ...this.#spec(id).steps.map((_, one) => one + 1)];
    const parameters = Object.fromEntries(steps.map((one) => [`s${one}`, textOfStep(tag, one)]));
    const input = { key, to: `+${to}`, parameters, at };
    try {
      const { status, body } = await addRecipient(id, input, this.#deps(id, killed), signal);
      if (status === 202) this.#taken(id, person);
      // It does not run yet, or for a while: the software asks again.
      else if (/is (ready|paused)/.test(JSON.stringify(body))) this.#again(id, person);
      else person.refused = JSON.stringify(body);
    } catch (error) {
      if (!(error instanceof AwsRequestError)) throw error;
      time.after(AGAIN_MS, () => void this.#post(id, person, undefined));
    }
  }

  #again(id: string, person: PlannedPerson): void {
    this.#options.time.after(AGAIN_MS, () => void this.#post(id, person, undefined));
  }

  #taken(id: string, person: PlannedPerson): void {
    const { time, table } = this.#options;
    const { removedAfterMs, repliesAfterMs, optsOutAfterMs } = person.spec;
    person.takenAt ??= time.now;
    if (removedAfterMs !== undefined) {
      time.after(removedAfterMs, () => {
        void removeRecipient(id, person.key, this.#deps(id), signal).then(({ status }) => {
          if (status === 200) person.removedAt = time.now;
        });
      });
    }
    if (repliesAfterMs !== undefined)
      time.after(repliesAfterMs, () => void this.#reply(id, person));
    if (optsOutAfterMs !== undefined) {
      time.after(optsOutAfterMs, () => {
        person.optedOutAt = time.now;
        const optOuts = optOutWriter(directly(table), 'events', () => time.now);
        const decision = { isOptedOut: true, at: time.now };
        void optOuts.decide('default', person.to, decision, signal);
      });
    }
  }

  /** To the first message, where they have it: the router keeps that. */
  async #reply(id: string, person: PlannedPerson): Promise<void> {
    const { time, table, receipts } = this.#options;
    if (!receipts().some(({ text }) => text.includes(textOfStep(person.tag, 0)))) return;
    const who = await this.person(id, person.key);
    if (who === undefined) return;
    person.repliedAt = time.now;
    const { track, line } = who;
    const first = campaignMessageId({ campaign: id, track, row: line.row, step: 0 });
    const replies = replyTable(directly(table), 'events');
    await replies.keep({ channel: META_CHANNEL, id: first }, time.now, signal);
  }

  /** As their row says. */
  async person(id: string, key: string) {
    const { triggered } = this.#deps(id);
    const found = await triggered.read(id, triggeredName(id, key), signal);
    return found === 'forgotten' ? undefined : found;
  }

  /** Who is due, also those whose time has not come. */
  async due(id: string): Promise<number> {
    return (await this.#deps(id).triggered.due(id, 0, 1000, signal)).length;
  }

  #spec(id: string): TriggeredSpec {
    const planned = this.planned.find((one) => one.id === id);
    if (planned === undefined) throw new Error(`no campaign ${id}`);
    return planned.spec;
  }

  #deps(id: string, killed?: TriggeredPerson['killed']): RecipientsDeps {
    const { time, table } = this.#options;
    const call = killedAfter(directly(table), killed);
    const now = () => time.now;
    const options = { tableName: 'events', expiresAt: () => FAR_SECONDS };
    return {
      ...{ now, campaigns: this.#managing.campaigns, channel: this.#managing.channel },
      ...{ marks: marksTable(call, options), wake: this.#managing.wake },
      expiresAt: () => FAR_SECONDS,
      triggered: triggeredTable(call, 'events', now),
      readReport: async () => reportOf(this.#spec(id)),
      accepting: {
        now,
        leftOut: optOutReader(call, 'events').leftOut,
        table: tableReader((operation, input) => call(operation, input, signal), 'events', now),
      },
    };
  }
}

/** What each message says is a parameter of its own, so that it is known by it. */
function reportOf({ steps }: TriggeredSpec) {
  const whole = [0, ...steps.map((_, at) => at + 1)].map((step) =>
    aTemplate({ name: 'plain_offer', language: 'en_US', body: `{{s${step}}}` }),
  );
  return aTriggeredReport({ whole });
}

/** A process that is killed at a call, which may have been done. */
function killedAfter(call: CallAws, killed: TriggeredPerson['killed']): CallAws {
  let calls = 0;
  return async (operation, input, until) => {
    if (killed === undefined) return await call(operation, input, until);
    calls += 1;
    if (calls <= killed.after) return await call(operation, input, until);
    if (calls === killed.after + 1 && killed.isDone) await call(operation, input, until);
    throw new AwsRequestError('dynamodb', 'Killed');
  };
}

function campaignOf(id: string, spec: TriggeredSpec): Campaign {
  return aCampaign({
    ...{ id, channel: META_CHANNEL, state: 'ready', lifeMs: 3_600_000, isTriggered: true },
    ...{ timeZone: 'UTC', tenant: 'default' },
    variants: [{ template: 'plain_offer', language: 'en_US', share: 1 }],
    steps: spec.steps.map((step) => ({ ...step, template: 'plain_offer', language: 'en_US' })),
    stopAbove: { failed: 1, blocked: 1 },
    check: {
      ...{ id: 'check', at: START_MS, etag: '', category: 'marketing', tracks: 1 },
      ...{ recipients: 0, refused: 0, cost: { micros: 0, currency: 'USD' }, dearestMicros: 1 },
    },
    ...(spec.maxPerSecond !== undefined && { maxPerSecond: spec.maxPerSecond }),
  });
}
