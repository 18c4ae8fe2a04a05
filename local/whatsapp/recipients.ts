import type { Receipt } from './ledger.ts';
import {
  findPerson,
  meetPerson,
  type People,
  type Person,
  phoneDigits,
  USER_ID,
} from './people.ts';

/** Whom a message is for. */
export interface Recipient {
  readonly addressedBy: Receipt['addressedBy'];
  /** Digits, user id or group id. */
  readonly address: string;
  /** As it was written. */
  readonly input: string;
  readonly person: Person | undefined;
}

export type FoundRecipient =
  | { readonly ok: true; readonly recipient: Recipient }
  | { readonly ok: false; readonly details: string };

interface Addressed {
  readonly to: string | undefined;
  readonly recipient: string | undefined;
  readonly isToGroup: boolean;
}

/** Finds whom a message of Graph's is for; where both are given, `to` wins. */
export function findRecipient(people: People, addressed: Addressed): FoundRecipient {
  const { to, recipient, isToGroup } = addressed;
  if (to === undefined) return byUserId(people, recipient ?? '');
  if (isToGroup) return found('group', to, to, undefined);
  const phone = phoneDigits(to);
  if (phone === undefined) {
    return { ok: false, details: 'Param to must be a phone number with its country code.' };
  }
  return found('phone', phone, to, meetPerson(people, phone));
}

/** Nobody is made up here: what is no user id of this portfolio's reaches nobody. */
function byUserId(people: People, userId: string): FoundRecipient {
  if (!USER_ID.test(userId)) {
    return { ok: false, details: 'Param recipient must be a business-scoped user id.' };
  }
  return found('user-id', userId, userId, findPerson(people, userId));
}

function found(
  addressedBy: Recipient['addressedBy'],
  address: string,
  input: string,
  person: Person | undefined,
): FoundRecipient {
  return { ok: true, recipient: { addressedBy, address, input, person } };
}
