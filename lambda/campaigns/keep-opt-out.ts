import type { RoutedEvent } from '../events/routed-event.ts';
import type { MetricName } from '../metric-names.ts';
import { isDuring } from '../people/name-periods.ts';
import { type PersonDeps, readPerson } from '../people/read-person.ts';
import type { LogFields } from '../shared/aws/telemetry.ts';
import { optOutNews } from './opt-out-news.ts';
import type { OptOutWriter } from './opt-outs-table.ts';

export interface KeepOptOutDeps extends PersonDeps {
  /** Whose a channel is; undefined where its row cannot be read. */
  readonly tenantOf: (channel: string, signal: AbortSignal) => Promise<string | undefined>;
  readonly decide: OptOutWriter['decide'];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly count: (metric: MetricName) => void;
  readonly warn: (message: string, fields: LogFields) => void;
}

/** Keeps, under all names of theirs, that somebody wants no more marketing of a tenant, or some again. */
export async function keepOptOut(
  event: RoutedEvent,
  signal: AbortSignal,
  deps: KeepOptOutDeps,
): Promise<void> {
  const news = optOutNews(event);
  if (news === undefined) return;
  const { channel, names, ...decision } = news;
  const tenant = await deps.tenantOf(channel, signal);
  if (tenant === undefined) {
    // Deliveries must not wait for a release that can read the channel.
    deps.count('RecordUnrouted');
    deps.warn('Opt-out of an unreadable channel left out', { channel, eventId: event.id });
    return;
  }
  for (const name of await allNames(channel, names, deps)) {
    await deps.decide(tenant, name, decision, signal);
  }
}

/** Those that they have now: a number that was theirs is somebody else's. */
async function allNames(
  channel: string,
  names: readonly string[],
  deps: KeepOptOutDeps,
): Promise<ReadonlySet<string>> {
  const people = await Promise.all(names.map((name) => readPerson(channel, name, deps)));
  const linked = people
    .flatMap((person) => person.names)
    .filter((period) => isDuring(period, deps.now()));
  return new Set([...names, ...linked.map(({ name }) => name)]);
}
