import { BUSINESS } from './business.ts';
import type { Receipt, Tick, WrittenMessage } from './ledger.ts';
import type { Update } from './outbox.ts';
import { showsPhone } from './people.ts';
import type { World } from './world.ts';

export const STATUS_CODES = { failed: 0, sent: 2, delivered: 3, read: 4 } as const;

function event(world: World, name: string, timestamp: number, data: object): Update {
  const sessionId = world.tokens.wasender;
  return { provider: 'wasender', event: { event: name, timestamp, data, sessionId } };
}

/** How WasenderApi names a message of the business. */
export function keyOf({ wamid: id, recipient }: Receipt): object {
  return { id, fromMe: true, remoteJid: recipient };
}

export function messageOf({ content, text }: Receipt): object {
  return 'text' in content && Object.keys(content).length === 1
    ? { conversation: text }
    : { extendedTextMessage: { text } };
}

/** `message.sent`, which links what was sent to WhatsApp's id. */
export function sentUpdate(world: World, receipt: Receipt): Update {
  const { ticks, at, text } = receipt;
  const seconds = Math.floor((ticks.sent ?? at) / 1000);
  const message = messageOf(receipt);
  const data = { key: keyOf(receipt), message, messageBody: text, success: true };
  return event(world, 'message.sent', seconds, { ...data, messageTimestamp: seconds });
}

/** `messages.update`, with the status as a number. */
export function updateOf(world: World, receipt: Receipt, status: 'failed' | Tick): Update {
  const at = (status === 'failed' ? receipt.failure?.at : receipt.ticks[status]) ?? receipt.at;
  const data = { update: { status: STATUS_CODES[status] }, key: keyOf(receipt) };
  return event(world, 'messages.update', at, data);
}

/** `messages.received`, of a message that a person wrote. */
export function receivedUpdate(world: World, written: WrittenMessage, message: object): Update {
  const { person, wamid, at, text } = written;
  const phone = showsPhone(person, BUSINESS.session.name, at) ? person.phone : undefined;
  const key = {
    ...{ id: wamid, fromMe: false, senderLid: person.lid },
    ...(phone === undefined
      ? { remoteJid: person.lid, addressingMode: 'lid' }
      : {
          ...{ remoteJid: `${phone}@s.whatsapp.net`, addressingMode: 'pn' },
          ...{ senderPn: `${phone}@s.whatsapp.net`, cleanedSenderPn: phone },
        }),
  };
  const seconds = Math.floor(at / 1000);
  const one = { key, pushName: person.name, messageBody: text, message };
  const messages = { ...one, messageTimestamp: seconds };
  return event(world, 'messages.received', seconds, { messages });
}
