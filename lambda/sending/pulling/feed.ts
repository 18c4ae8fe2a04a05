import {
  BY_ITSELF,
  type Campaign,
  hasBegun,
  isRoundOver,
  isUnderWay,
  moved,
} from '../../campaigns/campaign.ts';
import type { CampaignMark } from '../../campaigns/campaign-mark.ts';
import type { StoredCampaign } from '../../campaigns/campaign-table.ts';
import type { Cursor } from '../../campaigns/cursor.ts';
import { zoneClocks } from '../../campaigns/opening.ts';
import { type PartLine, roundName } from '../../campaigns/part.ts';
import { isPartGone } from '../../campaigns/part-lines.ts';
import { timeZonesOf } from '../../campaigns/zones.ts';
import { campaignMessageId } from '../../events/outgoing-id.ts';
import { type CampaignRecipient, templateBody } from '../../table/campaign-recipient.ts';
import { outboxSortKey } from '../../table/keys.ts';
import type { OutgoingMessage } from '../../table/outgoing-message.ts';
import type { LaneRow } from '../choice.ts';
import type { SendOutcome } from '../send-outcome.ts';
import { PATIENCE_MS } from '../slice.ts';
import type { Brake } from './budget.ts';
import { PartQueue } from './part-queue.ts';
import { type Queued, SEGMENT, type Supply } from './supply.ts';
import { TriggerQueue, type TriggerSource } from './trigger-queue.ts';

/** Which of a campaign's tracks a lane has. */
export interface LanePlace {
  readonly channel: string;
  readonly lane: number;
  /** Of the channel, as it is now. */
  readonly lanes: number;
}

/** How many people outside a window the portfolio may still reach, and when it is more again. */
export interface Room {
  readonly left: number;
  /** In ms since 1970; infinite where that does not change. */
  readonly moreAt: number;
}

export interface FeedDeps {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly readCampaign: () => Promise<StoredCampaign | undefined>;
  /** False where it was changed since it was read. */
  readonly updateCampaign: (before: StoredCampaign, campaign: Campaign) => Promise<boolean>;
  /** Of a track; of all without one. */
  readonly readCursors: (track: number | undefined) => Promise<readonly Cursor[]>;
  readonly writeCursor: (cursor: Cursor) => Promise<void>;
  readonly readPart: (
    part: { readonly check: string; readonly zone: string; readonly track: number },
    offset: number,
    bytes: number,
  ) => Promise<Buffer>;
  /** Which people of a tenant get nothing, and why. */
  readonly excluded: (
    tenant: string,
    names: readonly string[],
  ) => Promise<ReadonlyMap<string, string>>;
  /** Which lines the conditions of their steps leave out, and why. Somebody may have several, of other steps. */
  readonly unmet: (
    campaign: Campaign,
    track: number,
    lines: readonly PartLine[],
  ) => Promise<ReadonlyMap<PartLine, string>>;
  /** Who is due in a track of it, where it is a triggered one. */
  readonly triggered: (track: number) => TriggerSource;
  /** Has the next step begin: everybody has had the one before. */
  readonly beginStep: (step: number) => Promise<void>;
  /**
   * Whether a campaign goes on by itself, by its figures.
   *
   * @param ahead recipients that this lane drew and its cursors do not say
   */
  readonly brake: (campaign: Campaign, ahead: number, own: readonly number[]) => Promise<Brake>;
  readonly room: (campaign: Campaign) => Promise<Room>;
  readonly putMark: (mark: CampaignMark) => Promise<void>;
  readonly removeMark: (mark: CampaignMark) => Promise<void>;
  /** It paused by itself. */
  readonly stopped: (campaign: string, because: string) => void;
}

/** So often the campaign is read. */
const CAMPAIGN_MS = 1000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const MOST_OPENINGS = 1000;

interface OpenPart {
  readonly queue: Supply;
  /** When somebody of it may get something, from a time on, in ms since 1970. */
  readonly opensAt: (from: number) => number;
  /** Recipients of a cancelled campaign that were ended. */
  ended: number;
}

/** More than a lane can be ahead of a cursor: a segment that is not written, one at hand, and the next. */
const MOST_TO_END = 3 * SEGMENT;

/** A campaign in a lane: whose turn is next, and whether it may go on. */
export class Feed {
  readonly id: string;
  readonly #place: () => LanePlace;
  readonly #deps: FeedDeps;
  #stored: StoredCampaign | undefined;
  #isGone = false;
  #parts: readonly OpenPart[] | undefined;
  /** Up to which rounds its parts were opened. */
  #opened = '';
  readonly #clocks = zoneClocks();
  readonly #openings = new Map<string, number>();
  #marks: readonly CampaignMark[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #refreshing: Promise<void> | undefined;
  #room: Room = { left: Number.POSITIVE_INFINITY, moreAt: Number.POSITIVE_INFINITY };
  /** Whether somebody was drawn since that was looked at. */
  #isRoomUsed = false;
  /** So many may be drawn by its budget, until that is looked at again. */
  #left = 0;
  #mostAhead = Number.POSITIVE_INFINITY;
  #draws = 0;
  #lastAt = Number.NEGATIVE_INFINITY;
  readonly #drawn = new Map<string, { readonly part: OpenPart; readonly queued: Queued }>();

  constructor(id: string, place: () => LanePlace, deps: FeedDeps) {
    this.id = id;
    this.#place = place;
    this.#deps = deps;
  }

  get weight(): number {
    return this.#stored?.campaign.weight ?? 1;
  }

  /** The marks by which it stands in the lane, as they were seen last. */
  see(marks: readonly CampaignMark[]): void {
    this.#marks = marks;
  }

  /** Begins what is due; undefined where nothing is. */
  refresh(): Promise<void> | undefined {
    if (this.#refreshing !== undefined) return undefined;
    const work = this.#due();
    if (work === undefined) return undefined;
    this.#refreshing = work.finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  #due(): Promise<void> | undefined {
    const now = this.#deps.now();
    if (now >= this.#readAt + CAMPAIGN_MS) return this.#read(now);
    if (this.isCancelled) return this.#refill(this.#partToEnd());
    if (this.#isRoomUsed && this.#room.left <= 0 && this.#drawn.size === 0)
      return this.#lookForRoom();
    if (this.#isTooFarAhead) return this.#writeCursors();
    if (!this.#mayDraw(now)) return undefined;
    return this.#refill(this.#openPart(now));
  }

  #refill(part: OpenPart | undefined): Promise<void> | undefined {
    return part?.queue.refill()?.catch(async (error: unknown) => {
      if (!isPartGone(error)) throw error;
      // Else it would hold up all that its lane has for others.
      if (this.isCancelled) part.ended = MOST_TO_END;
      else await this.#stop('files');
    });
  }

  /** Others may have left more of it than was this one's share. */
  async #lookForRoom(): Promise<void> {
    await this.#writeCursors();
    this.#room = await this.#roomOf();
    this.#isRoomUsed = false;
  }

  #writeCursors(): Promise<void> | undefined {
    const ahead = (this.#parts ?? []).filter(({ queue }) => queue.hasMoved);
    if (ahead.length === 0) return undefined;
    return Promise.all(ahead.map(({ queue }) => queue.close())).then(() => undefined);
  }

  /** When somebody can be drawn, or something has to be read for it; infinite where there is nothing to come. */
  nextAt(): number {
    const now = this.#deps.now();
    if (this.#marks.length === 0 || this.#isGone) return Number.POSITIVE_INFINITY;
    const stored = this.#stored;
    if (stored === undefined) return now;
    if (this.#marks.some(({ start }) => start > stored.revision)) return now;
    const isToDo = this.isCancelled ? this.#hasToEnd() : isUnderWay(stored.campaign);
    if (!isToDo || this.#isPlaceless()) return Number.POSITIVE_INFINITY;
    return this.isCancelled ? now : this.#nextDrawAt(now);
  }

  #nextDrawAt(now: number): number {
    if (this.#room.left <= 0) return this.#isRoomUsed ? now : this.#room.moreAt;
    if (this.#parts === undefined) return now;
    const opening = Math.min(Number.POSITIVE_INFINITY, ...this.#openingsLeft(now));
    const paceAt = this.#paceAt();
    // The ticker comes too seldom for that.
    const isSoon = paceAt < now + MINUTE_MS;
    return Math.max(opening, isSoon ? Math.min(paceAt, now + PATIENCE_MS) : paceAt);
  }

  /** When it may send to a recipient that waits; infinite while it may not. */
  opensAt({ recipient }: Pick<LaneRow, 'recipient'>): number {
    if (this.#stored === undefined || recipient === undefined) return Number.POSITIVE_INFINITY;
    const { campaign } = this.#stored;
    if (campaign.state !== 'running' && campaign.state !== 'finished') {
      return Number.POSITIVE_INFINITY;
    }
    const { quiet } = campaign;
    const now = this.#deps.now();
    if (quiet === undefined) return now;
    return this.#clocks.opensAt({ quiet, timeZones: this.#zonesOf(recipient) }, now);
  }

  /** Whether what waits of it is never to be sent. */
  get isCancelled(): boolean {
    return this.#stored?.campaign.state === 'cancelled';
  }

  /** The next recipient whose contact is free; undefined where none can go now. */
  draw(isFree: (name: string) => boolean): LaneRow | undefined {
    const now = this.#deps.now();
    if (!this.#mayDraw(now) || now < this.#paceAt()) return undefined;
    const part = this.#openPart(now);
    const queued = part?.queue.next(isFree);
    if (part === undefined || queued === undefined || this.#stored === undefined) return undefined;
    queued.isGiven = true;
    this.#lastAt = now;
    this.#room = { ...this.#room, left: this.#room.left - 1 };
    this.#isRoomUsed = true;
    this.#left -= 1;
    this.#draws += 1;
    const row = rowOf(this.#stored.campaign, part.queue.cursor, queued, now);
    this.#drawn.set(row.id, { part, queued });
    return row;
  }

  /**
   * The next of those that may have been under way when the campaign was cancelled: one whose claim somebody
   * left behind comes to an end by that. Undefined where there is none.
   */
  drawToEnd(): LaneRow | undefined {
    const part = this.isCancelled ? this.#partToEnd() : undefined;
    const queued = part?.queue.next(() => true);
    if (part === undefined || queued === undefined || this.#stored === undefined) return undefined;
    queued.isGiven = true;
    part.ended += 1;
    const row = rowOf(this.#stored.campaign, part.queue.cursor, queued, this.#deps.now());
    this.#drawn.set(row.id, { part, queued });
    return row;
  }

  /** What was drawn is done with, whatever came of it. */
  async settled(
    { id }: LaneRow,
    { isOvertaken = false }: Pick<SendOutcome, 'isOvertaken'> = {},
  ): Promise<void> {
    const drawn = this.#drawn.get(id);
    if (drawn === undefined) return;
    this.#drawn.delete(id);
    if (isOvertaken) return await drawn.part.queue.pass(drawn.queued, 'overtaken');
    const hour = this.isCancelled ? undefined : Math.floor(this.#deps.now() / HOUR_MS);
    await drawn.part.queue.done(drawn.queued, hour);
  }

  /** Keeps how far it is, and takes it out of the lane where there is nothing more for it soon. */
  async close(): Promise<void> {
    await this.#refreshing;
    for (const { queue } of this.#parts ?? []) await queue.close();
    if (this.#isGone) return await this.#leave();
    if (this.#stored === undefined || this.#marks.length === 0) return;
    if (this.isCancelled && this.#hasToEnd()) return;
    if (!isUnderWay(this.#stored.campaign) || this.#isPlaceless()) return await this.#leave();
    if (this.#parts !== undefined) await this.#goOn(this.#parts);
  }

  async #goOn(parts: readonly OpenPart[]): Promise<void> {
    if (parts.every(({ queue }) => queue.isOver)) {
      await this.#finish();
      return await this.#leave();
    }
    const now = this.#deps.now();
    const next = this.nextAt();
    if (next <= now + PATIENCE_MS) return;
    if (this.#stored?.campaign.isTriggered) return await this.#wait(parts, next);
    if (Number.isFinite(next)) await this.#rest(next);
  }

  /** Until somebody of a triggered campaign is due: whoever is put into it brings a mark, and wakes the lane. */
  async #wait(parts: readonly OpenPart[], next: number): Promise<void> {
    const start = Math.max(...this.#marks.map((mark) => mark.start));
    const known = earliestOf(parts);
    if (Number.isFinite(next)) await this.#deps.putMark({ id: this.id, start, dueAt: next });
    await this.#leave();
    // What was removed may have been the mark of somebody who came in between.
    await Promise.all(parts.map(({ queue }) => queue.renew()));
    const first = earliestOf(parts);
    if (first >= known) return;
    await this.#deps.putMark({ id: this.id, start, dueAt: Math.max(first, this.#deps.now()) });
  }

  async #read(now: number): Promise<void> {
    this.#readAt = now;
    this.#stored = await this.#deps.readCampaign();
    this.#isGone = this.#stored === undefined;
    // Who is not there any more is over.
    if (this.#stored === undefined || this.#marks.length === 0) return;
    const isToDo = isUnderWay(this.#stored.campaign) || this.isCancelled;
    if (!isToDo || this.#isPlaceless()) return;
    // Another round may begin while the lane is still at work.
    if (this.#parts === undefined || roundsIn(this.#stored.campaign) !== this.#opened) {
      await this.#open(this.#stored.campaign);
    }
    await Promise.all((this.#parts ?? []).map(({ queue }) => queue.renew()));
    if (this.isCancelled) return;
    await this.#start(this.#stored);
    await this.#brake(this.#stored.campaign);
  }

  get #ahead(): number {
    return (this.#parts ?? []).reduce((sum, { queue }) => sum + queue.ahead, 0);
  }

  async #brake(campaign: Campaign): Promise<void> {
    const before = this.#draws;
    const own = this.#tracks();
    const brake = await this.#deps.brake(campaign, this.#ahead, own);
    const { because, left, mostAhead = Number.POSITIVE_INFINITY } = brake;
    // What was drawn in the meantime is not in what was read.
    this.#left = left - (this.#draws - before);
    this.#mostAhead = mostAhead;
    if (because !== undefined) await this.#stop(because);
  }

  async #open(campaign: Campaign): Promise<void> {
    const { check } = campaign;
    if (check === undefined) return;
    this.#opened = roundsIn(campaign);
    this.#room = await this.#roomOf();
    const read = await Promise.all(this.#tracks().map((track) => this.#deps.readCursors(track)));
    const cursors = read.flat().filter((cursor) => hasBegun(campaign, cursor));
    // An invocation before may have drawn one a moment ago.
    this.#lastAt = Math.max(0, ...cursors.map(({ movedAt }) => movedAt));
    this.#parts = cursors.map((cursor) =>
      campaign.isTriggered ? this.#triggered(cursor) : this.#part(cursor, check.id),
    );
  }

  #part(cursor: Cursor, check: string): OpenPart {
    const { timeZones, notBefore = 0 } = cursor;
    return {
      opensAt: (from) => this.#opening(timeZones, Math.max(from, notBefore)),
      ended: 0,
      queue: new PartQueue(cursor, {
        now: this.#deps.now,
        read: (offset, bytes) =>
          this.#deps.readPart(
            { check: roundName(check, cursor.round), zone: cursor.zone, track: cursor.track },
            offset,
            bytes,
          ),
        excluded: (lines) => this.#excluded(cursor, lines),
        write: this.#deps.writeCursor,
      }),
    };
  }

  /** Whose hours these are is told by each of them. */
  #triggered(cursor: Cursor): OpenPart {
    const { now, writeCursor, triggered } = this.#deps;
    return {
      opensAt: (from) => from,
      ended: 0,
      queue: new TriggerQueue(cursor, {
        ...triggered(cursor.track),
        now,
        campaign: () => {
          if (this.#stored === undefined) throw new Error('a campaign that was not read yet');
          return this.#stored.campaign;
        },
        opensAt: (zone) => this.#opening(this.#zonesOf({ zone }), now()),
        write: writeCursor,
      }),
    };
  }

  /** Who opted out or was forgotten, and whom a condition leaves out of a step. */
  async #excluded(
    { track }: Cursor,
    lines: readonly PartLine[],
  ): Promise<ReadonlyMap<PartLine, string>> {
    if (this.#stored === undefined) return new Map();
    const { campaign } = this.#stored;
    const names = lines.map(({ to }) => to.name);
    const ofSteps = lines.filter(({ step = 0 }) => step > 0);
    const [left, unmet] = await Promise.all([
      this.#deps.excluded(campaign.tenant, names),
      ofSteps.length === 0 ? undefined : this.#deps.unmet(campaign, track, ofSteps),
    ]);
    const reasons = lines.flatMap((line) => {
      const reason = left.get(line.to.name) ?? unmet?.get(line);
      return reason === undefined ? [] : [[line, reason] as const];
    });
    return new Map(reasons);
  }

  /** Each lane of the campaign has its part of what is left. */
  async #roomOf(): Promise<Room> {
    if (this.#stored === undefined) return this.#room;
    const { check } = this.#stored.campaign;
    const { left, moreAt } = await this.#deps.room(this.#stored.campaign);
    return { left: Math.floor((left * this.#tracks().length) / (check?.tracks ?? 1)), moreAt };
  }

  /** The first lane that finds its time come says so. */
  async #start(stored: StoredCampaign): Promise<void> {
    const { campaign } = stored;
    const now = this.#deps.now();
    if (campaign.state !== 'scheduled') return;
    if (this.#parts?.every(({ opensAt }) => opensAt(now) > now)) return;
    const running = moved(campaign, { at: now, state: 'running', by: BY_ITSELF });
    if (await this.#deps.updateCampaign(stored, running)) this.#keep(stored, running);
    else this.#readAt = Number.NEGATIVE_INFINITY;
  }

  async #stop(because: string): Promise<void> {
    if (this.#stored !== undefined) await this.#stopAt(this.#stored, because);
  }

  async #stopAt(stored: StoredCampaign, because: string): Promise<void> {
    const change = { at: this.#deps.now(), state: 'paused', by: BY_ITSELF, because } as const;
    const paused = moved(stored.campaign, change);
    // Whatever somebody made of it in the meantime: it is read again before anybody is drawn.
    this.#readAt = Number.NEGATIVE_INFINITY;
    this.#stored = { ...stored, campaign: paused };
    if (await this.#deps.updateCampaign(stored, paused)) this.#deps.stopped(this.id, because);
  }

  async #finish(): Promise<void> {
    for (let tries = 0; tries < 5; tries += 1) {
      const stored = await this.#deps.readCampaign();
      if (stored === undefined || !isUnderWay(stored.campaign)) return;
      // Of all lanes, and after the campaign, whose revision is another one where a round has begun by then.
      const cursors = await this.#deps.readCursors(undefined);
      if (cursors.length === 0) return await this.#stopAt(stored, 'files');
      if (!isRoundOver(stored.campaign, cursors) || (await this.#isEnded(stored))) return;
    }
  }

  /** Has the next step begin, or else the campaign be finished. False where somebody changed it meanwhile. */
  async #isEnded(stored: StoredCampaign): Promise<boolean> {
    const { steps, stepsBegun = 0 } = stored.campaign;
    if (stepsBegun < steps.length) {
      await this.#deps.beginStep(stepsBegun + 1);
      return true;
    }
    const change = { at: this.#deps.now(), state: 'finished', by: BY_ITSELF } as const;
    const finished = moved(stored.campaign, change);
    if (!(await this.#deps.updateCampaign(stored, finished))) return false;
    this.#keep(stored, finished);
    return true;
  }

  #keep({ revision }: StoredCampaign, campaign: Campaign): void {
    this.#stored = { campaign, revision: revision + 1 };
  }

  /** Not by the mark of a start that came after the campaign was read. */
  async #leave(): Promise<void> {
    const { revision = Number.POSITIVE_INFINITY } = this.#stored ?? {};
    for (const mark of this.#marks.filter(({ start }) => start <= revision))
      await this.#deps.removeMark(mark);
  }

  /** Has the ticker wake the lane when there is something to do again. */
  async #rest(until: number): Promise<void> {
    const [first] = this.#marks;
    if (first === undefined || first.dueAt === until) return;
    const start = Math.max(...this.#marks.map((mark) => mark.start));
    await this.#deps.putMark({ id: this.id, start, dueAt: until });
    await this.#leave();
  }

  get #isTooFarAhead(): boolean {
    return Number.isFinite(this.#mostAhead) && this.#ahead >= this.#mostAhead;
  }

  #mayDraw(now: number): boolean {
    const { campaign } = this.#stored ?? {};
    if (campaign?.state !== 'running' || this.#marks.length === 0) return false;
    if (this.#room.left <= 0 || this.#left <= 0 || this.#isTooFarAhead) return false;
    // What was read longer ago may be a campaign that somebody paused.
    return this.#parts !== undefined && now < this.#readAt + 2 * CAMPAIGN_MS;
  }

  /** A part of a cancelled campaign in which somebody may have been under way. */
  #partToEnd(): OpenPart | undefined {
    return this.#parts?.find(
      ({ queue, ended }) => ended < MOST_TO_END && !queue.isOver && !queue.isDrained,
    );
  }

  #hasToEnd(): boolean {
    if (this.#isPlaceless() || this.#stored?.campaign.check === undefined) return false;
    // Of who was drawn and not settled it could not be kept what became: somebody has to look again.
    if (this.#drawn.size > 0) return true;
    return this.#parts === undefined || this.#partToEnd() !== undefined;
  }

  #openPart(now: number): OpenPart | undefined {
    return this.#parts?.find(
      ({ queue, opensAt }) => !queue.isOver && !queue.isDrained && opensAt(now) <= now,
    );
  }

  #openingsLeft(now: number): readonly number[] {
    const left = (this.#parts ?? []).filter(({ queue }) => !queue.isOver);
    return left.map(({ queue, opensAt }) => (queue.isDrained ? queue.comesAt : opensAt(now)));
  }

  #opening(timeZones: readonly string[], now: number): number {
    const { startAt, quiet } = this.#stored?.campaign ?? {};
    if (startAt === undefined && quiet === undefined) return now;
    // Times of day are whole minutes, so that what was open is so until the next.
    const key = [Math.floor(now / MINUTE_MS), startAt, quiet?.from, quiet?.to, ...timeZones].join();
    const known = this.#openings.get(key);
    if (known !== undefined) return Math.max(known, now);
    if (this.#openings.size > MOST_OPENINGS) this.#openings.clear();
    const opening = this.#clocks.opensAt({ startAt, quiet, timeZones }, now);
    this.#openings.set(key, opening);
    return opening;
  }

  #zonesOf({ zone }: Pick<CampaignRecipient, 'zone'>): readonly string[] {
    const { campaign } = this.#stored ?? {};
    return campaign === undefined ? [] : timeZonesOf(zone, campaign);
  }

  #tracks(): readonly number[] {
    const tracks = this.#stored?.campaign.check?.tracks ?? 0;
    const { lane, lanes } = this.#place();
    return Array.from({ length: tracks }, (_, track) => track).filter(
      (track) => track % lanes === lane,
    );
  }

  /** Whether another lane has all of its tracks. */
  #isPlaceless(): boolean {
    return this.#stored?.campaign.check !== undefined && this.#tracks().length === 0;
  }

  #paceAt(): number {
    const { maxPerSecond, check, changes = [] } = this.#stored?.campaign ?? {};
    if (maxPerSecond === undefined || check === undefined) return 0;
    const [first = 0, ...others] = this.#tracks();
    const turnMs = 1000 / maxPerSecond;
    // Lanes that begin together begin one after another.
    const firstAt = (changes.at(-1)?.at ?? 0) + turnMs * first;
    return Math.max(firstAt, this.#lastAt + (turnMs * check.tracks) / (1 + others.length));
  }
}

/** When the first of them is due; 0 where somebody is. */
function earliestOf(parts: readonly OpenPart[]): number {
  return Math.min(...parts.map(({ queue }) => (queue.isDrained ? queue.comesAt : 0)));
}

/** Names the rounds that are known of a campaign. */
function roundsIn({ stepsBegun = 0, retry }: Campaign): string {
  return `${stepsBegun} ${retry?.number ?? 0}`;
}

function rowOf(
  campaign: Campaign,
  { track, round, ...part }: Cursor,
  queued: Queued,
  now: number,
): LaneRow {
  const { id: campaignId, channel, provider, variants, steps, check, lifeMs } = campaign;
  const { line, offset, bytes, trigger } = queued;
  const zone = trigger?.zone ?? part.zone;
  const { row, to, variant, components, micros, country, step = 0, again } = line;
  const sent = step === 0 ? (variants[variant] ?? variants[0]) : steps[step - 1];
  const { template, language } = sent ?? NO_TEMPLATE;
  const notAfter = now + lifeMs;
  const recipient: CampaignRecipient = {
    ...{ template, language, category: check?.category ?? 'marketing', variant, micros, country },
    ...{ check: roundName(check?.id ?? '', round), zone, offset, bytes, notAfter },
    ...(trigger !== undefined && { trigger: trigger.name }),
    ...(again !== undefined && { again }),
  };
  const id = campaignMessageId({ campaign: campaignId, track, row, step });
  const drawn = messageOf({ id, channel, provider, to, recipient }, components[step] ?? [], now);
  return {
    ...{ id, class: 'campaign', notAfter, to, provider, dueAt: now, recipient, drawn },
    attempt: 1 + (again?.after ?? 0),
    ...{ key: outboxSortKey('campaign', now, id), contact: to.name },
  };
}

const NO_TEMPLATE = { template: '', language: '' };

/** What is said to a recipient. @param components what is put into the template */
export function messageOf(
  {
    recipient,
    ...message
  }: Pick<OutgoingMessage, 'id' | 'channel' | 'provider' | 'to'> & {
    readonly recipient: CampaignRecipient;
  },
  components: readonly object[],
  createdAt: number,
): OutgoingMessage {
  const { category, notAfter } = recipient;
  const body = JSON.stringify(templateBody(recipient, components));
  return { ...message, body, category, class: 'campaign', notAfter, createdAt };
}
