import { type Receipt, stateOf, type WrittenMessage } from './ledger.ts';
import { busiestSecond } from './limits.ts';
import type { Person } from './people.ts';
import type { PersonAnswer, PhoneMessage } from './stand-in-schemas.ts';
import type { World } from './world.ts';

/** What each recipient got, and how the business went about it. */
export function ledgerView(world: World, recipient: string | null, now: number): object {
  const { receipts, refusals, triedAt } = world.ledger;
  const wanted = receipts.filter((one) => recipient === null || isFor(one, recipient));
  const byRecipient = Map.groupBy(wanted, nameOf);
  return {
    recipients: [...byRecipient].map(([name, messages]) => ({
      recipient: name,
      userId: messages[0]?.person?.userId ?? null,
      messages: messages.map((receipt) => entryOf(receipt, now)),
    })),
    repeated: repeatedOf(wanted, now),
    taken: receipts.length,
    refused: Object.fromEntries(refusals),
    channels: [...triedAt].map(([channel, tries]) => ({
      ...{ channel, tried: tries.length, busiestSecondTried: busiestSecond(tries) },
      busiestSecond: busiestSecond(timesOf(world, channel)),
    })),
  };
}

/** Who got the same more than once, each with the messages. */
function repeatedOf(receipts: readonly Receipt[], now: number): object[] {
  const arrived = receipts.filter((receipt) => stateOf(receipt, now) !== 'failed');
  const same = Map.groupBy(arrived, ({ channel, bodyHash }) => `${channel} ${bodyHash}`);
  return [...same.values()]
    .filter(({ length }) => length > 1)
    .map((ones) => ({
      ...{ recipient: nameOf(ones[0]), bodyHash: ones[0]?.bodyHash },
      wamids: ones.map(({ wamid }) => wamid),
      marks: ones.map(({ mark }) => mark ?? null),
    }));
}

function nameOf(receipt: Receipt | undefined): string | undefined {
  const { person, recipient } = receipt ?? {};
  return person === undefined ? recipient : (person.phone ?? person.userId);
}

function isFor({ person, recipient }: Receipt, name: string): boolean {
  return recipient === name || person?.phone === name || person?.userId === name;
}

function entryOf(receipt: Receipt, now: number): object {
  const { wamid, msgId, provider, channel, at, type, bodyHash, mark, answer, failure, ticks } =
    receipt;
  const shown = Object.entries(ticks).flatMap(([tick, time]) =>
    time <= now ? [[tick, iso(time)]] : [],
  );
  return {
    ...{ wamid, ...(msgId !== undefined && { msgId }), provider, channel, at: iso(at) },
    ...{ type, bodyHash, mark: mark ?? null, answer, state: stateOf(receipt, now) },
    ...{ code: failure?.code ?? null, ticks: Object.fromEntries(shown) },
  };
}

/** Messages of a channel, both ways. */
function timesOf({ ledger }: World, channel: string): number[] {
  const all: (Receipt | WrittenMessage)[] = [...ledger.receipts, ...ledger.written];
  return all.filter((one) => one.channel === channel).map(({ at }) => at);
}

/** What is on somebody's phone, and what was meant for it, in its order. */
export function phoneMessages({ ledger }: World, person: Person, now: number): PhoneMessage[] {
  const got = ledger.receipts.filter((one) => one.person === person);
  const wrote = ledger.written.filter((one) => one.person === person);
  return inOrder(got, wrote, now);
}

/** Everybody who wrote or was written to. */
export function peopleView({ ledger }: World, now: number): PersonAnswer[] {
  const got = Map.groupBy(ledger.receipts, ({ person }) => person);
  const wrote = Map.groupBy(ledger.written, ({ person }) => person);
  const people = new Set([...got.keys(), ...wrote.keys()]);
  return [...people].flatMap((person) => {
    if (person === undefined) return [];
    const messages = inOrder(got.get(person) ?? [], wrote.get(person) ?? [], now);
    return [personView(person, messages)];
  });
}

function inOrder(
  got: readonly Receipt[],
  wrote: readonly WrittenMessage[],
  now: number,
): PhoneMessage[] {
  // Who answers within the same millisecond has read before.
  return [...wrote.map(wroteMessage), ...got.map((one) => gotMessage(one, now))].sort(
    (one, other) => Date.parse(one.at) - Date.parse(other.at),
  );
}

function gotMessage(receipt: Receipt, now: number): PhoneMessage {
  const { provider, channel, wamid: id, at, type, text, failure } = receipt;
  const state = stateOf(receipt, now);
  const code = state === 'failed' ? (failure?.code ?? null) : null;
  return { direction: 'to-person', provider, channel, id, at: iso(at), type, text, state, code };
}

function wroteMessage(written: WrittenMessage): PhoneMessage {
  const { provider, channel, wamid: id, at, type, text, readAt } = written;
  const state = readAt === undefined ? 'written' : 'read';
  return {
    ...{ direction: 'to-business', provider, channel, id, at: iso(at), type, text },
    ...{ state, code: null },
  };
}

export function personView(person: Person, messages: readonly PhoneMessage[]): PersonAnswer {
  const count = (...states: readonly string[]) =>
    messages.filter(({ direction, state }) => direction === 'to-person' && states.includes(state))
      .length;
  const { phone = null, userId, name, username = null, wantsMarketing, lastWroteAt } = person;
  const last = Math.max(...lastWroteAt.values());
  return {
    ...{ phone, userId, name, username, wantsMarketing },
    lastWroteAt: Number.isFinite(last) ? iso(last) : null,
    ...{ got: count('sent', 'delivered', 'read'), unread: count('sent', 'delivered') },
    failed: count('failed'),
    wrote: messages.filter(({ direction }) => direction === 'to-business').length,
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
