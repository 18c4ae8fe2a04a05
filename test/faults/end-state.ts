import { contactGroup } from '../../lambda/events/event.ts';
import type { Ledger, QueueName } from './ledger.ts';
import type { SimulatedQueues } from './queues.ts';
import type { Row, SimulatedTable } from './table.ts';
import type { StatusFact, Update } from './update-parts.ts';

export interface End {
  readonly ledger: Ledger;
  readonly queues: SimulatedQueues<QueueName>;
  readonly table: SimulatedTable;
  /** What the provider gave up. */
  readonly abandoned: readonly Update[];
  readonly now: () => number;
}

/** Checks what must hold once nothing is left to happen. */
export function checkEnd({ ledger, queues, table, abandoned, now }: End): void {
  const { visible, inFlight } = queues.of('inbox.fifo').counts(now());
  if (visible + inFlight > 0) ledger.violate('1: the inbox does not empty');
  const rows = new Map([...table.rows].map(([key, row]) => [key.replace('\n', ' '), row]));
  const deadLetters = deadLettersOf(queues, ledger, now());
  const stored: Update[] = [];
  /** Refused at their participant's row, after the message was told of them. */
  const toldOnly: Update[] = [];
  for (const { update, isGenuine, row, wasDeadLettered } of ledger.fates.values()) {
    const { tracer } = update;
    if (row !== undefined && !rows.has(row)) ledger.violate(`1: the row of ${tracer} is gone`);
    if (row !== undefined) stored.push(update);
    else if (wasDeadLettered && update.status?.participant !== undefined) toldOnly.push(update);
    const isThere = [{ update, row }, ...ledger.insteadOf(tracer)].some(
      (fate) => fate.row !== undefined || deadLetters.has(fate.update.tracer),
    );
    const isKept = isThere || abandoned.includes(update);
    if (isGenuine && !isKept) ledger.violate(`1: ${tracer} is gone`);
  }
  for (const update of abandoned) {
    if (update.provider === 'meta') ledger.violate(`1: ${update.tracer} was never answered 200`);
  }
  checkSentMessages(stored, toldOnly, rows, ledger);
}

/** What is there, whoever put it there. */
function deadLettersOf(
  queues: SimulatedQueues<QueueName>,
  ledger: Ledger,
  now: number,
): Set<string> {
  const queue = queues.of('inbox-dead-letter.fifo');
  const tracers = new Set<string>();
  for (;;) {
    const messages = queue.receive(10, now);
    if (messages.length === 0) return tracers;
    for (const { body, receiptHandle } of messages) {
      for (const tracer of ledger.tracersOf(body)) tracers.add(tracer);
      queue.delete(receiptHandle, now);
    }
  }
}

/** The state of a message is that of all its statuses, in whatever order and number they came. */
function checkSentMessages(
  stored: readonly Update[],
  toldOnly: readonly Update[],
  rows: ReadonlyMap<string, Row>,
  ledger: Ledger,
): void {
  const statuses = stored.filter(({ status }) => status !== undefined);
  for (const [group, updates] of Map.groupBy(statuses, (update) => update.group)) {
    const facts = factsOf(updates);
    const told = factsOf(toldOnly.filter((update) => update.group === group));
    const own = ledger.fates.get(updates[0]?.tracer ?? '')?.row ?? '';
    const partition = own.slice(0, own.indexOf(' '));
    const wrong = faultsOf(facts, told, partition, rows);
    if (wrong !== undefined) ledger.violate(`4: of ${facts[0]?.message}: ${wrong}`);
  }
}

function factsOf(updates: readonly Update[]): StatusFact[] {
  return updates.flatMap(({ status }) => (status === undefined ? [] : [status]));
}

function faultsOf(
  facts: readonly StatusFact[],
  told: readonly StatusFact[],
  partition: string,
  rows: ReadonlyMap<string, Row>,
): string | undefined {
  for (const { name, at, participant } of facts) {
    const key = participant === undefined ? 'message' : `participant#${participant}`;
    const row = rows.get(`${partition} ${key}`);
    if (row?.[`status.${name}`]?.N !== String(at)) return `${key} has ${name} at another time`;
  }
  const message = rows.get(`${partition} message`);
  const earliest = String(Math.min(...[...facts, ...told].map(({ at }) => at))).padStart(13, '0');
  if (message?.['timelineAt']?.S !== earliest) return 'its place in time is not the earliest';
  const place = placeOf(facts);
  if (place !== undefined && message['timelinePk']?.S !== place) return 'it is at another contact';
  const known = new Set(facts.filter(({ participant }) => !participant).map(({ name }) => name));
  const extra = Object.keys(message).find(
    (attribute) => attribute.startsWith('status.') && !known.has(attribute.slice(7)),
  );
  return extra === undefined ? undefined : `nobody told ${extra}`;
}

/** With the lasting name, if any status tells it. */
function placeOf(facts: readonly StatusFact[]): string | undefined {
  const userId = facts.find((fact) => fact.userId !== undefined)?.userId;
  const name = userId ?? facts.find(({ phone }) => phone !== undefined)?.phone;
  const channel = facts[0]?.channel;
  return name === undefined || channel === undefined ? undefined : contactGroup(channel, name);
}
