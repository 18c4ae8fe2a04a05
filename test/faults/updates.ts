import { metaJson } from '../../local/traffic/provider-json.ts';

/** Two numbers of one business, and one WasenderApi session. */
export const CHANNELS = ['106540352242922', '106540352242923'] as const;
const ACCOUNT = '102290129340398';
export const SESSION = 'shop';

export const KINDS = [
  'message',
  'status',
  'participant-status',
  'echo',
  'call',
  'account',
  'preference',
  'history',
  'wasender-message',
  'wasender-status',
] as const;
export type Kind = (typeof KINDS)[number];

/** What a schedule says of one update. */
export interface UpdateSpec {
  readonly kind: Kind;
  /** Which of the contacts, or of the business's messages, it is about. */
  readonly who: number;
  /** Tells one shape of the same kind from another. */
  readonly variant: number;
  readonly occurredAt: number;
}

/** What the final state of a sent message must say of one status. */
export interface StatusFact {
  readonly message: string;
  readonly participant: string | undefined;
  readonly name: string;
  readonly at: number;
  /** Lasting name of the recipient, where this status tells it; else the phone. */
  readonly userId: string | undefined;
  readonly phone: string | undefined;
  readonly channel: string;
}

/**
 * One thing that a provider tells, in the provider's words, and what must come of it: found out
 * from the update alone and without the code under test.
 */
export interface Update {
  /** Stands in the update's JSON, and so in whatever is made of it. */
  readonly tracer: string;
  readonly provider: 'meta' | 'wasender';
  /** Equal for the updates that must be kept in order, and for those only. */
  readonly group: string;
  /** Names that must be linked before the update's row is there. */
  readonly links: readonly (readonly [string, string])[];
  readonly status?: StatusFact;
  readonly place: Place;
  readonly element: object;
  /** What stands beside the element in `contacts`. */
  readonly contact?: object;
}

/** Where a webhook has it. */
interface Place {
  readonly entry: string;
  /** Seconds; part of what makes an account event the same. */
  readonly entryTime: number;
  readonly field: string;
  readonly list: string;
  readonly channel: string;
}

const DAY_MS = 86_400_000;
const STATUSES = ['sent', 'delivered', 'read', 'failed', 'played', 'warmed'] as const;

/** Beyond it a payload is kept outside its row. */
const LARGE_TEXT = 'á'.repeat(70_000);
/** What JSON can say and a queue may not hold. */
const ODD_TEXT = 'half \ud83d, \ufffe and \uffff, \u0001, 😀, ñ';

function textOf(variant: number): string {
  if (variant === 255) return LARGE_TEXT;
  return variant % 16 === 15 ? ODD_TEXT : `¿Sigue disponible? ${variant}`;
}

export function makeUpdate(spec: UpdateSpec, index: number): Update {
  return MAKERS[spec.kind](spec, `u${index}`);
}

const MAKERS: Record<Kind, (spec: UpdateSpec, tracer: string) => Update> = {
  message: (spec, tracer) => {
    const names = namesOf(spec);
    const element = {
      ...(names.phone !== undefined && { from: names.phone }),
      ...(names.userId !== undefined && { from_user_id: names.userId }),
      ...common(spec, tracer),
      id: `wamid.in.${tracer}`,
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

const TOLD_BY_CONTENT = new Set(['message_template_status_update', 'user_preferences']);

interface Names {
  readonly phone: string | undefined;
  readonly userId: string | undefined;
}

function personOf({ who }: UpdateSpec) {
  return {
    phone: `52155500011${String(who).padStart(2, '0')}`,
    userId: `MX.100000000000000000${String(who).padStart(2, '0')}`,
    lid: `2000000000${String(who).padStart(2, '0')}@lid`,
  };
}

/** By phone, by BSUID, or by both. */
function namesOf(spec: UpdateSpec): Names {
  const { phone, userId } = personOf(spec);
  const shape = (spec.variant >> 1) % 4;
  return { phone: shape === 1 ? undefined : phone, userId: shape === 0 ? undefined : userId };
}

function channelOf({ who }: UpdateSpec): string {
  return CHANNELS[who % 2 === 0 ? 0 : 1];
}

function common({ occurredAt }: UpdateSpec, tracer: string) {
  return { timestamp: String(Math.floor(occurredAt / 1000)), tracer };
}

function linked({ phone, userId }: Names): Update['links'] {
  return phone === undefined || userId === undefined ? [] : [[phone, userId]];
}

function ofContact(
  spec: UpdateSpec,
  tracer: string,
  names: Names,
  element: object,
  place: { field: string; list: string },
): Update {
  const { phone, userId } = names;
  return {
    tracer,
    provider: 'meta',
    group: `${channelOf(spec)}|${userId ?? phone}`,
    links: linked(names),
    place: placeOf(spec, { ...place, tracer }),
    element,
    ...(spec.variant % 5 !== 0 && { contact: contactOf(names) }),
  };
}

function contactOf({ phone, userId }: Names): object {
  return {
    profile: { name: 'Lucía' },
    ...(phone !== undefined && { wa_id: phone }),
    ...(userId !== undefined && { user_id: userId }),
  };
}

function statusUpdate(spec: UpdateSpec, tracer: string, participant: string | undefined): Update {
  const { phone } = personOf(spec);
  const names = { ...namesOf(spec), phone };
  const channel = channelOf(spec);
  const chatId = participant === undefined ? undefined : `group-${spec.who}`;
  const message = `wamid.out.${spec.who}.${spec.variant >> 6}.${chatId ?? 'alone'}`;
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
      ...{ id: message, status: name, ...recipient, ...common(spec, tracer) },
      ...(name === 'failed' && { errors: [{ code: 131026, title: 'Message undeliverable' }] }),
    },
    ...(participant === undefined && spec.variant % 5 !== 0 && { contact: contactOf(names) }),
  };
}

function placeOf(
  spec: UpdateSpec,
  { field, list, tracer }: { field: string; list: string; tracer: string },
): Place {
  return {
    // What is told by its content is told by the entry's time too.
    entry: TOLD_BY_CONTENT.has(field) ? `${ACCOUNT} ${tracer}` : ACCOUNT,
    entryTime: Math.floor(spec.occurredAt / 1000),
    field,
    list,
    channel: channelOf(spec),
  };
}

function wasenderPlace(list: 'messages' | 'updates'): Place {
  return { entry: '', entryTime: 0, field: '', list, channel: SESSION };
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

/** An array is announced under another name than a single item. */
export function wasenderBody(updates: readonly Update[], timestamp: number): string {
  const elements = updates.map(({ element }) => element);
  const [sole] = elements;
  const isSole = elements.length === 1;
  if (updates[0]?.place.list === 'updates') {
    return JSON.stringify({
      ...{ event: 'messages.update', timestamp },
      data: isSole ? sole : elements,
    });
  }
  return JSON.stringify({
    event: isSole ? 'messages.received' : 'messages.upsert',
    timestamp: Math.floor(timestamp / 1000),
    data: { messages: isSole ? sole : elements },
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
