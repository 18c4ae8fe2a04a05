import { providerFile } from '../media/provider-file.ts';
import type { Person } from './people.ts';
import { CAPTIONS, PHRASES } from './phrases.ts';
import { pick, type Random, seededRandom } from './random.ts';
import { type ScriptOptions, type StatusName, type Update, writeScript } from './script.ts';
import { createKeyId } from './wamid.ts';

interface WasenderUpdate {
  readonly event: 'messages.received' | 'messages.update';
  readonly atMs: number;
  readonly body: object;
}

const STATUS_CODES: Record<StatusName, number> = {
  failed: 0,
  sent: 2,
  delivered: 3,
  read: 4,
  played: 5,
};

/**
 * Bodies of webhooks as WasenderApi posts them.
 *
 * Alone, a message comes as an object (`messages.received`); several of one webhook come as an
 * array (`messages.upsert`). Statuses come both ways under one name.
 */
export function wasenderTraffic(options: ScriptOptions, batch: number): string[] {
  const random = seededRandom(options.seed, 'wasender');
  const write = wasenderWriter(random);
  const webhooks: string[] = [];
  let waiting: WasenderUpdate[] = [];
  for (const update of writeScript(options).map(write)) {
    const isOther = waiting[0] !== undefined && waiting[0].event !== update.event;
    if (waiting.length === batch || isOther) {
      webhooks.push(wasenderWebhook(waiting));
      waiting = [];
    }
    waiting.push(update);
  }
  if (waiting.length > 0) webhooks.push(wasenderWebhook(waiting));
  return webhooks;
}

function wasenderWebhook(updates: readonly WasenderUpdate[]): string {
  const [first, ...others] = updates;
  const event = first?.event ?? 'messages.received';
  const bodies = updates.map(({ body }) => body);
  const sole = others.length === 0;
  const timestamp = first?.atMs ?? 0;
  if (event === 'messages.update') {
    return JSON.stringify({ event, timestamp, data: sole ? bodies[0] : bodies });
  }
  // This provider counts seconds in some events and milliseconds in others.
  return JSON.stringify({
    event: sole ? event : 'messages.upsert',
    timestamp: Math.floor(timestamp / 1000),
    data: { messages: sole ? bodies[0] : bodies },
  });
}

function wasenderWriter(random: Random): (update: Update) => WasenderUpdate {
  const outboundIds = new Map<number, string>();
  return (update) => {
    const { atMs, person } = update;
    if (update.kind === 'message') {
      const body = message(update, random);
      return { event: 'messages.received', atMs, body };
    }
    const id = outboundIds.get(update.outbound) ?? createKeyId(random);
    outboundIds.set(update.outbound, id);
    const key = { remoteJid: jidOf(person), id, fromMe: true };
    return {
      event: 'messages.update',
      atMs,
      body: { update: { status: STATUS_CODES[update.status] }, key },
    };
  };
}

function message(update: Update & { kind: 'message' }, random: Random): object {
  const { person } = update;
  const showsPhone = random() < person.phoneShare;
  const key = {
    id: createKeyId(random),
    fromMe: false,
    remoteJid: jidOf(person),
    addressingMode: person.phoneShare === 1 ? 'pn' : 'lid',
    ...(showsPhone
      ? { senderPn: `${person.phone}@s.whatsapp.net`, cleanedSenderPn: person.phone }
      : {}),
    senderLid: person.lid,
  };
  return {
    key,
    pushName: person.name,
    ...(update.hasMedia ? image(random, key.id) : text(pick(random, PHRASES))),
    messageTimestamp: Math.floor(update.atMs / 1000),
  };
}

/** A person's chat has one address; numbers that are never shown are addressed by linked id. */
function jidOf(person: Person): string {
  return person.phoneShare === 1 ? `${person.phone}@s.whatsapp.net` : person.lid;
}

function text(body: string): object {
  return { messageBody: body, message: { conversation: body } };
}

function image(random: Random, id: string): object {
  const { bytes, sha256 } = providerFile(id);
  const caption = pick(random, CAPTIONS);
  const imageMessage = {
    url: 'https://mmg.whatsapp.net/v/t62.7118-24/image.enc',
    mimetype: 'image/jpeg',
    caption,
    fileLength: String(bytes.length),
    fileSha256: sha256.toString('base64'),
    mediaKey: Buffer.from(createKeyId(random)).toString('base64'),
  };
  return { messageBody: caption, message: { imageMessage } };
}
