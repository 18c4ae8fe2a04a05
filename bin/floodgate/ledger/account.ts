import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';

/** What became of the deliveries of one subscriber, as far as anybody tried them. */
export interface KnownTries {
  readonly delivered: ReadonlySet<string>;
  /** Given up, or ended by an endpoint that is gone. */
  readonly dead: ReadonlySet<string>;
  /** Failed and not given up. */
  readonly failed: ReadonlySet<string>;
}

export interface AccountedSubscriber {
  readonly id: string;
  readonly name: string;
  /** Since when it is owed events, in ms since 1970. */
  readonly since: number;
  /** About how many deliveries its queue holds. */
  readonly queued: number;
  readonly wants: (event: RoutedEvent) => boolean;
  readonly tries: KnownTries;
}

/** For one subscriber: stored = delivered + waiting + dead + declined + missing. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly delivered: number;
  readonly waiting: number;
  readonly dead: number;
  /** What it does not want, and what is older than itself. */
  readonly declined: number;
  /** Ids of events of which nobody knows where they are. */
  readonly missing: readonly string[];
}

/** Accounts for each event once. */
export function accountFor(
  events: readonly RoutedEvent[],
  { id, name, since, queued, wants, tries }: AccountedSubscriber,
): Account {
  const owed = events.filter((event) => event.receivedAt >= since && wants(event));
  const untried: string[] = [];
  let [delivered, dead, failed] = [0, 0, 0];
  for (const event of owed) {
    if (tries.delivered.has(event.id)) delivered += 1;
    else if (tries.dead.has(event.id)) dead += 1;
    else if (tries.failed.has(event.id)) failed += 1;
    else untried.push(event.id);
  }
  // What failed lies in the queue too. Which of the others do nobody knows: too few, and all of them are named.
  const isAllQueued = untried.length <= Math.max(queued - failed, 0);
  return {
    ...{ id, name, delivered, dead, declined: events.length - owed.length },
    waiting: failed + (isAllQueued ? untried.length : 0),
    missing: isAllQueued ? [] : untried,
  };
}
