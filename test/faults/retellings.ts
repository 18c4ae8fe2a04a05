import { metaWamid } from '../support/meta-wamid.ts';
import { type Family, formOf, told } from './retelling-parts.ts';
import { CHANGE_FAMILIES } from './retold-changes.ts';
import {
  channelOf,
  common,
  DAY_MS,
  ofContact,
  personOf,
  SESSION,
  type Telling,
  textOf,
  type Update,
  type UpdateSpec,
  type WasenderList,
  wasenderPlace,
} from './update-parts.ts';

/** Contacts of whom a message is told again and again; few, so that many updates tell the same one. */
const CONTACTS = 3;

/**
 * One way to tell a message that is told in other ways too: by other names of the contact, under
 * other wamids, in other scopes and paths, with or without its content.
 */
export function retelling(spec: UpdateSpec, tracer: string): Update {
  const family = FAMILIES[spec.variant % FAMILIES.length] ?? inbound;
  const form = Math.floor(spec.variant / FAMILIES.length);
  return family({ ...spec, who: spec.who % CONTACTS }, form, tracer);
}

interface MetaForm {
  /** Which names of the contact are told. */
  readonly by: 'phone' | 'userId' | 'both';
  /** Which of them the wamid names. */
  readonly wamidBy: 'phone' | 'userId';
  readonly as: Telling['as'];
  /** Whether the wamid takes the phone for another kind of user. */
  readonly isOdd?: boolean;
  /** Whether the chat is told, though others tell the same message without it. */
  readonly isInChat?: boolean;
}

const CONTENTS: readonly MetaForm[] = (['phone', 'both', 'userId'] as const).flatMap((by) =>
  (['phone', 'userId'] as const).map((wamidBy) => ({ by, wamidBy, as: 'content' as const })),
);
const PLACEHOLDERS: readonly MetaForm[] = [
  { by: 'phone', wamidBy: 'phone', as: 'placeholder' },
  { by: 'both', wamidBy: 'phone', as: 'placeholder' },
  { by: 'both', wamidBy: 'userId', as: 'placeholder' },
];
const HISTORY: readonly MetaForm[] = [
  { by: 'phone', wamidBy: 'phone', as: 'history' },
  { by: 'both', wamidBy: 'phone', as: 'history' },
  { by: 'phone', wamidBy: 'userId', as: 'history' },
  { by: 'both', wamidBy: 'userId', as: 'history' },
];
const META_FORMS = [...CONTENTS, ...PLACEHOLDERS, ...HISTORY];
const GROUP_FORMS = [...CONTENTS, ...PLACEHOLDERS];
const INBOUND_FORMS: readonly MetaForm[] = [
  ...META_FORMS,
  { by: 'phone', wamidBy: 'phone', as: 'content', isOdd: true },
  { by: 'both', wamidBy: 'phone', as: 'content', isOdd: true },
  { by: 'phone', wamidBy: 'phone', as: 'content', isInChat: true },
  { by: 'both', wamidBy: 'userId', as: 'content', isInChat: true },
  { by: 'userId', wamidBy: 'userId', as: 'content', isInChat: true },
];

/**
 * From a contact.
 *
 * What names the BSUID alone, in its wamid too, is the same as what names the phone alone only where
 * a link between the two was known when it was stored: no more is promised, nor asked for here.
 */
const inbound: Family = (spec, number, tracer) => {
  const { form, index } = formOf(INBOUND_FORMS, number);
  const { by, wamidBy, as, isOdd = false, isInChat = false } = form;
  const { phone, userId } = personOf(spec);
  const isLone = by === 'userId' && wamidBy === 'userId';
  const knowsUserId = as === 'content' && (by === 'userId' || wamidBy === 'userId');
  const update = metaUpdate(spec, tracer, form, wamidOf(spec, wamidBy, { isOdd }), false);
  return told(
    isInChat ? inChat(update, spec) : update,
    {
      ...{ message: `inbound ${spec.who}`, as, form: index },
      ...(isLone && { needsLink: [phone, userId] as const }),
      ...(knowsUserId && { isKnownByUserId: true }),
    },
    isOdd ? 'odd' : wamidBy,
  );
};

/** From a contact, under a wamid that nobody can read. */
const unreadable: Family = (spec, number, tracer) => {
  const { form, index } = formOf(META_FORMS, number);
  const update = metaUpdate(spec, tracer, form, `wamid.odd.${spec.who}`, false);
  return told(update, { message: `unreadable ${spec.who}`, as: form.as, form: index });
};

/** What the business wrote with another device. */
const echoed: Family = (spec, number, tracer) => {
  const { form, index } = formOf(META_FORMS, number);
  const update = metaUpdate(
    spec,
    tracer,
    form,
    wamidOf(spec, form.wamidBy, { isOurs: true }),
    true,
  );
  return told(update, { message: `echo ${spec.who}`, as: form.as, form: index }, form.wamidBy);
};

/** From a member of a group chat: all of a chat lies together. */
const inGroup: Family = (spec, number, tracer) => {
  const { form, index } = formOf(GROUP_FORMS, number);
  const wamid = wamidOf(spec, form.wamidBy, { scope: 'group' });
  const update = inChat(metaUpdate(spec, tracer, form, wamid, false), spec);
  return told(update, { message: `group ${spec.who}`, as: form.as, form: index }, form.wamidBy);
};

function inChat(update: Update, spec: UpdateSpec): Update {
  const chat = `chat-${spec.who}`;
  return {
    ...update,
    group: `${channelOf(spec)}|${chat}`,
    element: { ...update.element, group_id: chat },
  };
}

/** What the business wrote, and what came at its other number, may have the same token. */
function wamidOf(
  spec: UpdateSpec,
  by: MetaForm['wamidBy'],
  { scope = 'alone', isOurs = false, isOdd = false } = {},
): string {
  const token = `3A.${scope}.${spec.who >> 1}`;
  const { phone, userId } = personOf(spec);
  return by === 'phone'
    ? metaWamid(phone, token, { isOurs, kindOfUser: isOdd ? 0x14 : 0x02 })
    : metaWamid(userId, token, { isOurs, kindOfUser: 0x14 });
}

function metaUpdate(
  spec: UpdateSpec,
  tracer: string,
  { by, as }: MetaForm,
  id: string,
  isOurs: boolean,
): Update {
  const person = personOf(spec);
  const names = {
    phone: by === 'userId' ? undefined : person.phone,
    userId: by === 'phone' ? undefined : person.userId,
  };
  const end = isOurs ? 'to' : 'from';
  const message = {
    ...(names.phone !== undefined && { [end]: names.phone }),
    ...(names.userId !== undefined && { [`${end}_user_id`]: names.userId }),
    ...{ id, ...content(spec, as) },
  };
  if (as === 'history') {
    const old = { ...spec, occurredAt: spec.occurredAt - 100 * DAY_MS };
    const thread = {
      ...(names.phone !== undefined && { id: names.phone }),
      ...(names.userId !== undefined && { context: { user_id: names.userId } }),
      messages: [{ ...message, ...common(old, tracer) }],
    };
    const place = { field: 'history', list: 'history' };
    return ofContact(old, tracer, names, { threads: [thread] }, place);
  }
  const place = isOurs
    ? { field: 'smb_message_echoes', list: 'message_echoes' }
    : { field: 'messages', list: 'messages' };
  return ofContact(spec, tracer, names, { ...message, ...common(spec, tracer) }, place);
}

function content({ variant }: UpdateSpec, as: Telling['as']): object {
  return as === 'placeholder'
    ? { type: 'unsupported', errors: [{ code: 131_051, title: 'Message type unknown' }] }
    : { type: 'text', text: { body: textOf(variant) } };
}

interface WasenderForm {
  readonly by: 'phone' | 'lid' | 'both';
  readonly list: Exclude<WasenderList, 'deletions'>;
  readonly as: 'content' | 'placeholder';
}

const WASENDER_FORMS: readonly WasenderForm[] = (['phone', 'lid', 'both'] as const).flatMap(
  (by) => [
    { by, list: 'messages', as: 'content' },
    { by, list: 'updates', as: 'content' },
    { by, list: 'messages', as: 'placeholder' },
  ],
);
const SENT_FORMS: readonly WasenderForm[] = [
  ...WASENDER_FORMS,
  { by: 'phone', list: 'sent', as: 'content' },
  { by: 'lid', list: 'sent', as: 'content' },
];
const REACTION_FORMS: readonly WasenderForm[] = (['phone', 'lid', 'both'] as const).flatMap(
  (by) => [
    { by, list: 'messages', as: 'content' },
    { by, list: 'reactions', as: 'content' },
  ],
);

/** Of a session: what a contact wrote, by upsert or later by an update. */
const received: Family = (spec, number, tracer) => {
  const { form, index } = formOf(WASENDER_FORMS, number);
  const message = { conversation: textOf(spec.variant) };
  const update = wasenderUpdate(spec, tracer, form, { id: idOf(spec), message });
  return told(update, { message: `received ${spec.who}`, as: form.as, form: index });
};

/** Of a session: what the business wrote. */
const sent: Family = (spec, number, tracer) => {
  const { form, index } = formOf(SENT_FORMS, number);
  const message = { conversation: textOf(spec.variant) };
  const said = { id: idOf(spec), message, isOurs: true };
  const update = wasenderUpdate(spec, tracer, form, said);
  return told(update, { message: `sent ${spec.who}`, as: form.as, form: index });
};

/** Of a session: a reaction, as a message and as an event of its own. */
const reacted: Family = (spec, number, tracer) => {
  const { form, index } = formOf(REACTION_FORMS, number);
  const reactionMessage = { key: { id: idOf(spec), fromMe: true }, text: '👍' };
  const message = { reactionMessage };
  const update = wasenderUpdate(spec, tracer, form, { id: `REACTION.${spec.who}`, message });
  return told(update, { message: `reaction ${spec.who}`, as: form.as, form: index });
};

/** The contact and the business may take the same id. */
function idOf({ who }: UpdateSpec): string {
  return `3EB0.${who}`;
}

interface Said {
  readonly id: string;
  readonly message: object;
  readonly isOurs?: boolean;
}

function wasenderUpdate(
  spec: UpdateSpec,
  tracer: string,
  { by, list, as }: WasenderForm,
  { id, message, isOurs = false }: Said,
): Update {
  const { phone, lid } = personOf(spec);
  const address = by === 'phone' ? phone : lid;
  const jid = `${phone}@s.whatsapp.net`;
  const chat = {
    remoteJid: by === 'phone' ? jid : lid,
    ...(by === 'both' && { [isOurs ? 'recipientPn' : 'senderPn']: jid }),
  };
  const key = { ...chat, id, fromMe: isOurs };
  const said: Record<WasenderForm['list'], object> = {
    messages: { key, ...(as === 'content' ? { message } : { messageStubType: 2 }) },
    updates: { key, update: { message } },
    sent: { key, message },
    reactions: {
      key: { ...chat, id: idOf(spec), fromMe: true },
      reaction: { text: '👍', key },
    },
  };
  return {
    ...{ tracer, provider: 'wasender', group: `${SESSION}|${address}` },
    // A reaction tells beside the message that it is to, whose sender is the business.
    links: by === 'both' && !isOurs && list !== 'reactions' ? [[phone, lid]] : [],
    place: wasenderPlace(list),
    element: {
      ...said[list],
      messageTimestamp: Math.floor(spec.occurredAt / 1000),
      tracer,
    },
  };
}

const FAMILIES: readonly Family[] = [
  ...[inbound, received, echoed, sent, inbound, unreadable, inGroup, reacted],
  ...CHANGE_FAMILIES,
];
