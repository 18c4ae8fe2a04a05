import type { Provider } from '../../lambda/events/event.ts';
import { aMessage, aStatus, metaChange, metaWebhook, wasenderWebhook } from './webhooks.ts';

/** One webhook, and what its content is to be, as far as it is told. */
export interface Said {
  readonly what: string;
  readonly provider: Provider;
  readonly body: string;
  readonly content: { readonly kind: string } & Readonly<Record<string, unknown>>;
}

const DIGEST = Buffer.alloc(32, 0xab);
const SHA256 = DIGEST.toString('hex');
const FILE = { id: '1003', mime_type: 'image/jpeg', sha256: DIGEST.toString('base64') };
const MEDIA = {
  ...{ url: 'https://mmg.example/x', mimetype: 'image/jpeg', mediaKey: 'a2V5', fileLength: '902' },
  fileSha256: DIGEST.toString('base64'),
};
const OF = 'wamid.HBgNNTIxNTU1MDAwMTExMRUCABEYEjBCMDAwMDAwMDAwMDAwMDAwMQA=';
const VCARD = [
  'BEGIN:VCARD',
  'VERSION:3.0',
  'FN:Berta Prueba',
  'ORG:Taller\\, S.A.;',
  'item1.TEL;type=CELL;waid=5215550002222:+52 1 555 000 2222',
  'EMAIL:berta@taller.example',
  'END:VCARD',
].join('\n');

/** A message of Meta's. */
export function saidByMeta(type: string, members: object): string {
  return metaWebhook({ messages: [aMessage({ text: undefined, type, ...members })] });
}

export const KEY = { id: '3EB0A1', fromMe: false, remoteJid: '5215550001111@s.whatsapp.net' };
const OTHER = { ...KEY, id: '3EB0B2' };

/** A message of WasenderApi's. */
export function saidByWasender(message: unknown, members: object = {}): string {
  return wasenderWebhook('messages.upsert', {
    messages: [{ key: KEY, pushName: 'Ana', message, ...members }],
  });
}

function interactive(type: string, reply: object): string {
  return saidByMeta('interactive', { interactive: { type, [type]: reply } });
}

const meta: readonly [string, string, Said['content']][] = [
  ['a text', saidByMeta('text', { text: { body: 'hola' } }), { kind: 'text', text: 'hola' }],
  [
    'an echo with a link',
    metaChange('smb_message_echoes', {
      message_echoes: [
        aMessage({ to: '521', text: { body: 'mira https://a.example/x !', preview_url: true } }),
      ],
    }),
    { kind: 'text', previewUrl: 'https://a.example/x' },
  ],
  ...[
    ['a comma', 'https://a.example/x, y más'],
    ['a bracket', '(https://a.example/x)'],
    ['marks', '¿Viste "https://a.example/x"?!'],
    ['square brackets', '[https://a.example/x].'],
  ].map(([what, body]): [string, string, Said['content']] => [
    `a link before ${what}`,
    saidByMeta('text', { text: { body, preview_url: true } }),
    { kind: 'text', text: body, previewUrl: 'https://a.example/x' },
  ]),
  ...['https://a.example/A_(b)', 'https://a.example/x?y=1,2', 'HTTPS://a.example/a/'].map(
    (link): [string, string, Said['content']] => [
      `the link ${link}`,
      saidByMeta('text', { text: { body: `mira ${link}`, preview_url: true } }),
      { kind: 'text', previewUrl: link },
    ],
  ),
  [
    'a preview without a link',
    saidByMeta('text', { text: { body: 'https://...', preview_url: true } }),
    { kind: 'text', previewUrl: null },
  ],
  [
    'a message of before',
    metaChange('history', {
      history: [{ threads: [{ id: '521', messages: [aMessage({ type: 'media_placeholder' })] }] }],
    }),
    { kind: 'placeholder', type: 'media_placeholder' },
  ],
  [
    'an image',
    saidByMeta('image', { image: { ...FILE, caption: 'mi calle' } }),
    { kind: 'image', id: '1003', caption: 'mi calle', mimeType: 'image/jpeg', sha256: SHA256 },
  ],
  [
    'a video',
    saidByMeta('video', { video: { ...FILE, mime_type: 'video/mp4' } }),
    { kind: 'video', animated: false },
  ],
  [
    'a voice note',
    saidByMeta('audio', {
      audio: { ...FILE, mime_type: 'audio/ogg; codecs=opus', voice: true },
    }),
    { kind: 'audio', voice: true },
  ],
  ['its old form', saidByMeta('voice', { voice: FILE }), { kind: 'audio', voice: true }],
  [
    'a document',
    saidByMeta('document', {
      document: { ...FILE, mime_type: 'application/pdf', filename: 'factura.pdf' },
    }),
    { kind: 'document', fileName: 'factura.pdf' },
  ],
  [
    'a sticker',
    saidByMeta('sticker', { sticker: { ...FILE, mime_type: 'image/webp', animated: true } }),
    { kind: 'sticker', animated: true },
  ],
  [
    'a button',
    interactive('button_reply', { id: 'yes', title: 'Sí' }),
    { kind: 'choice', of: 'button', id: 'yes', title: 'Sí', payload: null },
  ],
  [
    'a row of a list',
    interactive('list_reply', { id: 'r1', title: 'Rojo', description: 'Talla M' }),
    { kind: 'choice', of: 'list', id: 'r1', title: 'Rojo', description: 'Talla M' },
  ],
  [
    'the quick reply of a template',
    saidByMeta('button', { button: { payload: 'STOP', text: 'No más' } }),
    { kind: 'choice', of: 'template', id: 'STOP', payload: 'STOP', title: 'No más' },
  ],
  [
    'a form',
    interactive('nfm_reply', { name: 'flow', body: 'Sent', response_json: '{"a":[1,"ñ"]}' }),
    { kind: 'flow', name: 'flow', answers: { a: [1, 'ñ'] }, text: 'Sent' },
  ],
  [
    'a form whose answers are no text of JSON, but it',
    interactive('nfm_reply', { name: 'flow', response_json: { a: [1, 'ñ'] } }),
    { kind: 'flow', name: 'flow', answers: { a: [1, 'ñ'] } },
  ],
  [
    'a form whose answers are no JSON',
    interactive('nfm_reply', { name: 'flow', response_json: '{"a":' }),
    { kind: 'flow', answers: '{"a":' },
  ],
  [
    'an address',
    interactive('nfm_reply', { name: 'address_message', response_json: '{"values":{}}' }),
    { kind: 'flow', name: 'address_message', answers: { values: {} } },
  ],
  [
    'a permission to call',
    interactive('call_permission_reply', {
      ...{ response: 'accept', is_permanent: false, expiration_timestamp: '1795300000' },
      response_source: 'user_action',
    }),
    { kind: 'call-permission', response: 'accept', expiresAt: '2026-11-21T22:26:40.000Z' },
  ],
  [
    'a place',
    saidByMeta('location', { location: { latitude: '19.43', longitude: -99.13, name: 'Zócalo' } }),
    { kind: 'location', latitude: 19.43, longitude: -99.13, name: 'Zócalo', live: false },
  ],
  [
    'cards',
    saidByMeta('contacts', {
      contacts: [
        {
          name: { formatted_name: 'Berta Prueba' },
          phones: [{ phone: '+52 1 555', wa_id: '521555' }],
        },
      ],
    }),
    { kind: 'contacts', contacts: [{ name: 'Berta Prueba', phones: [{ waId: '521555' }] }] },
  ],
  [
    'a number that was asked for',
    saidByMeta('contacts', { contacts: [{ origin: 'contact_request', vcard: VCARD }] }),
    { kind: 'contacts', requested: true, contacts: [{ phones: [{ waId: '5215550002222' }] }] },
  ],
  [
    'an order',
    saidByMeta('order', {
      order: {
        catalog_id: '77',
        product_items: [
          { product_retailer_id: 'p1', quantity: '2', item_price: 19.99, currency: 'MXN' },
        ],
      },
    }),
    {
      ...{ kind: 'order', of: 'cart', catalogId: '77', itemCount: 1 },
      items: [{ productId: 'p1', quantity: 2, price: 19.99, currency: 'MXN' }],
    },
  ],
  [
    'a payment',
    metaWebhook({
      statuses: [
        aStatus({
          ...{ status: 'captured', type: 'payment' },
          payment: {
            ...{ reference_id: 'order-7', amount: { value: 45_050, offset: 100 }, currency: 'INR' },
            transaction: {
              ...{ id: 't1', type: 'upi', status: 'success', currency: 'INR' },
              amount: { value: 45_050, offset: 100 },
              refunds: [{ id: 'r1', amount: { value: 100, offset: 100 }, status: 'completed' }],
            },
          },
        }),
      ],
    }),
    {
      ...{ kind: 'payment', referenceId: 'order-7', status: 'captured', amount: 450.5 },
      transaction: { id: 't1', status: 'success', amount: 450.5 },
      refunds: [{ id: 'r1', status: 'completed', amount: 1, currency: 'INR' }],
    },
  ],
  [
    'a reaction',
    saidByMeta('reaction', { reaction: { message_id: OF, emoji: '🙏' } }),
    { kind: 'reaction', emoji: '🙏', to: OF },
  ],
  [
    'a reaction taken back',
    saidByMeta('reaction', { reaction: { message_id: OF, emoji: '' } }),
    { kind: 'reaction', emoji: null, to: OF },
  ],
  [
    'an edit',
    saidByMeta('edit', {
      edit: { original_message_id: OF, message: { type: 'text', text: { body: 'mejor así' } } },
    }),
    { kind: 'edited', of: OF, content: { kind: 'text', text: 'mejor así' } },
  ],
  [
    'a deletion',
    saidByMeta('revoke', { revoke: { original_message_id: OF } }),
    { kind: 'deleted', of: OF },
  ],
  [
    'a new number',
    saidByMeta('system', {
      system: { type: 'user_changed_number', wa_id: '5215550009999', body: 'Ana changed number' },
    }),
    { kind: 'system', type: 'user_changed_number', from: '5215550001111', to: '5215550009999' },
  ],
  [
    'a new user id',
    saidByMeta('system', {
      ...{ from: undefined, from_user_id: undefined },
      system: {
        ...{ type: 'user_changed_user_id', user_id: 'MX.2' },
        body: 'User Ana changed from MX.1 to MX.2',
      },
    }),
    { kind: 'system', type: 'user_changed_user_id', from: 'MX.1', to: 'MX.2' },
  ],
  [
    'an update of a user id',
    metaChange('user_id_update', {
      user_id_update: [{ user_id: { previous: 'MX.1', current: 'MX.2' } }],
    }),
    { kind: 'system', type: 'user_id_update', from: 'MX.1', to: 'MX.2' },
  ],
  ['a chat that was opened', saidByMeta('request_welcome', {}), { kind: 'system' }],
  [
    'what Meta does not hand on',
    saidByMeta('unsupported', {
      errors: [{ code: 131_051, title: 'Unknown', error_data: { details: 'not supported' } }],
      unsupported: { type: 'poll_creation' },
    }),
    {
      ...{ kind: 'unsupported', type: 'poll_creation' },
      error: { code: 131_051, title: 'Unknown', details: 'not supported' },
    },
  ],
  [
    'an answer whose body is left out',
    saidByMeta('interactive', {}),
    { kind: 'unsupported', type: 'interactive' },
  ],
  ['what is new', saidByMeta('hologram', { hologram: {} }), { kind: 'unknown', type: 'hologram' }],
];

const wasender: readonly [string, string, Said['content']][] = [
  ['a text', saidByWasender({ conversation: 'hola' }), { kind: 'text', text: 'hola' }],
  [
    'a text with a link',
    saidByWasender({ extendedTextMessage: { text: 'mira', canonicalUrl: 'https://a.example' } }),
    { kind: 'text', text: 'mira', previewUrl: 'https://a.example' },
  ],
  [
    'a text with a link before a comma',
    saidByWasender({ extendedTextMessage: { text: 'x', matchedText: 'https://a.example,' } }),
    { kind: 'text', previewUrl: 'https://a.example' },
  ],
  [
    'a text with a link without its scheme',
    saidByWasender({ extendedTextMessage: { text: 'x', matchedText: 'a.example' } }),
    { kind: 'text', previewUrl: 'a.example' },
  ],
  [
    'a text beside what is new',
    saidByWasender({ hologramMessage: { shape: 'cat' }, conversation: 'hola' }),
    { kind: 'text', text: 'hola' },
  ],
  [
    'a text that is told beside the message alone',
    saidByWasender(undefined, { messageBody: 'hola' }),
    { kind: 'text', text: 'hola' },
  ],
  [
    'a disappearing text',
    saidByWasender({ ephemeralMessage: { message: { extendedTextMessage: { text: 'hola' } } } }),
    { kind: 'text', text: 'hola' },
  ],
  [
    'an image',
    saidByWasender({ imageMessage: { ...MEDIA, caption: 'mi calle' } }),
    { kind: 'image', id: null, caption: 'mi calle', sha256: SHA256, sizeBytes: 902 },
  ],
  [
    'an image that is viewed once',
    saidByWasender({ viewOnceMessageV2: { message: { imageMessage: MEDIA } } }),
    { kind: 'image', viewOnce: true },
  ],
  [
    'a video',
    saidByWasender({ videoMessage: { ...MEDIA, seconds: 8, gifPlayback: true } }),
    { kind: 'video', seconds: 8, animated: true },
  ],
  ['a round video', saidByWasender({ ptvMessage: MEDIA }), { kind: 'video' }],
  [
    'a voice note',
    saidByWasender({ audioMessage: { ...MEDIA, ptt: true, seconds: 3 } }),
    { kind: 'audio', voice: true, seconds: 3 },
  ],
  [
    'a document',
    saidByWasender({
      documentWithCaptionMessage: {
        message: { documentMessage: { ...MEDIA, fileName: 'factura.pdf', caption: 'la de mayo' } },
      },
    }),
    { kind: 'document', fileName: 'factura.pdf', caption: 'la de mayo' },
  ],
  [
    'a sticker',
    saidByWasender({ lottieStickerMessage: { message: { stickerMessage: { isLottie: true } } } }),
    { kind: 'sticker', animated: true },
  ],
  [
    'an image above buttons',
    saidByWasender({
      templateMessage: {
        hydratedTemplate: { imageMessage: MEDIA, hydratedContentText: 'Elija' },
      },
    }),
    { kind: 'image', caption: 'Elija' },
  ],
  [
    'buttons',
    saidByWasender({
      buttonsMessage: {
        contentText: '¿Viene?',
        buttons: [{ buttonId: 'yes', buttonText: { displayText: 'Sí' } }],
      },
    }),
    { kind: 'text', text: '¿Viene?', options: [{ id: 'yes', title: 'Sí', description: null }] },
  ],
  [
    'buttons of a native flow',
    saidByWasender({
      interactiveMessage: {
        body: { text: '¿Viene?' },
        nativeFlowMessage: {
          buttons: [{ name: 'quick_reply', buttonParamsJson: '{"id":"y","display_text":"Sí"}' }],
        },
      },
    }),
    { kind: 'text', options: [{ id: 'y', title: 'Sí', description: null }] },
  ],
  [
    'a list',
    saidByWasender({
      listMessage: { description: 'Color', sections: [{ rows: [{ rowId: 'r', title: 'Rojo' }] }] },
    }),
    { kind: 'text', text: 'Color', options: [{ id: 'r', title: 'Rojo' }] },
  ],
  [
    'a poll',
    saidByWasender({
      pollCreationMessageV3: { name: '¿Cuándo?', options: [{ optionName: 'Lunes' }] },
    }),
    { kind: 'text', text: '¿Cuándo?', options: [{ id: null, title: 'Lunes' }] },
  ],
  [
    'a poll in its newest container',
    saidByWasender({
      pollCreationMessageV4: {
        message: { pollCreationMessageV3: { name: '¿Cuándo?', options: [] } },
      },
    }),
    { kind: 'text', text: '¿Cuándo?' },
  ],
  [
    'a button',
    saidByWasender({
      buttonsResponseMessage: { selectedButtonId: 'yes', selectedDisplayText: 'Sí' },
    }),
    { kind: 'choice', of: 'button', id: 'yes', title: 'Sí' },
  ],
  [
    'a row of a list',
    saidByWasender({
      listResponseMessage: { title: 'Rojo', singleSelectReply: { selectedRowId: 'r' } },
    }),
    { kind: 'choice', of: 'list', id: 'r', title: 'Rojo' },
  ],
  [
    'the quick reply of a template',
    saidByWasender({
      templateButtonReplyMessage: { selectedId: 'STOP', selectedDisplayText: 'No más' },
    }),
    { kind: 'choice', of: 'template', id: 'STOP', payload: 'STOP', title: 'No más' },
  ],
  [
    'a button of a native flow',
    saidByWasender({
      interactiveResponseMessage: {
        body: { text: 'Sí' },
        nativeFlowResponseMessage: { name: 'quick_reply', paramsJson: '{"id":"yes"}' },
      },
    }),
    { kind: 'choice', of: 'button', id: 'yes', title: 'Sí' },
  ],
  [
    'a form',
    saidByWasender({
      interactiveResponseMessage: {
        nativeFlowResponseMessage: { name: 'flow', paramsJson: '{"rating":5}' },
      },
    }),
    { kind: 'flow', name: 'flow', answers: { rating: 5 } },
  ],
  [
    'a form as the JSON itself',
    saidByWasender({
      interactiveResponseMessage: {
        nativeFlowResponseMessage: { name: 'flow', paramsJson: { rating: 5 } },
      },
    }),
    { kind: 'flow', name: 'flow', answers: { rating: 5 } },
  ],
  [
    'votes as an update',
    wasenderWebhook('messages.update', {
      key: OTHER,
      update: {
        pollUpdates: [
          { pollUpdateMessageKey: KEY, vote: { selectedOptions: ['Lunes'] } },
          {
            pollUpdateMessageKey: { ...KEY, remoteJid: '20001@lid' },
            vote: { selectedOptions: [{ optionName: 'Lunes' }] },
          },
        ],
      },
    }),
    {
      ...{ kind: 'choice', of: 'poll', title: 'Lunes' },
      results: [{ title: 'Lunes', voters: ['5215550001111', '20001@lid'] }],
    },
  ],
  [
    'votes for several as an update',
    wasenderWebhook('messages.update', {
      key: OTHER,
      update: { pollUpdates: [{ vote: { selectedOptions: [{ name: 'Lunes' }, 'Martes'] } }] },
    }),
    {
      ...{ kind: 'choice', of: 'poll', title: null },
      results: [
        { title: 'Lunes', voters: [] },
        { title: 'Martes', voters: [] },
      ],
    },
  ],
  [
    'the votes of a poll as an update',
    wasenderWebhook('messages.update', {
      key: OTHER,
      update: { pollUpdates: [{ name: 'Lunes', voters: ['20001@lid'] }] },
    }),
    { kind: 'choice', of: 'poll', results: [{ title: 'Lunes', voters: ['20001@lid'] }] },
  ],
  ...[DIGEST.toString('hex'), DIGEST.toString('base64'), { type: 'Buffer', data: [1] }].map(
    (option): [string, string, Said['content']] => [
      `a vote whose option is a hash, ${typeof option}`,
      wasenderWebhook('messages.update', {
        key: OTHER,
        update: {
          pollUpdates: [{ pollUpdateMessageKey: KEY, vote: { selectedOptions: [option] } }],
        },
      }),
      { kind: 'choice', of: 'poll', title: null, results: null },
    ],
  ),
  [
    'a vote, encrypted',
    saidByWasender({ pollUpdateMessage: { pollCreationMessageKey: OTHER, vote: {} } }),
    { kind: 'choice', of: 'poll', title: null },
  ],
  [
    'the votes of a poll',
    wasenderWebhook('poll.results', {
      key: KEY,
      pollResult: [
        { name: 'Lunes', voters: ['5215550001111@s.whatsapp.net'] },
        { name: 'Martes', voters: [] },
      ],
    }),
    {
      ...{ kind: 'choice', of: 'poll', title: 'Lunes' },
      results: [
        { title: 'Lunes', voters: ['5215550001111'] },
        { title: 'Martes', voters: [] },
      ],
    },
  ],
  [
    'a card',
    saidByWasender({ contactMessage: { displayName: 'Berta', vcard: VCARD } }),
    {
      kind: 'contacts',
      contacts: [
        {
          ...{ name: 'Berta', organization: 'Taller, S.A.', emails: ['berta@taller.example'] },
          phones: [{ phone: '+52 1 555 000 2222', waId: '5215550002222', type: 'CELL' }],
        },
      ],
    },
  ],
  ...['\n ', '\r\n\t'].map((fold): [string, string, Said['content']] => [
    `a card whose lines are folded by ${JSON.stringify(fold)}`,
    saidByWasender({
      contactMessage: {
        vcard: VCARD.replace('Prueba', `Pru${fold}eba`).replace('0002222:', `000${fold}2222:`),
      },
    }),
    {
      kind: 'contacts',
      contacts: [{ name: 'Berta Prueba', phones: [{ waId: '5215550002222' }] }],
    },
  ]),
  [
    'cards',
    saidByWasender({ contactsArrayMessage: { contacts: [{ vcard: VCARD }, { vcard: VCARD }] } }),
    { kind: 'contacts', contacts: [{ name: 'Berta Prueba' }, { name: 'Berta Prueba' }] },
  ],
  [
    'a place',
    saidByWasender({ locationMessage: { degreesLatitude: 19.43, degreesLongitude: -99.13 } }),
    { kind: 'location', latitude: 19.43, longitude: -99.13, live: false },
  ],
  [
    'a place that moves',
    saidByWasender({ liveLocationMessage: { degreesLatitude: 19.43, degreesLongitude: -99.13 } }),
    { kind: 'location', live: true },
  ],
  [
    'an order',
    saidByWasender({
      orderMessage: {
        ...{ orderId: '7', itemCount: 2, message: 'para hoy', totalAmount1000: '39980' },
        totalCurrencyCode: 'MXN',
      },
    }),
    { kind: 'order', of: 'cart', id: '7', itemCount: 2, total: 39.98, currency: 'MXN' },
  ],
  ...[
    { low: 39_980, high: 0, unsigned: false },
    { low: -1_294_927_296, high: 0 },
    { low: -39_980, high: -1 },
  ].map((totalAmount1000, index): [string, string, Said['content']] => [
    `an order whose total is two halves of a number, ${index}`,
    saidByWasender({ orderMessage: { orderId: '7', totalAmount1000 } }),
    { kind: 'order', total: [39.98, 3_000_040, -39.98][index] },
  ]),
  [
    'a product',
    saidByWasender({ productMessage: { product: { retailerId: 'p1', title: 'Taza' } } }),
    { kind: 'order', of: 'product', items: [{ productId: 'p1', name: 'Taza' }] },
  ],
  [
    'a request for money',
    saidByWasender({
      requestPaymentMessage: { amount1000: 5500, currencyCodeIso4217: 'BRL', noteMessage: {} },
    }),
    { kind: 'payment', status: 'requested', amount: 5.5, currency: 'BRL' },
  ],
  [
    'a reaction',
    saidByWasender({ reactionMessage: { key: OTHER, text: '🙏' } }),
    { kind: 'reaction', emoji: '🙏', to: '3EB0B2' },
  ],
  [
    'a reaction taken back',
    saidByWasender({ reactionMessage: { key: OTHER, text: '' } }),
    { kind: 'reaction', emoji: null, to: '3EB0B2' },
  ],
  [
    'a reaction as an event of its own',
    wasenderWebhook('messages.reaction', [{ key: OTHER, reaction: { text: '🙏', key: KEY } }]),
    { kind: 'reaction', emoji: '🙏', to: '3EB0B2' },
  ],
  [
    'an edit',
    saidByWasender({
      editedMessage: {
        message: {
          protocolMessage: {
            ...{ key: OTHER, type: 'MESSAGE_EDIT' },
            editedMessage: { imageMessage: { ...MEDIA, caption: 'mejor' } },
          },
        },
      },
    }),
    { kind: 'edited', of: '3EB0B2', content: { kind: 'image', caption: 'mejor' } },
  ],
  [
    'an edit by its number',
    saidByWasender({
      protocolMessage: { key: OTHER, type: 14, editedMessage: { conversation: 'mejor' } },
    }),
    { kind: 'edited', of: '3EB0B2', content: { kind: 'text', text: 'mejor' } },
  ],
  [
    'an edit as an update',
    wasenderWebhook('messages.update', [
      { key: KEY, update: { message: { editedMessage: { message: { conversation: 'mejor' } } } } },
    ]),
    { kind: 'edited', of: '3EB0A1', content: { kind: 'text', text: 'mejor' } },
  ],
  ...[
    { protocolMessage: { key: OTHER, type: 'MESSAGE_EDIT' } },
    { protocolMessage: { key: OTHER, type: 14, editedMessage: {} } },
    { editedMessage: { message: { protocolMessage: { key: OTHER, type: 14 } } } },
  ].flatMap((message): [string, string, Said['content']][] => [
    [
      `an edit without content, ${JSON.stringify(message)}`,
      saidByWasender(message),
      {
        ...{ kind: 'edited', of: '3EB0B2' },
        content: { kind: 'placeholder', type: 'MESSAGE_EDIT', error: null },
      },
    ],
    [
      `an edit whose text is told beside it alone, ${JSON.stringify(message)}`,
      saidByWasender(message, { messageBody: 'mejor' }),
      { kind: 'edited', of: '3EB0B2', content: { kind: 'text', text: 'mejor' } },
    ],
  ]),
  ...[
    { messageBody: 'hola' },
    { messageBody: 'hola', update: {} },
    { update: { messageBody: 'hola' } },
  ].map((members): [string, string, Said['content']] => [
    `a text that follows as ${JSON.stringify(members)}`,
    wasenderWebhook('messages.update', { key: KEY, ...members }),
    { kind: 'text', text: 'hola' },
  ]),
  [
    'a deletion by the flag of what is deleted',
    saidByWasender(null, { isDeleted: true }),
    { kind: 'deleted', of: '3EB0A1' },
  ],
  [
    'a deletion by its flag',
    wasenderWebhook('messages.update', [{ key: KEY, update: { isDeleted: true } }]),
    { kind: 'deleted', of: '3EB0A1' },
  ],
  [
    'content that follows as an update',
    wasenderWebhook('messages.update', { key: KEY, update: { message: { conversation: 'hola' } } }),
    { kind: 'text', text: 'hola' },
  ],
  [
    'a deletion',
    saidByWasender({ protocolMessage: { key: OTHER, type: 'REVOKE' } }),
    { kind: 'deleted', of: '3EB0B2' },
  ],
  [
    'a deletion by its number',
    saidByWasender({ protocolMessage: { key: OTHER, type: 0 } }),
    { kind: 'deleted', of: '3EB0B2' },
  ],
  [
    'a deletion without its type, which the encoding leaves out',
    saidByWasender({ protocolMessage: { key: OTHER } }),
    { kind: 'deleted', of: '3EB0B2' },
  ],
  [
    'a deletion as an event of its own',
    wasenderWebhook('messages.delete', { keys: [KEY] }),
    { kind: 'deleted', of: '3EB0A1' },
  ],
  [
    'a deletion as an update',
    wasenderWebhook('messages.update', [
      { key: KEY, update: { message: null, messageStubType: 1 } },
    ]),
    { kind: 'deleted', of: '3EB0A1' },
  ],
  [
    'a setting',
    saidByWasender({ protocolMessage: { type: 3, ephemeralExpiration: 604_800 } }),
    { kind: 'system', type: 'EPHEMERAL_SETTING', to: '604800' },
  ],
  [
    'a pin',
    saidByWasender({ pinInChatMessage: { key: OTHER, type: 1 } }),
    { kind: 'system', type: 'PIN_FOR_ALL', of: '3EB0B2' },
  ],
  [
    'a new number',
    saidByWasender(undefined, {
      ...{ messageStubType: 'INDIVIDUAL_CHANGE_NUMBER' },
      messageStubParameters: ['5215550001111', '5215550009999'],
    }),
    { kind: 'system', from: '5215550001111', to: '5215550009999' },
  ],
  ...[
    ['5215550001111@s.whatsapp.net', '5215550009999:3@s.whatsapp.net'],
    ['{"id":"20001@lid","phoneNumber":"5215550001111@s.whatsapp.net"}', '+5215550009999'],
  ].map((messageStubParameters, index): [string, string, Said['content']] => [
    `a new number by addresses, ${index}`,
    saidByWasender(undefined, { messageStubType: 33 + 9 * index, messageStubParameters }),
    { kind: 'system', from: '5215550001111', to: '5215550009999' },
  ]),
  [
    'a new LID',
    saidByWasender(undefined, {
      ...{ messageStubType: 'GROUP_PARTICIPANT_CHANGE_NUMBER' },
      messageStubParameters: ['20001:1@lid', '{'],
    }),
    { kind: 'system', from: '20001@lid', to: null },
  ],
  [
    'a subject',
    saidByWasender(null, { messageStubType: 21, messageStubParameters: ['a@b'] }),
    { kind: 'system', type: 'GROUP_CHANGE_SUBJECT', to: 'a@b' },
  ],
  [
    'what is not decrypted',
    saidByWasender(undefined, { messageStubType: 2, messageStubParameters: ['No session'] }),
    { kind: 'placeholder', type: 'CIPHERTEXT', error: { title: 'No session' } },
  ],
  [
    'an encrypted reaction',
    saidByWasender({ encReactionMessage: { targetMessageKey: OTHER } }),
    { kind: 'placeholder', type: 'encReaction' },
  ],
  [
    'an album',
    saidByWasender({ albumMessage: { expectedImageCount: 2 } }),
    { kind: 'placeholder' },
  ],
  [
    'an event',
    saidByWasender({ eventMessage: { name: 'Feria' } }),
    { kind: 'unsupported', type: 'event' },
  ],
  [
    'what is new',
    saidByWasender({ hologramMessage: { shape: 'cat' } }),
    { kind: 'unknown', type: 'hologram' },
  ],
];

function of(provider: Provider) {
  return ([what, body, content]: readonly [string, string, Said['content']]): Said => ({
    ...{ what: `${what} by ${provider}`, provider, body, content },
  });
}

/** Webhooks of every kind of content, of both providers. */
export const SAID: readonly Said[] = [...meta.map(of('meta')), ...wasender.map(of('wasender'))];
