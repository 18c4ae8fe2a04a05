import {
  aContact,
  aMessage,
  aStatus,
  metaChange,
  metaChanges,
  metaWebhook,
  wasenderWebhook,
} from '../support/webhooks.ts';

const change = (field: string, value: object) => metaChange(field, value);

/** Meta's webhooks as they are documented or were seen, one of each form. */
export const META_SHAPES: readonly string[] = [
  metaWebhook({ contacts: [aContact()], messages: [aMessage()] }),
  metaWebhook(
    {
      contacts: [aContact(), aContact({ wa_id: '34611222333', user_id: 'ES.2' })],
      messages: [
        aMessage(),
        aMessage({ id: 'wamid.2', from: '34611222333', from_user_id: 'ES.2' }),
      ],
    },
    { statuses: [aStatus(), aStatus({ status: 'read' })] },
  ),
  metaWebhook({
    contacts: [aContact({ wa_id: undefined })],
    messages: [
      aMessage({
        from: undefined,
        type: 'image',
        image: { id: '1', caption: 'Catálogo', mime_type: 'image/jpeg', sha256: 'aGFzaA==' },
      }),
      aMessage({ id: 'wamid.3', type: 'system', system: { wa_id: '521', user_id: 'MX.2' } }),
      aMessage({ id: 'wamid.4', group_id: 'Y2FwaQ', context: { id: 'wamid.3' } }),
    ],
  }),
  metaWebhook({
    contacts: [aContact()],
    statuses: [
      aStatus({ status: 'failed', errors: [{ code: 131026, title: 'Message undeliverable' }] }),
      aStatus({ recipient_type: 'group', recipient_participant_user_id: 'MX.1' }),
      aStatus({ type: 'call', status: 'RINGING' }),
    ],
    errors: [{ code: 130429, title: 'Rate limit hit' }],
  }),
  change('smb_message_echoes', { message_echoes: [aMessage({ to: '5215550001111' })] }),
  change('history', {
    history: [
      {
        metadata: { phase: 1, progress: 50 },
        threads: [
          { id: '5215550001111', context: { user_id: 'MX.1' }, messages: [aMessage(), aMessage()] },
        ],
        errors: [{ code: 2593109 }],
      },
    ],
  }),
  change('calls', { calls: [{ id: 'wacid.1', event: 'connect', from: '52155', to: '1555' }] }),
  change('user_id_update', {
    user_id_update: [{ wa_id: '52155', user_id: { previous: 'MX.1', current: 'MX.2' } }],
  }),
  change('user_preferences', {
    user_preferences: [{ wa_id: '52155', category: 'marketing_messages', value: 'stop' }],
  }),
  change('smb_app_state_sync', {
    state_sync: [{ contact: { phone_number: '+52155' }, metadata: { timestamp: '1795212000' } }],
  }),
  change('group_lifecycle_update', { groups: [{ group_id: 'Y2FwaQ', type: 'group_create' }] }),
  metaChange('standby', { contacts: [aContact()], standby: { messages: [aMessage()] } }),
  metaChanges({ field: 'account_alerts', value: { alert_type: 'OBA_APPROVED' } }),
];

const key = { id: '3EB0A', fromMe: false, remoteJid: '5215550001111@s.whatsapp.net' };
const message = {
  key: { ...key, senderLid: '20001@lid', cleanedSenderPn: '5215550001111' },
  messageTimestamp: 1_795_212_001,
  pushName: 'Lucía',
  message: { conversation: 'hola' },
};
/** Digits alone, so that it may stand in a number too. */
const API_KEY = '1234567890123456';

/** WasenderApi's webhooks, in each of the forms that its events take. */
export const WASENDER_SHAPES: readonly string[] = [
  wasenderWebhook('messages.received', { messages: message }, { sessionId: API_KEY }),
  wasenderWebhook('messages.upsert', {
    messages: [message, { ...message, key: { ...key, id: '3EB0B', fromMe: true } }],
    type: 'notify',
  }),
  wasenderWebhook('messages.upsert', [message, { ...message, key }]),
  wasenderWebhook('messages.update', { key, update: { status: 3 } }, { session_id: 'short' }),
  wasenderWebhook('messages.update', [
    { key, update: { status: 2 } },
    { key, update: { status: 'READ' } },
  ]),
  wasenderWebhook('message-receipt.update', [
    { key: { ...key, remoteJid: '1@g.us' }, receipt: { userJid: '2@lid', readTimestamp: 1 } },
  ]),
  wasenderWebhook('message.sent', { ...message, success: true }),
  wasenderWebhook('messages.reaction', [{ key, reaction: { text: '👍', key: { fromMe: true } } }]),
  wasenderWebhook('messages.delete', { keys: [key, { ...key, id: '3EB0C' }] }),
  wasenderWebhook('call', { call: { id: 'c1', from: '521@s.whatsapp.net', status: 'offer' } }),
  wasenderWebhook('session.status', { status: 'connected', session_id: API_KEY, apiKey: API_KEY }),
  wasenderWebhook('chats.upsert', [{ id: '521@s.whatsapp.net', name: API_KEY }], {
    api_key: API_KEY,
  }),
  wasenderWebhook('qrcode.updated', { qr: 'aaaa' }, { sessionId: API_KEY }),
];
