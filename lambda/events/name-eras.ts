import type { IdentityLink } from './event.ts';

export type NameKind = 'phone' | 'userId' | 'lid' | 'chatId';

/** A link with the time, in ms since 1970, of the event that first showed it. */
export interface DatedLink extends IdentityLink {
  readonly seenAt: number;
}

/** The same for each reading of a link. */
export function linkId({ from, relation, to }: IdentityLink): string {
  return JSON.stringify([from, relation, to]);
}

/** The links of several readings, each once, as of when it was first seen. */
export function mergedLinks(readings: Iterable<DatedLink>): readonly DatedLink[] {
  const merged = new Map<string, DatedLink>();
  for (const link of readings) {
    const known = merged.get(linkId(link));
    if (known === undefined || link.seenAt < known.seenAt) merged.set(linkId(link), link);
  }
  return [...merged.values()];
}

/** Tells the kind of a name by its form; what has no other form is a group chat's id. */
export function kindOfName(name: string): NameKind {
  if (/^\d+$/.test(name)) return 'phone';
  if (/^[A-Za-z]{2}\./.test(name)) return 'userId';
  return name.endsWith('@lid') ? 'lid' : 'chatId';
}

/** The time between two changes of a name's owner, in ms, and the links that belong to it. */
export interface Era {
  readonly name: string;
  readonly from: number;
  readonly until: number;
  readonly links: readonly DatedLink[];
}

/**
 * Cuts a name's time by owner, in order. There is at least one era.
 *
 * Only phone numbers change hands: when a number is given up for another, when it is taken up in
 * place of another, and when it appears with another BSUID or LID than before.
 */
export function erasOf(name: string, links: readonly DatedLink[]): readonly Era[] {
  const own = links.filter((link) => link.from === name || link.to === name);
  if (kindOfName(name) !== 'phone') return [{ name, from: 0, until: Infinity, links: own }];
  const groups = groupByOwner(
    name,
    own.toSorted((a, b) => compareLinks(name, a, b)),
  );
  const starts = groups.map((group, index) => startOf(name, group, groups[index - 1]));
  return groups.map((group, index) => ({
    name,
    from: starts[index] ?? 0,
    until: givenUpAt(name, group) ?? (starts[index + 1] ?? Infinity) - 1,
    links: group,
  }));
}

/** What a link says of a phone: taken over from another number, owned, or given up for another. */
function roleOf(name: string, link: DatedLink): 'taken' | 'owned' | 'givenUp' {
  if (link.relation === 'same') return 'owned';
  return link.from === name ? 'givenUp' : 'taken';
}

const ROLE_ORDER = { taken: 0, owned: 1, givenUp: 2 };

function compareLinks(name: string, a: DatedLink, b: DatedLink): number {
  return (
    a.seenAt - b.seenAt ||
    ROLE_ORDER[roleOf(name, a)] - ROLE_ORDER[roleOf(name, b)] ||
    (JSON.stringify([a.to, a.from]) < JSON.stringify([b.to, b.from]) ? -1 : 1)
  );
}

function groupByOwner(name: string, links: readonly DatedLink[]): readonly DatedLink[][] {
  let group: DatedLink[] = [];
  const groups = [group];
  links.forEach((link, index) => {
    if (hasNewOwner(name, group, link, links[index + 1])) {
      group = [];
      groups.push(group);
    }
    group.push(link);
  });
  return groups;
}

function hasNewOwner(
  name: string,
  group: readonly DatedLink[],
  link: DatedLink,
  next: DatedLink | undefined,
): boolean {
  const givenUp = givenUpAt(name, group);
  if (givenUp !== undefined) return link.seenAt > givenUp;
  const role = roleOf(name, link);
  if (role === 'owned') return hasAnotherId(group, link);
  if (role === 'givenUp') return false;
  // An id that was seen before the number's takeover may already be the newcomer's: links are
  // kept once, so only another id that follows tells that it was not.
  return (
    group.some((earlier) => roleOf(name, earlier) === 'taken') ||
    (next !== undefined && hasAnotherId(group, next))
  );
}

/** Whether a BSUID or LID other than the link's was seen with the number; other links lead to phones. */
function hasAnotherId(group: readonly DatedLink[], link: DatedLink): boolean {
  const kind = ownerKind(link.to);
  return group.some(({ to }) => to !== link.to && ownerKind(to) === kind);
}

/** A person has one BSUID with a business, and another with the business's parent (`CC.ENT.…`). */
function ownerKind(name: string): string {
  return /^[A-Za-z]{2}\.ENT\./.test(name) ? 'parentUserId' : kindOfName(name);
}

/** A first owner has the number from the beginning, unless it was taken over. */
function startOf(
  name: string,
  group: readonly DatedLink[],
  before: readonly DatedLink[] | undefined,
): number {
  const first = group[0]?.seenAt ?? 0;
  if (group.some((link) => roleOf(name, link) === 'taken')) return first;
  if (before === undefined) return 0;
  const givenUp = givenUpAt(name, before);
  return givenUp === undefined ? first : givenUp + 1;
}

function givenUpAt(name: string, group: readonly DatedLink[]): number | undefined {
  const last = group.at(-1);
  return last !== undefined && roleOf(name, last) === 'givenUp' ? last.seenAt : undefined;
}
