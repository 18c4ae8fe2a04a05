import { contactGroup } from '../events/event.ts';
import type { DatedLink } from '../events/name-eras.ts';
import type { RoutedEvent } from '../events/routed-event.ts';
import { isDuring, type NamePeriod } from '../people/name-periods.ts';
import {
  type Check,
  failedChecks,
  isListOf,
  isObjectOf,
  isOneOf,
  isText,
  isWhole,
} from '../shared/json/checks.ts';
import { readBody, writeBody } from '../shared/queue/body.ts';

/** Raised when readers of the previous version could misread one. */
const FORGETTING_VERSION = 1;

/** That somebody is to be forgotten on a channel. */
export interface Forgetting {
  readonly channel: string;
  /** The name that was asked for. */
  readonly contact: string;
  /** The links around the person's names, as the table knew them before it forgot them. */
  readonly links: readonly DatedLink[];
  /** What was received up to then is forgotten, in ms since 1970. */
  readonly until: number;
}

export function writeForgetting(forgetting: Forgetting): string {
  return writeBody(FORGETTING_VERSION, forgetting);
}

/** Throws on what a later release wrote: nobody may take it for somebody who is not forgotten. */
export function readForgetting(text: string): Forgetting {
  const reading = readBody(text, FORGETTING_VERSION);
  if (!reading.ok || !isForgetting(reading.members)) {
    throw new Error(`a forgetting that is ${reading.ok ? 'malformed' : reading.reason}`);
  }
  return reading.members;
}

const LINK = isObjectOf({
  ...{ relation: isOneOf('same', 'became'), from: isText, to: isText, seenAt: isWhole },
});
const FORGETTING = {
  ...{ channel: isText, contact: isText, links: isListOf(LINK), until: isWhole },
} satisfies Record<keyof Forgetting, Check>;

function isForgetting(members: object): members is Forgetting {
  return failedChecks(members, FORGETTING).length === 0;
}

/** Where an event stands. */
export type EventPlace = Pick<RoutedEvent, 'channel' | 'kind' | 'group' | 'occurredAt'>;

/**
 * Tells the events of a person: what they sent and were sent, and what became of that.
 *
 * @param recipientsOf names of whom a status is about; asked for where the event is one
 */
export type IsOfPerson<Place = EventPlace> = (
  event: Place,
  recipientsOf: () => readonly string[],
) => boolean;

/** @param periods when each name was the person's */
export function personEvents(channel: string, periods: readonly NamePeriod[]): IsOfPerson {
  const groups = Map.groupBy(periods, ({ name }) => contactGroup(channel, name));
  const names = Map.groupBy(periods, ({ name }) => name);
  return (event, recipients) => {
    if (event.channel !== channel) return false;
    const own =
      event.kind === 'status'
        ? recipients().map((name) => names.get(name))
        : [groups.get(event.group)];
    return own.some((one) => one?.some((period) => isDuring(period, event.occurredAt)));
  };
}
