import type { ContactNames } from '../events/event.ts';
import { nameOf } from '../events/naming.ts';
import { isDuring } from '../people/name-periods.ts';
import { readPerson } from '../people/read-person.ts';
import type { TableReader } from '../table/reader-table.ts';
import { mergedStatuses } from '../table/sent-message.ts';
import type { Participant, RowKey } from '../table/stored-rows.ts';

interface ParticipantDeps {
  readonly table: Pick<TableReader, 'participantsIn' | 'linksOf'>;
}

/** More members than somebody waits for; those beyond stay as they were told. */
const MAX_LOOKED_UP = 20;

/**
 * What each member of a group chat did with a message: one member under all names that statuses or links
 * join.
 *
 * @param rows of the message
 */
export async function readParticipants(
  channel: string,
  rows: readonly RowKey[],
  deps: ParticipantDeps,
): Promise<readonly Participant[]> {
  const found = await Promise.all(rows.map(({ pk }) => deps.table.participantsIn(pk)));
  const told = joined(found.flat(), []);
  return joined(told, await linkedNames(channel, told, deps));
}

/** Names that links join, of those members of whom another may be the same. */
async function linkedNames(
  channel: string,
  members: readonly Participant[],
  deps: ParticipantDeps,
): Promise<readonly (readonly string[])[]> {
  const byPhone = members.filter(({ contact }) => isPhoneAlone(contact));
  const byId = members.filter(({ contact }) => contact.phone === undefined);
  if (byPhone.length === 0 || byId.length === 0) return [];
  const fewer = byId.length < byPhone.length ? byId : byPhone;
  return Promise.all(
    fewer.slice(0, MAX_LOOKED_UP).map(async ({ name, statuses }) => {
      const { periods } = await readPerson(channel, name, deps);
      const at = Math.min(...statuses.map((status) => status.at));
      return [name, ...periods.filter((period) => isDuring(period, at)).map((each) => each.name)];
    }),
  );
}

function isPhoneAlone({ phone, userId, lid }: ContactNames): boolean {
  return phone !== undefined && userId === undefined && lid === undefined;
}

/** Members, of whom those with a name in common are one. */
function joined(
  members: readonly Participant[],
  links: readonly (readonly string[])[],
): readonly Participant[] {
  const byName = new Map<string, Participant>();
  for (const member of members) {
    const own = namesOf(member);
    const names = [...own, ...links.filter((link) => link.some((name) => own.has(name))).flat()];
    const known = new Set(names.flatMap((name) => byName.get(name) ?? []));
    const whole = [...known, member].reduce(merged);
    for (const name of [...names, ...namesOf(whole)]) byName.set(name, whole);
  }
  return [...new Set(byName.values())];
}

function namesOf({ name, contact }: Participant): ReadonlySet<string> {
  const { phone, userId, lid } = contact;
  return new Set([name, userId, lid, phone].filter((each) => each !== undefined));
}

function merged(one: Participant, other: Participant): Participant {
  const contact = { ...other.contact, ...one.contact };
  return {
    name: nameOf(contact) ?? one.name,
    contact,
    statuses: mergedStatuses([...one.statuses, ...other.statuses]),
  };
}
