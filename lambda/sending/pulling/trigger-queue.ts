import type { Campaign } from '../../campaigns/campaign.ts';
import type { Cursor } from '../../campaigns/cursor.ts';
import { isStillToSend } from '../../campaigns/steps.ts';
import {
  afterTurn,
  type Triggered,
  type TriggeredEnd,
  type Verdict,
  verdictOn,
  zoneOf,
} from '../../campaigns/triggered.ts';
import type { DueRow, FoundTriggered } from '../../campaigns/triggered-table.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';
import type { Item } from '../../table/stored-rows.ts';
import { countedIn, type Queued, SEGMENT, type Supply, WRITE_MS } from './supply.ts';

type Progress = Pick<Triggered, 'step' | 'dueAt' | 'ended'>;

/** What the table has of a track of a triggered campaign. All that it writes may be written again. */
export interface TriggerSource {
  /** Who is due, the first by time, also those whose time has not come. */
  readonly due: (limit: number) => Promise<readonly DueRow[]>;
  readonly readAll: (names: readonly string[]) => Promise<ReadonlyMap<string, FoundTriggered>>;
  /** Who gets nothing whatever the campaign says, by the name of their row. */
  readonly leftOut: (
    campaign: Campaign,
    people: readonly Named[],
  ) => Promise<ReadonlyMap<string, TriggeredEnd>>;
  /** Of each the rows of the messages up to the one that they wait for. */
  readonly messages: (
    campaign: Campaign,
    people: readonly Triggered[],
  ) => Promise<readonly (readonly (Item | undefined)[])[]>;
  /** False where somebody is not any more as they were. */
  readonly move: (name: string, before: Progress, after: Progress) => Promise<boolean>;
  readonly putDue: (due: DueRow) => Promise<void>;
  readonly removeDue: (due: DueRow) => Promise<void>;
}

/** Somebody, and by which their row is found. */
interface Named {
  readonly name: string;
  readonly who: Triggered;
}

export interface TriggerDeps extends TriggerSource {
  readonly now: () => number;
  /** As it was read last. */
  readonly campaign: () => Campaign;
  /** When its hours let somebody of a zone get something, in ms since 1970. */
  readonly opensAt: (zone: string) => number;
  readonly write: (cursor: Cursor) => Promise<void>;
}

/** Of a cursor alone it is not known who is done with: each has a row, and so has when they are due. */
interface Person extends Queued, Named {
  readonly trigger: NonNullable<Queued['trigger']>;
  readonly due: DueRow;
}

interface Settled {
  readonly person: Person;
  readonly at: number;
  /** Nothing follows it, since the campaign is cancelled. */
  readonly isLast: boolean;
}

const WRITES_AT_ONCE = 10;
/** At hand of one contact, who gets one message after the other. */
const MOST_OF_ONE = 3;
/** As far apart as WhatsApp lets messages to one contact be in the long run. */
const PAIR_MS = 6000;
/** Who was read longer ago may have been taken out since. */
const FRESH_MS = 2000;

/**
 * People of a track of a triggered campaign, as they come due.
 *
 * Whoever had their turn is counted in the cursor first, then waits for the next step, and then their old time is
 * removed. After a crash in between some are gone through again, and the claims say no.
 */
export class TriggerQueue implements Supply {
  /** Nobody knows who is to come. */
  readonly isOver = false;
  readonly #deps: TriggerDeps;
  #cursor: Cursor;
  #written: Cursor;
  /** As far as it certainly stands in the table. */
  #stored: Cursor;
  #hand: readonly Person[] = [];
  /** When it began to read who is at hand. */
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** When the first is due who was not when it was looked; nobody has looked yet. */
  #comesAt = Number.NEGATIVE_INFINITY;
  /** The first that was put since it began to look. */
  #putSince = Number.POSITIVE_INFINITY;
  #hasMore = false;
  #settled: Settled[] = [];
  #looking: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(cursor: Cursor, deps: TriggerDeps) {
    this.#cursor = cursor;
    this.#written = cursor;
    this.#stored = cursor;
    this.#deps = deps;
  }

  get cursor(): Cursor {
    return this.#cursor;
  }

  get ahead(): number {
    const given = this.#hand.filter(({ isGiven, isDone }) => isGiven && !isDone);
    return given.length + this.#cursor.done - this.#stored.done;
  }

  get hasMoved(): boolean {
    return this.#cursor.done !== this.#written.done;
  }

  get isDrained(): boolean {
    const isRead = !this.#hasMore && this.#comesAt > this.#deps.now();
    return isRead && this.#hand.every(({ isGiven }) => isGiven);
  }

  get comesAt(): number {
    return this.#comesAt;
  }

  next(isFree: (name: string) => boolean): Queued | undefined {
    const { now, opensAt } = this.#deps;
    if (now() >= this.#lookedAt + FRESH_MS) return undefined;
    return this.#hand.find(
      ({ isGiven, line, trigger }) =>
        !isGiven && isFree(line.to.name) && opensAt(trigger.zone) <= now(),
    );
  }

  refill(): Promise<void> | undefined {
    const left = this.#hand.filter(({ isGiven }) => !isGiven).length;
    const isToCome = this.#hasMore || this.#comesAt <= this.#deps.now();
    if (this.#looking !== undefined || !isToCome || left >= SEGMENT) return undefined;
    return this.renew();
  }

  renew(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async done(queued: Queued, hour: number | undefined): Promise<void> {
    await this.#settle(queued, hour, hour === undefined);
  }

  /** Of who was offered it again, which nobody of it is. */
  async pass(queued: Queued): Promise<void> {
    await this.#settle(queued, undefined, false);
  }

  async #settle(queued: Queued, hour: number | undefined, isLast: boolean): Promise<void> {
    const person = this.#hand.find((one) => one === queued);
    if (person === undefined) return;
    person.isDone = true;
    const at = this.#deps.now();
    const { done } = this.#cursor;
    this.#cursor = { ...countedIn(this.#cursor, hour), done: done + 1, movedAt: at };
    this.#settled.push({ person, at, isLast });
    const isDue = this.#settled.length >= SEGMENT || at - this.#written.movedAt >= WRITE_MS;
    if (isDue) await this.#write();
  }

  async close(): Promise<void> {
    await this.#looking;
    await this.#writing;
    if (this.hasMoved) await this.#write();
  }

  /** Who is at hand is read anew too: somebody may have taken them out since. */
  async #look(): Promise<void> {
    const { due, now, readAll } = this.#deps;
    const before = this.#hand;
    const given = new Set(before.filter(({ isGiven }) => isGiven).map(({ name }) => name));
    const limit = given.size + 2 * SEGMENT;
    this.#putSince = Number.POSITIVE_INFINITY;
    const at = now();
    const rows = await due(limit);
    const isDue = rows.filter(({ name, dueAt }) => dueAt <= at && !given.has(name));
    const people = await readAll(isDue.map(({ name }) => name));
    const waiting = await this.#waiting(isDue, people);
    // Whoever was given in the meantime is not to be given once more.
    const taken = new Set(before.filter(({ isGiven }) => isGiven).map(({ name }) => name));
    this.#lookedAt = at;
    this.#hand = [
      ...this.#hand.filter(({ isGiven }) => isGiven),
      ...waiting.filter(({ name }) => !taken.has(name)),
    ];
    const comesAt = rows.find(({ dueAt }) => dueAt > at)?.dueAt ?? Number.POSITIVE_INFINITY;
    this.#comesAt = Math.min(comesAt, this.#putSince);
    this.#hasMore = rows.length === limit && (rows.at(-1)?.dueAt ?? 0) <= at;
  }

  /** Whose turn it is. Whose it is not is kept where it belongs. */
  async #waiting(
    due: readonly DueRow[],
    people: ReadonlyMap<string, FoundTriggered>,
  ): Promise<readonly Person[]> {
    const found: Person[] = [];
    const stale: DueRow[] = [];
    for (const row of due) {
      const who = people.get(row.name);
      if (isKnown(who) && who.dueAt === row.dueAt) found.push(this.#person(row, who));
      else stale.push(row);
    }
    const verdicts = await this.#judge(found);
    const ended = found.filter(({ name, who }) => isOver(who) && verdicts.has(name));
    stale.push(...ended.map((one) => one.due));
    await sideBySide(stale, WRITES_AT_ONCE, (row) => this.#tidy(row, people.get(row.name)));
    const others = found.filter(({ name, who }) => !isOver(who) && verdicts.has(name));
    await sideBySide(others, WRITES_AT_ONCE, (one) => this.#apply(one, verdicts.get(one.name)));
    return await this.#spread(found.filter(({ name }) => !verdicts.has(name)));
  }

  /** A few of each contact. Others of theirs come later, so that nobody else waits behind them. */
  async #spread(waiting: readonly Person[]): Promise<readonly Person[]> {
    const counts = new Map<string, number>();
    const kept: Person[] = [];
    const later: { readonly person: Person; readonly later: number }[] = [];
    for (const person of waiting) {
      const { name } = person.line.to;
      const before = counts.get(name) ?? 0;
      counts.set(name, before + 1);
      const rank = before - MOST_OF_ONE + 1;
      if (rank > 0) later.push({ person, later: this.#deps.now() + rank * PAIR_MS });
      else kept.push(person);
    }
    await sideBySide(later, WRITES_AT_ONCE, ({ person, ...verdict }) =>
      this.#apply(person, verdict),
    );
    return kept;
  }

  #person(due: DueRow, who: Triggered): Person {
    const { name } = due;
    const { step, line } = who;
    return {
      ...{ name, who, due, offset: 0, bytes: 0, isGiven: false, isDone: false },
      line: step === 0 ? line : { ...line, step },
      trigger: { name, zone: zoneOf(line, this.#deps.campaign()) },
    };
  }

  /** By name; nothing where it is their turn. */
  async #judge(found: readonly Person[]): Promise<ReadonlyMap<string, Verdict>> {
    if (found.length === 0) return new Map();
    const { messages, leftOut, now, opensAt } = this.#deps;
    const campaign = this.#deps.campaign();
    const people = found.map(({ who }) => who);
    const [left, rows] = await Promise.all([leftOut(campaign, found), messages(campaign, people)]);
    const at = now();
    const verdicts = found.map(({ name, who, trigger }, index): readonly [string, Verdict] => {
      const ofThem = rows[index] ?? [];
      if (isLeftBehind(who, ofThem[who.step])) return [name, undefined];
      const end = who.ended ?? left.get(name);
      if (end !== undefined) return [name, { end }];
      const opening = opensAt(trigger.zone);
      const verdict = verdictOn(who, campaign, ofThem.slice(0, who.step), at);
      return [name, verdict ?? (opening > at ? { later: opening } : undefined)];
    });
    return new Map(verdicts.filter(([, verdict]) => verdict !== undefined));
  }

  async #apply({ name, who, due }: Person, verdict: Verdict): Promise<void> {
    if (verdict === undefined) return;
    const { step } = who;
    const after =
      'end' in verdict
        ? { step, dueAt: who.dueAt, ended: verdict.end }
        : { step, dueAt: verdict.later };
    await this.#advance(name, who, after, due);
  }

  /**
   * The row first, then the new time, then the old one goes. Where the row is another one by now, the old time
   * stays: whoever looks next sees what is to be done.
   */
  async #advance(name: string, before: Progress, after: Progress, due: DueRow): Promise<void> {
    const { move, removeDue } = this.#deps;
    if (!(await move(name, before, after))) return;
    if (after.ended === undefined) await this.#put({ name, dueAt: after.dueAt });
    await removeDue(due);
  }

  /** A time that is somebody's no more. */
  async #tidy(row: DueRow, who: FoundTriggered): Promise<void> {
    // Whoever wrote it got no further.
    if (isKnown(who) && !isOver(who)) await this.#put({ name: row.name, dueAt: who.dueAt });
    await this.#deps.removeDue(row);
  }

  async #put(due: DueRow): Promise<void> {
    this.#comesAt = Math.min(this.#comesAt, due.dueAt);
    this.#putSince = Math.min(this.#putSince, due.dueAt);
    await this.#deps.putDue(due);
  }

  /** One after another: an earlier one must not come last. */
  async #write(): Promise<void> {
    const cursor = this.#cursor;
    const settled = this.#settled;
    this.#written = cursor;
    this.#settled = [];
    const before = this.#writing;
    this.#writing = before
      .then(() => this.#deps.write(cursor))
      .then(() => {
        this.#stored = cursor;
        return sideBySide(settled, WRITES_AT_ONCE, (one) => this.#leave(one));
      });
    await this.#writing;
  }

  async #leave({ person, at, isLast }: Settled): Promise<void> {
    const { name, who, due } = person;
    if (isLast || isOver(who)) await this.#deps.removeDue(due);
    else await this.#advance(name, who, afterTurn(who, this.#deps.campaign(), at), due);
    this.#hand = this.#hand.filter((one) => one !== person);
  }
}

function isKnown(who: FoundTriggered): who is Triggered {
  return who !== undefined && who !== 'forgotten';
}

/** Whether somebody waits no more. */
function isOver({ ended }: Triggered): boolean {
  return ended !== undefined;
}

/**
 * Whether somebody has claimed the message that is theirs now, and got no further: whatever has become of them since,
 * that comes to its end by their turn, as with a line of a part that is gone through again.
 */
function isLeftBehind(who: Triggered, message: Item | undefined): boolean {
  return message !== undefined && (!isOver(who) || isStillToSend(message));
}
