import { styleText } from 'node:util';
import { keptTenancy } from '../../../lambda/channels/tenancy.ts';
import { SUBSCRIBERS_KEPT_MS } from '../../../lambda/delivery/subscriber.ts';
import { subscriberReader } from '../../../lambda/delivery/subscriber-table.ts';
import { isOfTenant, isStillWanted } from '../../../lambda/delivery/wanted.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import { dynamoDbClient } from '../../../lambda/shared/aws/dynamodb-client.ts';
import type { CallAws } from '../../../lambda/shared/aws/json-protocol.ts';
import { printable } from '../../../lambda/shared/printable.ts';
import { readDeliveries } from '../deliveries/read-deliveries.ts';
import { type Archive, openArchive } from '../replay/archived-events.ts';
import { tablePages } from '../replay/table-events.ts';
import { type ApiClient, openApi } from '../stack/api-client.ts';
import { findStack, type StackAddress, unavailable } from '../stack/deployed-stack.ts';
import { userService } from '../stack/user-services.ts';
import { listSubscribers } from '../subscriber/find-subscriber.ts';
import { answering } from '../terminal/answering.ts';
import { drawColumns } from '../terminal/columns.ts';
import { type ProgressBar, progressBar } from '../terminal/progress-bar.ts';
import { type Account, type AccountedSubscriber, accountFor, type KnownTries } from './account.ts';
import { readLedgerOptions } from './options.ts';

/** So long an event may be on its way to a queue. */
const ON_THE_WAY_MS = 2 * 60_000;
/** For so long what was received may not be in the archive: an alarm speaks where it is longer. */
const ARCHIVE_LAG_MS = 30 * 60_000;

interface Ledger {
  readonly from: string;
  readonly to: string;
  readonly stored: number;
  /** Null where the stack has none. */
  readonly archive: { readonly events: number; readonly missing: readonly string[] } | null;
  readonly subscribers: readonly Account[];
}

export const ledger = answering(
  readLedgerOptions,
  async ({ stack: name, from, now }, surroundings) => {
    const stack = await findStack(name, surroundings);
    const api = await openApi({ api: stack.api }, surroundings);
    const service = await userService(
      'dynamodb',
      stack.endpoints?.dynamodb,
      surroundings.environment,
    );
    const dynamodb = dynamoDbClient(service, { attempts: 8, timeoutMs: 30_000 });
    const bar = progressBar(surroundings.stderr);
    const to = now - ON_THE_WAY_MS;
    const events = await storedEvents(dynamodb, stack, { from, to }, bar).finally(bar.clear);
    const accounts: Account[] = [];
    for (const one of await subscribersOf(dynamodb, stack, api, from)) {
      accounts.push(accountFor(events, one));
    }
    using archive = await openArchive(stack);
    const json: Ledger = {
      ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString() },
      stored: events.length,
      archive: stack.outputs.has('ArchiveBucket')
        ? await archivedOf(events, archive, { from, to: now - ARCHIVE_LAG_MS })
        : null,
      subscribers: accounts,
    };
    const isOk = missingOf(json).length === 0;
    return { isOk, json, text: (stream) => drawLedger(json, stream) };
  },
);

interface Span {
  readonly from: number;
  readonly to: number;
}

async function storedEvents(
  dynamodb: CallAws,
  { table }: StackAddress,
  span: Span,
  bar: ProgressBar,
): Promise<readonly RoutedEvent[]> {
  const events = new Map<string, RoutedEvent>();
  let units = 0;
  for await (const page of tablePages(dynamodb, table, span)) {
    units += page.units;
    bar.count('units of the table read:', Math.round(units));
    for (const { event } of page.events) events.set(event.id, event);
  }
  return [...events.values()];
}

async function subscribersOf(
  dynamodb: CallAws,
  { table }: StackAddress,
  api: ApiClient,
  from: number,
): Promise<readonly AccountedSubscriber[]> {
  const signal = AbortSignal.timeout(60_000);
  const { subscribers } = await subscriberReader(dynamodb, table)
    .list(signal)
    .catch(unavailable('the subscribers cannot be read'));
  const isTheirs = await keptTenancy(dynamodb, table, Date.now).ownership(signal);
  const answers = (await listSubscribers(api)).subscribers;
  const accounted: AccountedSubscriber[] = [];
  for (const { subscriber } of subscribers) {
    const { id, name, createdAt } = subscriber;
    accounted.push({
      ...{ id, name, tries: await triesOf(api, id, from) },
      since: createdAt + SUBSCRIBERS_KEPT_MS,
      queued: answers.find((one) => one.id === id)?.waiting ?? 0,
      wants: (event) =>
        isStillWanted(subscriber, event) && isOfTenant(subscriber, event, isTheirs) !== false,
    });
  }
  return accounted;
}

async function triesOf(api: ApiClient, id: string, from: number): Promise<KnownTries> {
  const since = new Date(from).toISOString();
  const all = { isFailedOnly: false, since, limit: Number.MAX_SAFE_INTEGER };
  const { tries } = await readDeliveries(api, id, all);
  const idsOf = (...outcomes: readonly string[]) =>
    new Set(tries.filter((one) => outcomes.includes(one.outcome)).map((one) => one.eventId));
  return {
    delivered: idsOf('delivered'),
    dead: idsOf('gave-up', 'gone'),
    failed: idsOf('failed'),
  };
}

async function archivedOf(events: readonly RoutedEvent[], archive: Archive, span: Span) {
  // What became of a file is told to subscribers alone.
  const due = events.filter((one) => one.media === undefined && one.receivedAt < span.to);
  const left = new Set(due.map(({ id }) => id));
  for (const object of span.from < span.to ? await archive.objects(span.from, span.to) : []) {
    for (const { id } of (await archive.read(object)).events) left.delete(id);
  }
  return { events: due.length - left.size, missing: [...left] };
}

function missingOf({ archive, subscribers }: Ledger): readonly string[] {
  return [...(archive?.missing ?? []), ...subscribers.flatMap(({ missing }) => missing)];
}

const SHOWN = 10;

function drawLedger(found: Ledger, stream: NodeJS.WritableStream): string {
  const { from, to, stored, archive, subscribers } = found;
  const rows = subscribers.map((one) => [
    printable(one.name),
    ...[one.delivered, one.waiting, one.dead, one.declined, one.missing.length].map(String),
  ]);
  const headings = ['SUBSCRIBER', 'DELIVERED', 'WAITING', 'DEAD', 'DECLINED', 'MISSING'];
  const missing = missingOf(found);
  return `${[
    styleText('bold', `${stored} events stored, received from ${from} to ${to}`, { stream }),
    ...(archive === null ? [] : [`${archive.events} archived, ${archive.missing.length} missing`]),
    ...(rows.length === 0 ? [] : drawColumns(headings, rows, stream)),
    ...(missing.length === 0
      ? [styleText('green', 'Nothing is missing.', { stream })]
      : [
          styleText('red', 'Missing; npx floodgate trace ID shows more of each:', { stream }),
          ...missing.slice(0, SHOWN),
          ...(missing.length > SHOWN ? ['… and more: --json has all'] : []),
        ]),
  ].join('\n')}\n`;
}
