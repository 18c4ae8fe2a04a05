import { metaJson } from '../../local/traffic/provider-json.ts';
import { metaWamid } from '../support/meta-wamid.ts';
import { retelling } from './retellings.ts';
import {
  ACCOUNT,
  channelOf,
  common,
  contactOf,
  DAY_MS,
  type Kind,
  linked,
  type Names,
  namesOf,
  ofContact,
  personOf,
  placeOf,
  SESSION,
  textOf,
  type Update,
  type UpdateSpec,
  wasenderPlace,
} from './update-parts.ts';

const STATUSES = ['sent', 'delivered', 'read', 'failed', 'played', 'warmed'] as const;

export function makeUpdate(spec: UpdateSpec, index: number): Update {
  return MAKERS[spec.kind](spec, `u${index}`);
}

/** By the phone, where it is told; now and then in a form that nobody can read. */
function wamidOf(spec: UpdateSpec, { phone, userId = '' }: Names, tracer: string): string {
  if (spec.variant % 8 === 7) return `wamid.in.${tracer}`;
  return phone === undefined
    ? metaWamid(userId, tracer, { kindOfUser: 0x14 })
    : metaWamid(phone, tracer);
}

const MAKERS: Record<Kind, (spec: UpdateSpec, tracer: string) => Update> = {
  message: (spec, tracer) => {
    const names = namesOf(spec);
    const element = {
      ...(names.phone !== undefined && { from: names.phone }),
      ...(names.userId !== undefined && { from_user_id: names.userId }),
      ...common(spec, tracer),
      id: wamidOf(spec, names, tracer),
      type: 'text',
      text: { body: textOf(spec.variant) },
    };
    return ofContact(spec, tracer, names, element, { field: 'messages', list: 'messages' });
  },
  status: (spec, tracer) => statusUpdate(spec, tracer, undefined),
  'participant-status': (spec, tracer) =>
    statusUpdate(spec, tracer, `PA.${String((spec.variant >> 3) % 3).padStart(12, '7')}`),
  echo: (spec, tracer) => {
    const names = namesOf(spec);
    const element = {
      ...(names.phone !== undefined && { to: names.phone }),
      ...(names.userId !== undefined && { to_user_id: names.userId }),
      ...common(spec, tracer),
      id: `wamid.echo.${tracer}`,
      type: 'text',
      text: { body: textOf(spec.variant) },
    };
    const place = { field: 'smb_message_echoes', list: 'message_echoes' };
    return ofContact(spec, tracer, names, element, place);
  },
  call: (spec, tracer) => {
    const names = namesOf(spec);
    const element = {
      ...(names.phone !== undefined && { from: names.phone }),
      ...(names.userId !== undefined && { from_user_id: names.userId }),
      ...common(spec, tracer),
      id: `wacid.${tracer}`,
      event: spec.variant % 2 === 0 ? 'connect' : 'terminate',
      direction: 'USER_INITIATED',
    };
    return ofContact(spec, tracer, names, element, { field: 'calls', list: 'calls' });
  },
  account: (spec, tracer) => ({
    tracer,
    provider: 'meta',
    group: `${ACCOUNT}|message_template_status_update`,
    links: [],
    place: placeOf(spec, { field: 'message_template_status_update', list: '', tracer }),
    element: { event: 'APPROVED', message_template_id: spec.variant, tracer },
  }),
  preference: (spec, tracer) => {
    const names = namesOf(spec);
    const element = {
      ...(names.phone !== undefined && { wa_id: names.phone }),
      ...(names.userId !== undefined && { user_id: names.userId }),
      ...common(spec, tracer),
      category: 'marketing_messages',
      value: spec.variant % 2 === 0 ? 'stop' : 'resume',
    };
    const place = { field: 'user_preferences', list: 'user_preferences' };
    return ofContact(spec, tracer, names, element, place);
  },
  history: (spec, tracer) => {
    const { phone } = personOf(spec);
    const old = { ...spec, occurredAt: spec.occurredAt - 100 * DAY_MS };
    const message = {
      from: phone,
      ...common(old, tracer),
      id: `wamid.old.${tracer}`,
      type: 'text',
      text: { body: textOf(spec.variant) },
    };
    return {
      ...ofContact(
        old,
        tracer,
        { phone, userId: undefined },
        {},
        { field: 'history', list: 'history' },
      ),
      element: { threads: [{ id: phone, messages: [message] }] },
    };
  },
  'wasender-message': (spec, tracer) => {
    const { phone, lid } = personOf(spec);
    const showsBoth = spec.variant % 3 !== 0;
    const address = spec.who % 2 === 0 ? lid : phone;
    const isEcho = spec.variant % 8 === 5;
    return {
      tracer,
      provider: 'wasender',
      group: `${SESSION}|${address}`,
      links: showsBoth && !isEcho ? [[phone, lid]] : [],
      place: wasenderPlace('messages'),
      element: {
        key: {
          id: `3EB0${tracer}`,
          fromMe: isEcho,
          remoteJid: address === lid ? lid : `${phone}@s.whatsapp.net`,
          ...(showsBoth && { senderPn: `${phone}@s.whatsapp.net`, senderLid: lid }),
        },
        messageTimestamp: Math.floor(spec.occurredAt / 1000),
        message: { conversation: textOf(spec.variant) },
        tracer,
      },
    };
  },
  retold: retelling,
  'wasender-status': (spec, tracer) => {
    const { phone } = personOf(spec);
    const message = `3EB0OUT${spec.who}.${spec.variant >> 6}`;
    const code = 2 + (spec.variant % 4);
    const name = ['sent', 'delivered', 'read', 'played'][spec.variant % 4] ?? '';
    const at = Math.floor(spec.occurredAt / 1000) * 1000;
    return {
      tracer,
      provider: 'wasender',
      group: `${SESSION}|${message}`,
      links: [],
      status: {
        ...{ message, participant: undefined, name, at, phone, userId: undefined },
        channel: SESSION,
      },
      place: wasenderPlace('updates'),
      element: {
        key: { id: message, fromMe: true, remoteJid: `${phone}@s.whatsapp.net` },
        update: { status: code },
        messageTimestamp: Math.floor(spec.occurredAt / 1000),
        tracer,
      },
    };
  },
};

function statusUpdate(spec: UpdateSpec, tracer: string, participant: string | undefined): Update {
  const { phone, userId } = personOf(spec);
  const names = { ...namesOf(spec), phone };
  const channel = channelOf(spec);
  const chatId = participant === undefined ? undefined : `group-${spec.who}`;
  const message = `out.${spec.who}.${spec.variant >> 6}.${chatId ?? 'alone'}`;
  const ours = { isOurs: true };
  // Of one message some statuses may name the recipient by the phone, and some by the BSUID.
  const id =
    (spec.variant >> 5) % 2 === 0
      ? metaWamid(phone, message, ours)
      : metaWamid(userId, message, { ...ours, kindOfUser: 0x14 });
  const name = STATUSES[spec.variant % STATUSES.length] ?? 'sent';
  const at = Math.floor(spec.occurredAt / 1000) * 1000;
  const recipient =
    participant === undefined
      ? {
          recipient_id: phone,
          ...(names.userId !== undefined && { recipient_user_id: names.userId }),
        }
      : {
          recipient_type: 'group',
          recipient_id: chatId,
          recipient_participant_user_id: participant,
        };
  return {
    tracer,
    provider: 'meta',
    group: `${channel}|${message}`,
    links: participant === undefined ? linked(names) : [],
    status: {
      ...{ message, participant, name, at, channel },
      phone: participant === undefined ? phone : undefined,
      userId: participant === undefined ? names.userId : chatId,
    },
    place: placeOf(spec, { field: 'messages', list: 'statuses', tracer }),
    element: {
      ...{ id, status: name, ...recipient, ...common(spec, tracer) },
      ...(name === 'failed' && { errors: [{ code: 131026, title: 'Message undeliverable' }] }),
    },
    ...(participant === undefined && spec.variant % 5 !== 0 && { contact: contactOf(names) }),
  };
}

export function metaBody(updates: readonly Update[]): string {
  const entries = runsOf(updates, ({ place }) => place.entry).map((inEntry) => ({
    id: ACCOUNT,
    time: inEntry[0].place.entryTime,
    changes: runsOf(inEntry, ({ place }) => `${place.field} ${place.list} ${place.channel}`).map(
      changeOf,
    ),
  }));
  return metaJson({ object: 'whatsapp_business_account', entry: entries });
}

function changeOf(updates: readonly [Update, ...Update[]]): object {
  const { field, list, channel } = updates[0].place;
  if (list === '') return { field, value: updates[0].element };
  const contacts = updates.flatMap(({ contact }) => (contact === undefined ? [] : [contact]));
  return {
    field,
    value: {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550783881', phone_number_id: channel },
      ...(contacts.length > 0 && { contacts }),
      [list]: updates.map(({ element }) => element),
    },
  };
}

const WASENDER_EVENTS: ReadonlyMap<string, string> = new Map([
  ['updates', 'messages.update'],
  ['sent', 'message.sent'],
  ['reactions', 'messages.reaction'],
  ['deletions', 'messages.delete'],
]);

/** An array of messages is announced under another name than a single one. */
export function wasenderBody(updates: readonly Update[], timestamp: number): string {
  const elements = updates.map(({ element }) => element);
  const [sole] = elements;
  const items = elements.length === 1 ? sole : elements;
  const event = WASENDER_EVENTS.get(updates[0]?.place.list ?? '');
  if (event !== undefined) return JSON.stringify({ event, timestamp, data: items });
  return JSON.stringify({
    event: items === sole ? 'messages.received' : 'messages.upsert',
    timestamp: Math.floor(timestamp / 1000),
    data: { messages: items },
  });
}

/** Neighbours that share a key, together. */
export function runsOf<T>(items: readonly T[], keyOf: (item: T) => string): [T, ...T[]][] {
  const runs: [T, ...T[]][] = [];
  for (const item of items) {
    const last = runs.at(-1);
    if (last !== undefined && keyOf(last[0]) === keyOf(item)) last.push(item);
    else runs.push([item]);
  }
  return runs;
}
