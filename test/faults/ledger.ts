import { ATTRIBUTES, STATUS_PREFIXES } from '../../lambda/table/keys.ts';
import type { NewMessage, ReceivedMessage, Sent } from '../../local/sqs/queue-types.ts';
import type { Row, RowChange } from './table.ts';
import { MAX_WRITE_MS, Tellings } from './tellings.ts';
import type { Update } from './update-parts.ts';

/** The queues on the way to the table. */
export type QueueName = 'inbox.fifo' | 'inbox-dead-letter.fifo';

const TRACER = /tracer\\*":\s*\\*"(u\d+)/g;
const RETENTION_MS = 8 * 86_400_000;

/** The tracers in a text, each once. */
export function tracersIn(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(TRACER), ([, tracer]) => tracer ?? ''))];
}

/** Those of the events and statuses that a row holds. */
export function tracersOfRow(row: Row, payloadAt: (key: string) => string | undefined): string[] {
  return Object.entries(row).flatMap(([name, { S = '' }]) => {
    if (name === ATTRIBUTES.payload || name.startsWith(STATUS_PREFIXES.detail)) return tracersIn(S);
    const isKey = name === ATTRIBUTES.payloadKey || name.startsWith(STATUS_PREFIXES.payloadKey);
    return isKey ? tracersIn(payloadAt(S) ?? '') : [];
  });
}

interface Fate {
  readonly update: Update;
  /** Whether it ever came in a webhook that was signed. */
  isGenuine: boolean;
  /** The sequence number under which the inbox first took it. */
  firstSequence?: string;
  partition?: string;
  wasDeadLettered: boolean;
  /** Whether SQS took it out of its order, for it came back too often beside what kills the function. */
  wasSetAside: boolean;
  /** The row that has it, and since when, in ms since 1970. */
  row?: string;
  storedAt?: number;
  /** For each time it was posted: what stood before it in the webhook and is of its group. */
  readonly predecessors: string[][];
  /** Whether SQS refused entries of a batch with it: then those behind them may be first. */
  isLoose: boolean;
}

export interface LedgerOptions {
  readonly now: () => number;
  readonly payloadAt: (key: string) => string | undefined;
  readonly isPoison: (tracer: string) => boolean;
  /** Called at the first promise that is broken. */
  readonly onViolation: (what: string) => void;
}

/** Follows each update through the world, and says when a promise is broken. */
export class Ledger {
  readonly fates: ReadonlyMap<string, Fate>;
  readonly #options: LedgerOptions;
  readonly #groupOf = new Map<string, string>();
  readonly #partitionOf = new Map<string, string>();
  /** Since when links are there, in ms since 1970. */
  readonly #links = new Map<string, number>();
  readonly #tellings: Tellings<Fate>;
  readonly #lastStored = new Map<string, string>();
  /** Whose message it was that the queue gave a number, be it for others too. */
  readonly #takenAs = new Map<string, Fate>();
  /** Copies in the inbox, or dead-lettered, of each update. */
  readonly #waiting = {
    'inbox.fifo': new Map<string, number>(),
    'inbox-dead-letter.fifo': new Map<string, number>(),
  };

  constructor(updates: readonly Update[], options: LedgerOptions) {
    this.#options = options;
    this.fates = new Map(
      updates.map((update) => [
        update.tracer,
        {
          ...{
            update,
            isGenuine: false,
            wasDeadLettered: false,
            wasSetAside: false,
            predecessors: [],
          },
          isLoose: false,
        },
      ]),
    );
    this.#tellings = new Tellings([...this.fates.values()]);
  }

  violate(what: string): void {
    this.#options.onViolation(what);
  }

  /** A signed webhook is about to be posted. */
  posted(updates: readonly Update[]): void {
    const before = new Map<string, string[]>();
    const told = new Set<string>();
    for (const { tracer, group, telling } of updates) {
      const fate = this.#fate(tracer);
      fate.isGenuine = true;
      const predecessors = before.get(group) ?? [];
      fate.predecessors.push([...predecessors]);
      // Of two that tell one message alike, in one webhook, the first is enough.
      if (telling !== undefined && told.has(telling.likeness)) continue;
      if (telling !== undefined) told.add(telling.likeness);
      before.set(group, [...predecessors, tracer]);
    }
  }

  partlyTaken(bodies: readonly string[]): void {
    for (const tracer of bodies.flatMap((body) => this.tracersOf(body))) {
      this.#fate(tracer).isLoose = true;
    }
  }

  /** The provider is told that it need not deliver these again. */
  acknowledged(updates: readonly Update[]): void {
    for (const { tracer } of updates) {
      if (!this.#isHeld(tracer)) this.violate(`1: ${tracer} was answered 200 and is nowhere`);
    }
  }

  tracersOf(body: string): string[] {
    const key = /"payloadKey":"([^"]+)"/.exec(body)?.[1];
    if (key === undefined) return tracersIn(body);
    const payload = this.#options.payloadAt(key);
    if (payload === undefined) this.violate(`1: a message points to ${key}, where nothing is`);
    return tracersIn(payload ?? '');
  }

  /** A queue took a message, or told that it had it already. */
  sent(queue: QueueName, message: NewMessage, { sequenceNumber }: Sent, isNew: boolean): void {
    const tracers = this.tracersOf(message.body);
    if (tracers.length > 1) this.violate(`2: one message holds ${tracers.join(' and ')}`);
    for (const tracer of tracers) {
      const fate = this.#fate(tracer);
      if (!fate.isGenuine) this.violate(`5: ${tracer} is queued, and nobody signed it`);
      if (queue === 'inbox.fifo') this.#taken(fate, sequenceNumber);
      else this.#deadLettered(fate, message);
      this.#checkPartition(fate, message.groupId);
      if (isNew) this.#count(queue, tracer, 1);
    }
  }

  /** SQS sets aside what came back too often: nothing does that does not kill the function. */
  setAside(body: string): void {
    this.violate(`2: ${this.tracersOf(body)} came back so often that SQS set it aside`);
  }

  /** What kills the function takes its neighbours with it: a copy that a provider sends meanwhile is ahead of them. */
  setAsideByKiller(body: string): void {
    for (const tracer of this.tracersOf(body)) this.#fate(tracer).wasSetAside = true;
  }

  /** A message is gone from a queue. */
  deleted(queue: QueueName, { body }: ReceivedMessage): void {
    this.moved(queue, body);
  }

  /** What SQS's own redrive policy moved to the dead-letter queue is sent back. */
  sentBack(body: string): void {
    for (const tracer of this.tracersOf(body)) this.#fate(tracer).wasDeadLettered = true;
    this.moved('inbox.fifo', body);
  }

  /** The same, of what was sent elsewhere first. */
  moved(queue: QueueName, body: string): void {
    for (const tracer of this.tracersOf(body)) {
      this.#count(queue, tracer, -1);
      if (!this.#isHeld(tracer)) this.violate(`1: ${tracer} was dropped and is nowhere`);
    }
  }

  /** The table was changed. */
  changed({ pk, sk, before, after }: RowChange): void {
    if (after === undefined) {
      this.violate(`1: ${sk} was deleted`);
      return;
    }
    const { linkFrom, linkTo } = ATTRIBUTES;
    if (after[linkFrom] !== undefined) {
      const link = `${after[linkFrom].S} ${after[linkTo]?.S}`;
      this.#links.set(link, this.#links.get(link) ?? this.#options.now());
      return;
    }
    const isRow = before !== undefined && !(ATTRIBUTES.claimId in before);
    if (isRow && after['at'] !== undefined) {
      this.violate(`2: ${sk} was written over`);
    }
    const { payloadAt } = this.#options;
    const known = before === undefined ? [] : tracersOfRow(before, payloadAt);
    for (const tracer of tracersOfRow(after, payloadAt)) {
      if (!known.includes(tracer)) this.#stored(tracer, pk, `${pk} ${sk}`, after);
    }
    this.#checkExpiry(sk, after);
  }

  /** Of one that was taken for another telling of the same event, in the queue already: as that one. */
  #taken(fate: Fate, sequenceNumber: string): void {
    if (fate.firstSequence !== undefined) return;
    fate.firstSequence = sequenceNumber;
    if (!this.#takenAs.has(sequenceNumber)) this.#takenAs.set(sequenceNumber, fate);
    const isMissing = (tracer: string) => {
      const { firstSequence, isLoose } = this.#fate(tracer);
      return firstSequence === undefined && !isLoose;
    };
    if (fate.predecessors.every((tracers) => tracers.some(isMissing))) {
      this.violate(`3: ${fate.update.tracer} was queued before one that stood before it`);
    }
  }

  #stored(tracer: string, pk: string, row: string, after: Row): void {
    const fate = this.#fate(tracer);
    if (fate.row !== undefined) this.violate(`2: ${tracer} is in ${fate.row} and in ${row}`);
    fate.row = row;
    fate.storedAt ??= this.#options.now();
    this.#checkPartition(fate, pk);
    const linkedAt = ([from, to]: readonly [string, string]) => this.#links.get(`${from} ${to}`);
    const double = this.#tellings.doubleOf(fate, linkedAt);
    if (double !== undefined) {
      this.violate(`2: ${tracer} is in ${row}, and ${double.update.tracer} in ${double.row}`);
    }
    const missing = fate.update.links.find((link) => linkedAt(link) === undefined);
    if (missing !== undefined) this.violate(`1: ${tracer} was stored before its link`);
    if (fate.firstSequence === undefined) {
      this.violate(`5: ${tracer} is stored and was never queued`);
    } else if (![fate, this.#takenAs.get(fate.firstSequence)].some(hasLeftOrder)) {
      this.#checkOrder(tracer, pk, fate.firstSequence);
    }
    const at = after[ATTRIBUTES.at]?.S;
    if (at !== undefined && !/^\d{13}#\d{20}$/.test(at)) this.violate(`3: ${tracer} is at ${at}`);
  }

  #checkOrder(tracer: string, group: string, sequence: string): void {
    const last = this.#lastStored.get(group) ?? '';
    if (sequence < last) this.violate(`3: ${tracer} was stored after one that came later`);
    this.#lastStored.set(group, sequence);
  }

  #checkExpiry(sk: string, after: Row): void {
    const expiresAt = Number(after['expiresAt']?.N ?? 0) * 1000;
    if (expiresAt + MAX_WRITE_MS < this.#options.now() + RETENTION_MS) {
      this.violate(`1: ${sk} expires before a provider stops delivering it`);
    }
  }

  /** What belongs together is together, and nothing else is with it. */
  #checkPartition({ update }: Fate, partition: string): void {
    const known = this.#partitionOf.get(update.group) ?? partition;
    const group = this.#groupOf.get(partition) ?? update.group;
    this.#partitionOf.set(update.group, known);
    this.#groupOf.set(partition, group);
    if (known !== partition || group !== update.group) {
      this.violate(`3: ${update.tracer} of ${update.group} is grouped with ${group}`);
    }
  }

  #deadLettered(fate: Fate, { attributes }: NewMessage): void {
    const { tracer } = fate.update;
    fate.wasDeadLettered = true;
    if (!this.#options.isPoison(tracer)) this.violate(`2: ${tracer} is healthy, and dead-lettered`);
    if (attributes?.['reason']?.StringValue === undefined) {
      this.violate(`1: ${tracer} is dead-lettered without a reason`);
    }
  }

  /** Whether it, or what tells the same, has a row or waits for one. */
  #isHeld(tracer: string): boolean {
    const fate = this.#fate(tracer);
    return [fate, ...this.#tellings.insteadOf(fate)].some(
      ({ update, row }) =>
        row !== undefined ||
        Object.values(this.#waiting).some((copies) => (copies.get(update.tracer) ?? 0) > 0),
    );
  }

  /** What of a message may be there in place of an update. */
  insteadOf(tracer: string): readonly Fate[] {
    return this.#tellings.insteadOf(this.#fate(tracer));
  }

  #count(queue: QueueName, tracer: string, change: number): void {
    const copies = this.#waiting[queue];
    copies.set(tracer, (copies.get(tracer) ?? 0) + change);
  }

  #fate(tracer: string): Fate {
    const fate = this.fates.get(tracer);
    if (fate === undefined) throw new Error(`nobody knows ${tracer}`);
    return fate;
  }
}

function hasLeftOrder(fate: Fate | undefined): boolean {
  return fate !== undefined && (fate.wasDeadLettered || fate.wasSetAside);
}
