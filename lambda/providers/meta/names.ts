import type { ContactNames, IdentityLink } from '../../events/event.ts';
import { kindOfName } from '../../events/name-eras.ts';
import { linkOf } from '../../events/naming.ts';
import { present } from '../../shared/json/fields.ts';

type Told = string | undefined;

/** A person's names, and the links among them. */
interface NamedPerson {
  readonly names: Pick<ContactNames, 'phone' | 'userId'>;
  readonly links: readonly IdentityLink[];
}

/**
 * A person by what a webhook tells where Meta documents a phone number, and where a BSUID; of several
 * the first counts.
 *
 * A BSUID may stand where a phone is documented, that of a business's parent too, and the other way
 * round: so a name's form tells what it is.
 */
export function personNamed(
  phones: Told | readonly Told[],
  userIds: Told | readonly Told[],
): NamedPerson {
  const inPhones = [phones].flat().filter((name) => name !== undefined);
  const inUserIds = [userIds].flat().filter((name) => name !== undefined);
  const [userId, otherId] = [...inUserIds.filter(isNoPhone), ...inPhones.filter(isUserId)];
  const [phone] = [...inPhones.filter(isNoUserId), ...inUserIds.filter(isPhone)];
  const names = present({ phone: phone?.replace(/^\+/, ''), userId });
  return {
    names,
    links: [...linkOf('same', names.phone, userId), ...linkOf('same', otherId, userId)],
  };
}

function isUserId(name: string): boolean {
  return kindOfName(name) === 'userId';
}

function isPhone(name: string): boolean {
  return kindOfName(name.replace(/^\+/, '')) === 'phone';
}

function isNoUserId(name: string): boolean {
  return !isUserId(name);
}

function isNoPhone(name: string): boolean {
  return !isPhone(name);
}
