import { type Family, formOf, told } from './retelling-parts.ts';
import {
  personOf,
  SESSION,
  type Update,
  type UpdateSpec,
  type WasenderList,
  wasenderPlace,
} from './update-parts.ts';

/** Who changes a message, as a session tells it, and by which event. */
interface ChangeForm {
  readonly by: 'phone' | 'lid' | 'both';
  readonly list: WasenderList;
}

const formsIn = (lists: readonly WasenderList[]) =>
  (['phone', 'lid', 'both'] as const).flatMap((by) => lists.map((list) => ({ by, list })));

const DELETIONS = formsIn(['messages', 'updates', 'deletions']);
const EDITS = formsIn(['messages', 'updates']);
const REACTIONS = formsIn(['reactions']);

/** The id of the message is that of one that is told too. */
const changedId = ({ who }: UpdateSpec) => `3EB0.${who}`;

/** Of a session: a message that is deleted. */
const deleted: Family = (spec, number, tracer) => {
  const { form, index } = formOf(DELETIONS, number);
  const { changed, own } = keysOf(spec, form);
  const said: Partial<Record<WasenderList, object>> = {
    messages: { key: own, message: { protocolMessage: { key: { id: changed.id }, type: 0 } } },
    updates: { key: changed, update: { message: null, messageStubType: 1 } },
    deletions: { key: changed },
  };
  const update = changeUpdate(spec, tracer, form, said[form.list] ?? {});
  return told(update, { message: `deleted ${spec.who}`, as: 'content', form: index });
};

/** When a message was edited is the same, whoever tells it and when. */
const EDITED_AT = 1_793_530_000;

/** Of a session: a message that is edited. */
const edited: Family = (spec, number, tracer) => {
  const { form, index } = formOf(EDITS, number);
  const { changed, own } = keysOf(spec, form);
  const words = { conversation: `mejor ${spec.who}` };
  const protocolMessage = {
    ...{ key: { id: changed.id }, type: 14, editedMessage: words },
    timestampMs: EDITED_AT * 1000 + 1,
  };
  const message = { editedMessage: { message: words } };
  const said: Partial<Record<WasenderList, object>> = {
    messages: { key: own, message: { protocolMessage } },
    updates: { key: changed, update: { message, messageTimestamp: EDITED_AT } },
  };
  const update = changeUpdate(spec, tracer, form, said[form.list] ?? {});
  return told(update, { message: `edited ${spec.who}`, as: 'content', form: index });
};

/** Of a session: a reaction that has neither a key nor a time of its own. */
const keyless: Family = (spec, number, tracer) => {
  const { form, index } = formOf(REACTIONS, number);
  const { changed } = keysOf(spec, form);
  const update = changeUpdate(spec, tracer, form, { key: changed, reaction: { text: '👍' } });
  return told(update, { message: `keyless ${spec.who}`, as: 'content', form: index });
};

/** Of a session: that somebody read a message of the contact, by keys that do not say whose it is. */
const readByUs: Family = (spec, number, tracer) => {
  const { form, index } = formOf([{ fromMe: false }, {}, { fromMe: null }], number);
  const by: ChangeForm = { by: 'phone', list: 'updates' };
  const key = { ...keysOf(spec, by).changed, fromMe: undefined, ...form };
  const update = changeUpdate(spec, tracer, by, { key, update: { status: 4 } });
  return told(update, { message: `read ${spec.who}`, as: 'content', form: index });
};

const CHATS = [
  '120363000000000001@g.us',
  '120363000000000002@g.us',
  '120363000000000003@newsletter',
];
const CHAT_FORMS = CHATS.flatMap((chat) =>
  ([{ conversation: 'hola' }, undefined] as const).map((message) => ({ chat, message })),
);

/** Of a session: messages with one id in several chats. */
const inChats: Family = (spec, number, tracer) => {
  const { form, index } = formOf(CHAT_FORMS, number);
  const { chat, message } = form;
  const { phone, lid } = personOf(spec);
  const key = { id: changedId(spec), fromMe: false, remoteJid: chat, participant: lid };
  const said = message === undefined ? { messageStubType: 2 } : { message };
  const update = {
    ...changeUpdate(
      spec,
      tracer,
      { by: 'lid', list: 'messages' },
      {
        ...{ key: { ...key, participantPn: `${phone}@s.whatsapp.net` }, ...said },
      },
    ),
    ...{ group: `${SESSION}|${chat}`, links: [[phone, lid]] as const },
  };
  const as = message === undefined ? 'placeholder' : 'content';
  return told(update, { message: `in ${chat} ${spec.who}`, as, form: index });
};

function keysOf(spec: UpdateSpec, { by }: ChangeForm) {
  const { phone, lid } = personOf(spec);
  const jid = `${phone}@s.whatsapp.net`;
  const chat = { remoteJid: by === 'phone' ? jid : lid, ...(by === 'both' && { senderPn: jid }) };
  const changed = { ...chat, id: changedId(spec), fromMe: false };
  return { changed, own: { ...changed, id: `CHANGE.${spec.who}` } };
}

function changeUpdate(
  spec: UpdateSpec,
  tracer: string,
  { by, list }: ChangeForm,
  said: object,
): Update {
  const { phone, lid } = personOf(spec);
  return {
    ...{ tracer, provider: 'wasender', group: `${SESSION}|${by === 'phone' ? phone : lid}` },
    links: by === 'both' ? [[phone, lid]] : [],
    place: wasenderPlace(list),
    // A webhook has no time for it but its own.
    element: { ...said, tracer },
  };
}

export const CHANGE_FAMILIES: readonly Family[] = [deleted, edited, keyless, readByUs, inChats];
