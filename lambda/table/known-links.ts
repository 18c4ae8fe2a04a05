import type { QueuedEvent } from '../events/envelope.ts';
import type { IdentityLink } from '../events/event.ts';
import { recentValues } from '../shared/recent-values.ts';

/** The links between names that this function wrote lately, so that it need not write them again. */
export interface KnownLinks {
  /** The event's links that are not known to have been there when it happened. */
  readonly newIn: (event: QueuedEvent) => readonly IdentityLink[];
  readonly remember: (event: QueuedEvent, links: readonly IdentityLink[]) => void;
}

const REMEMBERED_LINKS = 10_000;
const LINK_RENEWAL_MS = 86_400_000;

export function knownLinks(now: () => number): KnownLinks {
  /** Since when each link is known. */
  const known = recentValues<number>(REMEMBERED_LINKS, LINK_RENEWAL_MS);
  return {
    newIn: (event) =>
      event.links.filter((link) => {
        const knownSince = known.get(linkKey(event, link), now());
        return knownSince === undefined || knownSince > event.occurredAt;
      }),
    remember: (event, links) => {
      for (const link of links) known.set(linkKey(event, link), event.occurredAt, now());
    },
  };
}

function linkKey({ channel }: QueuedEvent, link: IdentityLink): string {
  return JSON.stringify([channel, link]);
}
