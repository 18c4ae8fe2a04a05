import { describe, expect, test } from 'vitest';
import { sendFaults } from '../../../lambda/providers/meta/send-schema.ts';

const link = 'https://files.example/a.jpg';
const body = { text: 'Choose' };
const product = { product_retailer_id: 'sku-1' };
const header = { type: 'text', text: 'Offers' };
const reply = (id: string) => ({ type: 'reply', reply: { id, title: id } });
const interactive = (content: object) => ({ type: 'interactive', interactive: content });
const template = (...components: object[]) => ({
  type: 'template',
  template: { name: 'order_update', language: { code: 'es_MX' }, components },
});

const GOOD: readonly object[] = [
  { type: 'text', text: { body: 'hello', preview_url: true } },
  { type: 'image', image: { id: '123', caption: 'a cat' } },
  { type: 'video', video: { link } },
  { type: 'audio', audio: { link, voice: true } },
  { type: 'document', document: { id: '123', filename: 'a.pdf' } },
  { type: 'sticker', sticker: { id: '123' } },
  { type: 'location', location: { latitude: 19.4, longitude: '-99.1', name: 'Zócalo' } },
  {
    type: 'contacts',
    contacts: [{ name: { formatted_name: 'Ana' }, phones: [{ phone: '+5215550001111' }] }],
  },
  { type: 'reaction', reaction: { message_id: 'wamid.A', emoji: '👍' } },
  { type: 'reaction', reaction: { message_id: 'wamid.A', emoji: '' } },
  interactive({ type: 'button', body, action: { buttons: [reply('yes'), reply('no')] } }),
  interactive({
    ...{ type: 'list', body, header },
    action: { button: 'Menu', sections: [{ rows: [{ id: '1', title: 'One' }] }] },
  }),
  interactive({
    ...{ type: 'cta_url', body },
    action: { name: 'cta_url', parameters: { display_text: 'Open', url: link } },
  }),
  interactive({
    ...{ type: 'flow', body },
    action: {
      name: 'flow',
      parameters: { flow_message_version: '3', flow_cta: 'Book', flow_id: '1' },
    },
  }),
  interactive({ type: 'product', action: { catalog_id: '1', ...product } }),
  interactive({
    ...{ type: 'product_list', header, body },
    action: { catalog_id: '1', sections: [{ product_items: [product] }] },
  }),
  interactive({ type: 'catalog_message', body, action: { name: 'catalog_message' } }),
  interactive({ type: 'location_request_message', body, action: { name: 'send_location' } }),
  interactive({
    ...{ type: 'address_message', body },
    action: { name: 'address_message', parameters: { country: 'IN' } },
  }),
  interactive({ type: 'call_permission_request', action: { name: 'call_permission_request' } }),
  interactive({ type: 'voice_call', body, action: { name: 'voice_call' } }),
  interactive({ type: 'request_contact_info', body, action: { name: 'request_contact_info' } }),
  interactive({ type: 'carousel', body, action: { cards: [{ card_index: 0 }, {}] } }),
  { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } },
  template(
    { type: 'header', parameters: [{ type: 'image', image: { link } }] },
    {
      type: 'body',
      parameters: [
        { type: 'text', text: 'Ana', parameter_name: 'name' },
        {
          type: 'currency',
          currency: { fallback_value: '$1', code: 'USD', amount_1000: 1000 },
        },
        { type: 'date_time', date_time: { fallback_value: 'today' } },
      ],
    },
    {
      ...{ type: 'button', sub_type: 'url', index: '0' },
      parameters: [{ type: 'text', text: 'x' }],
    },
  ),
];

const BAD: readonly (readonly [object, string])[] = [
  [{}, 'type is missing'],
  [{ type: 'text' }, 'text is missing'],
  [{ type: 'text', text: { body: '' } }, 'text.body takes at least 1 character'],
  [{ type: 'text', text: { body: 'x'.repeat(4097) } }, 'text.body takes at most 4096 characters'],
  [{ type: 'text', text: { body: 7 } }, 'text.body takes a text'],
  [{ type: 'text', text: { body: 'x' }, context: {} }, 'context.message_id is missing'],
  [{ type: 'image', image: { id: '1', link } }, 'image takes either id or link'],
  [{ type: 'image', image: {} }, 'image takes either id or link'],
  [
    { type: 'video', video: { link: 'ftp://a' } },
    'video.link takes a URL that begins with https://',
  ],
  [
    { type: 'location', location: { latitude: 91, longitude: 0 } },
    'location.latitude takes degrees from -90 to 90',
  ],
  [{ type: 'contacts', contacts: [] }, 'contacts takes at least 1 entry'],
  [{ type: 'reaction', reaction: { emoji: 'x' } }, 'reaction.message_id is missing'],
  [
    interactive({ type: 'button', body, action: { buttons: [1, 2, 3, 4].map(String).map(reply) } }),
    'interactive.action.buttons takes at most 3 entries',
  ],
  [
    interactive({
      type: 'list',
      body,
      action: { button: 'Menu', sections: [{ rows: [{ id: '1' }] }] },
    }),
    'interactive.action.sections.0.rows.0.title is missing',
  ],
  [
    template({ type: 'body', parameters: [{ type: 'text' }] }),
    'template.components.0.parameters.0.text is missing',
  ],
  [template({ type: 'button', sub_type: 'url' }), 'template.components.0.index is missing'],
  [
    { type: 'template', template: { name: 'Order Update', language: { code: 'en' } } },
    'template.name takes the name of a template: lower case letters, digits and _',
  ],
];

describe('a body of Meta’s', () => {
  test.each(GOOD)('is taken: %j', (good) => {
    expect(sendFaults({ messaging_product: 'whatsapp', ...good })).toEqual([]);
  });

  test.each(BAD)('is refused: %j', (bad, fault) => {
    expect(sendFaults(bad)).toEqual([fault]);
  });

  test('is refused where its type is none, and the message says which there are', () => {
    expect(sendFaults({ type: 'fax' })).toEqual([
      expect.stringMatching(/^type takes text or image or .* or reaction$/),
    ]);
    expect(sendFaults({ type: 'constructor' })).toHaveLength(1);
    expect(sendFaults(interactive({ type: 'hologram' }))).toEqual([
      expect.stringMatching(/^interactive\.type takes button or list or /),
    ]);
  });

  test('keeps members that nobody knows', () => {
    const text = { body: 'hello', tone: 'warm' };

    expect(sendFaults({ type: 'text', text, priority: 'high' })).toEqual([]);
  });

  test('is refused without a word of what it says', () => {
    const faults = sendFaults({ type: 'text', text: { body: ['a secret'] }, context: 'a secret' });

    expect(faults).toEqual(['context takes an object', 'text.body takes a text']);
  });
});
