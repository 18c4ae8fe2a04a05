import { statusError } from './graph/errors.ts';
import type { Receipt, Tick, WrittenMessage } from './ledger.ts';
import type { Update } from './outbox.ts';
import { type Person, showsPhone } from './people.ts';
import type { World } from './world.ts';

/** Who took part in what is told, as a webhook names them. */
function contactOf(person: Person, showsNumber: boolean): object {
  const { name, username, phone, userId } = person;
  return {
    profile: { name, ...(username !== undefined && { username }) },
    ...(showsNumber && { wa_id: phone }),
    user_id: userId,
  };
}

function change(world: World, channel: string, field: string, rest: object): Update {
  const { id, displayNumber } = world.numbers.get(channel) ?? { id: channel, displayNumber: '' };
  const metadata = { display_phone_number: displayNumber, phone_number_id: id };
  const value = { messaging_product: 'whatsapp', metadata, ...rest };
  return { provider: 'meta', change: { value, field } };
}

/** What Meta tells of a tick. */
export function tickUpdate(world: World, receipt: Receipt, tick: Tick, isPriced: boolean): Update {
  const { person, channel, wamid, mark, ticks, addressedBy } = receipt;
  const at = ticks[tick] ?? receipt.at;
  const showsNumber =
    person !== undefined && (addressedBy === 'phone' || showsPhone(person, channel, at));
  const status = {
    ...{ id: wamid, status: tick, timestamp: seconds(at) },
    ...recipientOf(receipt, showsNumber),
    // Group sends carry no mark.
    ...(mark !== undefined && addressedBy !== 'group' && { biz_opaque_callback_data: mark }),
    ...(tick === 'sent' && { conversation: conversationOf(receipt) }),
    ...(isPriced && { pricing: pricingOf(receipt) }),
  };
  const contacts = person === undefined ? {} : { contacts: [contactOf(person, showsNumber)] };
  return change(world, channel, 'messages', { ...contacts, statuses: [status] });
}

function recipientOf({ person, recipient, addressedBy }: Receipt, showsNumber: boolean): object {
  if (addressedBy === 'group') return { recipient_id: recipient, recipient_type: 'group' };
  return {
    ...(showsNumber && { recipient_id: person?.phone }),
    recipient_user_id: person?.userId ?? recipient,
  };
}

/** What versions before v24.0 have: one for each message. */
function conversationOf({ bodyHash, pricing, at }: Receipt): object {
  const type = pricing === 'marketing_lite' ? 'marketing' : pricing;
  const expiry = seconds(at + 86_400_000);
  return { id: bodyHash.slice(0, 32), expiration_timestamp: expiry, origin: { type } };
}

function pricingOf({ pricing }: Receipt): object {
  return { billable: true, pricing_model: 'PMP', type: 'regular', category: pricing };
}

/** What Meta tells of a message that failed: neither its mark nor its contact. */
export function failureUpdate(world: World, receipt: Receipt, details: string): Update {
  const { failure, wamid, channel, person, recipient, addressedBy } = receipt;
  const named =
    addressedBy === 'user-id'
      ? { recipient_user_id: recipient }
      : { recipient_id: person?.phone ?? recipient };
  const status = {
    ...{ id: wamid, status: 'failed', timestamp: seconds(failure?.at ?? receipt.at), ...named },
    errors: [statusError(failure?.code ?? 131_000, details)],
  };
  return change(world, channel, 'messages', { statuses: [status] });
}

/** What Meta tells of a message that a person wrote. */
export function writtenUpdate(world: World, written: WrittenMessage, content: object): Update {
  const { person, channel, wamid, at, type } = written;
  const showsNumber = showsPhone(person, channel, at);
  const message = {
    ...(showsNumber && { from: person.phone }),
    ...{ from_user_id: person.userId, id: wamid, timestamp: seconds(at), type },
    ...content,
  };
  const contacts = [contactOf(person, showsNumber)];
  return change(world, channel, 'messages', { contacts, messages: [message] });
}

/** What Meta tells when a person stops marketing messages, or wants them again. */
export function preferenceUpdate(
  world: World,
  channel: string,
  person: Person,
  at: number,
): Update {
  const showsNumber = showsPhone(person, channel, at);
  const value = person.wantsMarketing ? 'resume' : 'stop';
  const preference = {
    ...(showsNumber && { wa_id: person.phone }),
    ...{ user_id: person.userId, category: 'marketing_messages', value },
    detail: `User requested to ${value} marketing messages`,
    timestamp: Math.floor(at / 1000),
  };
  const contacts = [contactOf(person, showsNumber)];
  return change(world, channel, 'user_preferences', { contacts, user_preferences: [preference] });
}

function seconds(at: number): string {
  return String(Math.floor(at / 1000));
}
