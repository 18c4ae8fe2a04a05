import type { Provider } from '../../lambda/events/event.ts';
import type { Webhook } from '../traffic/traffic.ts';
import { createKeyId, createWamid } from '../traffic/wamid.ts';
import { BUSINESS, NUMBERS } from './business.ts';
import { stateOf, type WrittenMessage } from './ledger.ts';
import { preferenceUpdate, writtenUpdate } from './meta-webhooks.ts';
import { webhookOf } from './outbox.ts';
import { findPerson, type Person } from './people.ts';
import { readNow } from './statuses.ts';
import { receivedUpdate } from './wasender-webhooks.ts';
import { entryOf, type World } from './world.ts';

/** What a person writes to the business. */
export interface Writing {
  readonly text: string;
  readonly provider: Provider;
  /** Phone number id, or session. @default the first one */
  readonly channel?: string | undefined;
  /** The message that it answers. */
  readonly replyTo?: string | undefined;
  /** Whether it presses a button of that name instead of typing. */
  readonly isButton?: boolean | undefined;
}

export interface Written {
  readonly message: WrittenMessage;
  readonly webhook: Webhook;
}

/** Has a person write: their window opens, and the business is told. */
export function write(world: World, person: Person, writing: Writing, now: number): Written {
  const { provider, text, isButton = false } = writing;
  const channel = writing.channel ?? defaultChannel(provider);
  const name = person.phone ?? person.userId;
  const wamid =
    provider === 'meta' ? createWamid(world.random, name, 'inbound') : createKeyId(world.random);
  const type = provider === 'meta' && isButton ? 'button' : 'text';
  const message: WrittenMessage = { provider, channel, wamid, person, at: now, type, text };
  world.ledger.written.push(message);
  person.lastWroteAt.set(channel, now);
  entryOf(world.traffic, channel, () => []).push(now);
  return { message, webhook: webhookOf(toldOf(world, message, writing)) };
}

function defaultChannel(provider: Provider): string {
  return provider === 'meta' ? (NUMBERS[0]?.id ?? '') : BUSINESS.session.name;
}

function toldOf(world: World, message: WrittenMessage, writing: Writing) {
  const { text, replyTo } = writing;
  if (message.provider === 'wasender') {
    const contextInfo = {
      stanzaId: replyTo,
      participant: `${BUSINESS.session.phone}@s.whatsapp.net`,
    };
    const quoted = { extendedTextMessage: { text, contextInfo } };
    return receivedUpdate(world, message, replyTo === undefined ? { conversation: text } : quoted);
  }
  const from = world.numbers.get(message.channel)?.displayNumber;
  const content =
    message.type === 'button' ? { button: { payload: text, text } } : { text: { body: text } };
  const context = replyTo === undefined ? {} : { context: { from, id: replyTo } };
  return writtenUpdate(world, message, { ...content, ...context });
}

/** Has a person look at all that has arrived. Returns how many messages that were news. */
export function readAll(world: World, person: Person, now: number): number {
  return world.ledger.receipts.filter(
    (receipt) =>
      receipt.person === person &&
      ['sent', 'delivered'].includes(stateOf(receipt, now)) &&
      readNow(world, receipt, now),
  ).length;
}

/** Has a person stop marketing messages, or want them again; the business is told. */
export function preferMarketing(
  world: World,
  person: Person,
  wantsMarketing: boolean,
  now: number,
): Webhook {
  person.wantsMarketing = wantsMarketing;
  return webhookOf(preferenceUpdate(world, defaultChannel('meta'), person, now));
}

/** The last message that a person got in a channel, which a reply answers. */
export function lastReceived(world: World, name: string): string | undefined {
  const person = findPerson(world.people, name);
  return world.ledger.receipts.findLast((one) => one.person === person)?.wamid;
}
