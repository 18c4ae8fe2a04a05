import { providerFile } from '../media/provider-file.ts';
import type { Person } from './people.ts';
import { CAPTIONS, PHRASES } from './phrases.ts';
import { digits, integerBelow, pick, type Random } from './random.ts';
import type { StatusName, Update } from './script.ts';
import { createWamid } from './wamid.ts';

/** One element of a value's `messages` or `statuses`, and the contact that goes beside it. */
export interface MetaUpdate {
  readonly list: 'messages' | 'statuses';
  readonly contact: MetaContact | undefined;
  readonly element: object;
}

export interface MetaContact {
  readonly profile: object;
  readonly wa_id?: string;
  readonly user_id: string;
}

const ERRORS = [
  { code: 131026, title: 'Message undeliverable' },
  { code: 131047, title: 'Re-engagement message' },
  {
    code: 131049,
    title: 'This message was not delivered to maintain healthy ecosystem engagement.',
  },
] as const;

/** Puts updates in Meta's words. Keeps the wamids of what the business sent from call to call. */
export function metaWriter(random: Random): (update: Update) => MetaUpdate {
  const outboundWamids = new Map<number, string>();
  return (update) => {
    if (update.kind === 'message') return message(update, random);
    const wamid =
      outboundWamids.get(update.outbound) ?? createWamid(random, nameOf(update.person), 'outbound');
    outboundWamids.set(update.outbound, wamid);
    return status(update, wamid, random);
  };
}

function message(update: Update & { kind: 'message' }, random: Random): MetaUpdate {
  const { person } = update;
  const showsPhone = random() < person.phoneShare;
  const element = {
    ...(showsPhone ? { from: person.phone } : {}),
    from_user_id: person.userId,
    id: createWamid(random, nameOf(person), 'inbound'),
    timestamp: seconds(update.atMs),
    ...(update.hasMedia ? media(random) : content(random)),
  };
  return { list: 'messages', contact: contact(person, showsPhone), element };
}

function status(update: Update & { kind: 'status' }, wamid: string, random: Random): MetaUpdate {
  const { person, status: name } = update;
  const showsPhone = random() < person.phoneShare;
  const element = {
    id: wamid,
    status: name,
    timestamp: seconds(update.atMs),
    ...recipient(person, name, showsPhone),
    ...(update.outbound % 3 === 0
      ? { biz_opaque_callback_data: `campaign=promo/11;row=${update.outbound}` }
      : {}),
    ...(update.isPriced ? { pricing: pricing(update.outbound) } : {}),
    ...(name === 'failed' ? { errors: [failure(random)] } : {}),
  };
  // Meta leaves the contact out of a failed status.
  const beside = name === 'failed' ? undefined : contact(person, showsPhone);
  return { list: 'statuses', contact: beside, element };
}

/** A failed status names the recipient only as the send did: by phone where that was known. */
function recipient(person: Person, status: StatusName, showsPhone: boolean): object {
  if (status === 'failed' && person.phoneShare > 0) return { recipient_id: person.phone };
  return {
    ...(showsPhone ? { recipient_id: person.phone } : {}),
    recipient_user_id: person.userId,
  };
}

function contact(person: Person, showsPhone: boolean): MetaContact {
  return {
    profile: {
      name: person.name,
      ...(person.username === undefined ? {} : { username: person.username }),
    },
    ...(showsPhone ? { wa_id: person.phone } : {}),
    user_id: person.userId,
  };
}

function pricing(outbound: number): object {
  const category = (['marketing', 'utility', 'service'] as const)[outbound % 3];
  return { billable: true, pricing_model: 'PMP', type: 'regular', category };
}

function failure(random: Random): object {
  const { code, title } = pick(random, ERRORS);
  const href = '/documentation/business-messaging/whatsapp/support/error-codes';
  return { code, title, message: title, error_data: { details: title }, href };
}

function content(random: Random): object {
  const kind = integerBelow(random, 20);
  if (kind === 0) {
    const body = { id: `row/${integerBelow(random, 9)}`, title: 'Sí, confirmo ✅' };
    return { type: 'interactive', interactive: { type: 'button_reply', button_reply: body } };
  }
  if (kind === 1) {
    const location = { latitude: 20.967, longitude: -89.623, name: 'Mérida, Yucatán' };
    return { type: 'location', location };
  }
  return { type: 'text', text: { body: pick(random, PHRASES) } };
}

const MEDIA = [
  { type: 'image', isCaptioned: true, members: { mime_type: 'image/jpeg' } },
  { type: 'image', isCaptioned: false, members: { mime_type: 'image/jpeg' } },
  {
    type: 'audio',
    isCaptioned: false,
    members: { mime_type: 'audio/ogg; codecs=opus', voice: true },
  },
  {
    type: 'document',
    isCaptioned: true,
    members: { mime_type: 'application/pdf', filename: 'cotización 2026/11.pdf' },
  },
  { type: 'video', isCaptioned: true, members: { mime_type: 'video/mp4' } },
  { type: 'sticker', isCaptioned: false, members: { mime_type: 'image/webp', animated: false } },
] as const;

function media(random: Random): object {
  const { type, isCaptioned, members } = pick(random, MEDIA);
  const id = digits(random, 16);
  const file = {
    ...(isCaptioned ? { caption: pick(random, CAPTIONS) } : {}),
    ...members,
    sha256: providerFile(id).sha256.toString('base64'),
    id,
    url: `https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=${id}`,
  };
  return { type, [type]: file };
}

/** What a wamid is made of: the phone, or the user id of those who never show theirs. */
function nameOf(person: Person): string {
  return person.phoneShare > 0 ? person.phone : person.userId;
}

function seconds(atMs: number): string {
  return String(Math.floor(atMs / 1000));
}
