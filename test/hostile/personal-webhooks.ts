import { aMessage, aStatus, sentAt, wasenderWebhook } from '../support/just-sent.ts';
import { aContact, metaChange, metaChanges, metaWebhook } from '../support/webhooks.ts';

/** Somebody whose every name and word is told from those of all others. */
export const PERSON = {
  name: 'Wilhelmina Ñuñoa',
  username: 'wilhelmina.nunoa77',
  phone: '5219985550147',
  userId: 'MX.90817263544536271809',
  lid: '77318465920113@lid',
  email: 'wilhelmina@nunoa-hermanas.example',
  text: 'Mi clave de la puerta es 4471 // no la compartas',
  caption: 'comprobante de la transferencia bancaria',
  wamid: `wamid.${Buffer.from('\u0005521\r5219985550147\u0015\u0002\u0000\u0011\u0018\u0012F00BA4F00BA4').toString('base64')}`,
  apiKey: 'c0ffee5e55104a11b0a7f00d15ea5e00deadbeef',
};

const { name, username, phone, userId, lid, email, text, caption, wamid, apiKey } = PERSON;
const contacts = [aContact({ profile: { name, username }, wa_id: phone, user_id: userId })];
const from = { from: phone, from_user_id: userId };
const message = (id: string, overrides: object = {}) =>
  aMessage({ ...from, id, text: { body: text }, ...overrides });
const photo = (id: string) => ({ type: 'image', image: { id, caption } });
const status = (overrides: object = {}) =>
  aStatus({ id: wamid, recipient_id: phone, recipient_user_id: userId, ...overrides });
const change = (field: string, value: object) => metaChange(field, value);

const meta = [
  metaWebhook({ contacts, messages: [message(wamid)] }),
  metaWebhook({
    contacts,
    messages: [
      message('wamid.image', { type: 'image', image: { id: '1', caption, sha256: 'x' } }),
      message('wamid.card', {
        type: 'contacts',
        contacts: [{ name: { formatted_name: name }, emails: [{ email }], phones: [{ phone }] }],
      }),
      message('wamid.system', { type: 'system', system: { body: text, wa_id: `${phone}9` } }),
      { hologram: [text, { email }] },
    ],
  }),
  metaWebhook({
    contacts,
    statuses: [
      ...['sent', 'delivered', 'read', 'new-status'].map((one) => status({ status: one })),
      status({ status: 'failed', errors: [{ code: 131026, error_data: { details: text } }] }),
      status({ recipient_type: 'group', recipient_participant_user_id: userId }),
      { status: text },
    ],
    errors: [{ code: 1, message: text }],
    [email]: { beside: text },
  }),
  metaWebhook({
    contacts,
    messages: [
      message('wamid.unknown-file', photo('no-such-file')),
      message('wamid.old-file', { ...photo('no-such-file'), timestamp: sentAt(-30 * 86_400) }),
    ],
  }),
  change('smb_message_echoes', { message_echoes: [message('wamid.echo', { to: phone })] }),
  change('calls', {
    calls: [{ id: 'wacid.1', event: 'connect', ...from, session: { sdp: text } }],
  }),
  change('history', {
    history: [{ threads: [{ id: phone, messages: [message('wamid.of-history')] }] }],
  }),
  change('user_id_update', {
    user_id_update: [{ wa_id: phone, user_id: { previous: `${userId}0`, current: userId } }],
  }),
  change('user_preferences', { contacts, user_preferences: [{ ...from, value: text }] }),
  metaChanges({ field: 'account_update', value: { owner: email, phone_number: phone } }),
];

const key = { id: '3EB0D15EA5E', fromMe: false, remoteJid: `${phone}@s.whatsapp.net` };
const item = {
  key: { ...key, senderLid: lid, cleanedSenderPn: phone },
  pushName: name,
  message: { conversation: text },
};
const wasender = [
  wasenderWebhook('messages.received', { messages: item }, { sessionId: apiKey }),
  wasenderWebhook('messages.upsert', [{ ...item, key: { ...key, remoteJid: lid } }]),
  wasenderWebhook('messages.update', { key, update: { status: 3 }, note: text }),
  wasenderWebhook('messages.reaction', [{ key, reaction: { text, key } }]),
  wasenderWebhook('session.status', { session_id: apiKey, status: 'connected', phone }),
  wasenderWebhook('contacts.upsert', [{ id: lid, name, email, notify: username }]),
  wasenderWebhook('call', { call: { id: 'call-1', from: `${phone}@s.whatsapp.net` } }),
];

/** Webhooks that hold all that is private of a person, wherever a provider may put it. */
export const personalWebhooks = {
  meta: [...meta, metaWebhook({ contacts, messages: [largeMessage('wamid.large')] })],
  wasender,
  /** One that goes through the overflow bucket. */
  large: metaWebhook({ contacts, messages: [largeMessage('wamid.larger')] }),
  photo: metaWebhook({ contacts, messages: [message('wamid.photo', photo('2'))] }),
  late: metaWebhook({ contacts, messages: [message('wamid.late')] }),
  /** As many events again, that nobody has seen yet. */
  again: meta.map((body) => body.replaceAll('wamid.', 'wamid.again.')),
};

function largeMessage(id: string): object {
  return message(id, { text: { body: `${text} `.repeat(8000) } });
}
