import { describe, expect, test } from 'vitest';
import {
  aText,
  aWorld,
  call,
  codeOf,
  detailsOf,
  NUMBER,
  SOFIA,
  send,
  someoneWriting,
} from './worlds.ts';

const LINK = { link: 'https://flowers.example/a.jpg' };
const BODY = { text: 'Which?' };
const reply = (id: string, title = id) => ({ type: 'reply', reply: { id, title } });

function interactive(type: string, action: object, rest: object = { body: BODY }): object {
  return { type: 'interactive', interactive: { type, action, ...rest } };
}

async function writtenTo() {
  const world = aWorld();
  someoneWriting(world);
  return world;
}

describe('Graph takes', () => {
  const rows = [{ id: '1', title: 'Tulips', description: 'a dozen' }];
  test.each<[string, object]>([
    ['text', aText],
    ['text without its type', { text: { body: 'hi', preview_url: true } }],
    ['an image by its link', { type: 'image', image: { ...LINK, caption: 'tulips' } }],
    ['a video', { type: 'video', video: LINK }],
    ['a voice message', { type: 'audio', audio: { ...LINK, voice: true } }],
    ['a document', { type: 'document', document: { ...LINK, filename: 'a.pdf', caption: 'bill' } }],
    ['a sticker', { type: 'sticker', sticker: LINK }],
    [
      'a location',
      { type: 'location', location: { latitude: 20.9, longitude: '-89.6', name: 'shop' } },
    ],
    ['contacts', { type: 'contacts', contacts: [{ name: { formatted_name: 'Ana' }, phones: [] }] }],
    ['a reaction', { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '👍' } }],
    ['the end of a reaction', { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '' } }],
    ['buttons', interactive('button', { buttons: [reply('a'), reply('b')] })],
    ['a list', interactive('list', { button: 'See', sections: [{ title: 'All', rows }] })],
    [
      'a list without the type',
      {
        interactive: { type: 'list', body: BODY, action: { button: 'See', sections: [{ rows }] } },
      },
    ],
    ['a flow', interactive('flow', { name: 'flow', parameters: { flow_id: '1' } })],
    ['a product without a body', interactive('product', { catalog_id: '1' }, {})],
    [
      'a question for the location',
      interactive('location_request_message', { name: 'send_location' }),
    ],
    ['a reply', { ...aText, context: { message_id: 'wamid.x' } }],
    ['a mark of 512 characters', { ...aText, biz_opaque_callback_data: 'm'.repeat(512) }],
    ['4,096 characters', { type: 'text', text: { body: 'x'.repeat(4_096) } }],
  ])('%s', async (_, message) => {
    const sent = await send(await writtenTo(), message);
    expect(sent.body).toMatchObject({ messages: [{ message_status: 'accepted' }] });
  });
});

describe('Graph refuses with 100 and the parameter', () => {
  test.each<[string, object | string, string]>([
    ['what is no JSON', '{"messaging_product":', 'messaging_product is required'],
    ['another product', { ...aText, messaging_product: 'sms' }, 'messaging_product must be one of'],
    ['a body without content', { type: 'text' }, 'The parameter text is required.'],
    ['a text without words', { type: 'text', text: {} }, "The parameter text['body'] is required."],
    ['an empty text', { type: 'text', text: { body: '' } }, "text['body'] must be at least 1"],
    [
      '4,097 characters',
      { type: 'text', text: { body: 'x'.repeat(4_097) } },
      "text['body'] must be at most 4096",
    ],
    [
      'a misspelt member',
      { type: 'text', text: { body: 'a', preview: true } },
      'Unexpected key "preview" on param "text"',
    ],
    ['a misspelt member beside it', { ...aText, conext: {} }, 'Unexpected key "conext"'],
    ['content of an unknown type', { type: 'text', hologram: {} }, 'Unexpected key "hologram"'],
    ['an unknown type', { type: 'hologram' }, 'type must be one of'],
    ['content of another type', { ...aText, image: LINK }, 'Unexpected key "image"'],
    [
      'a number as text',
      { type: 'text', text: { body: 5 } },
      "text['body'] must be of type string",
    ],
    ['a file by id and link', { type: 'image', image: { ...LINK, id: '1' } }, 'either id or link'],
    ['a file by neither', { type: 'image', image: { caption: 'a' } }, 'either id or link'],
    [
      'a file by another protocol',
      { type: 'image', image: { link: 'ftp://a.example/b' } },
      "image['link'] is not valid",
    ],
    [
      'a file that was not uploaded',
      { type: 'image', image: { id: '123' } },
      "image['id'] is not a valid",
    ],
    [
      'four buttons',
      interactive('button', { buttons: ['a', 'b', 'c', 'd'].map((id) => reply(id)) }),
      "['buttons'] must be at most 3",
    ],
    [
      'a long button',
      interactive('button', { buttons: [reply('a', 'x'.repeat(21))] }),
      "['title'] must be at most 20",
    ],
    [
      'a list without rows',
      interactive('list', { button: 'See', sections: [{ rows: [] }] }),
      "['rows'] must be at least 1",
    ],
    ['an unknown interaction', interactive('hologram', {}), 'interactive'],
    ['no contacts', { type: 'contacts', contacts: [] }, 'contacts must be at least 1'],
    [
      'a location that is none',
      { type: 'location', location: { latitude: 'north', longitude: 1 } },
      "location['latitude']",
    ],
    [
      'a long mark',
      { ...aText, biz_opaque_callback_data: 'm'.repeat(513) },
      'biz_opaque_callback_data must be at most 512',
    ],
    ['a number that is none', { ...aText, to: 'Sofía' }, 'Param to must be a phone number'],
    [
      'a user id for a number',
      { ...aText, to: 'MX.12345678901234567890' },
      'Param to must be a phone number',
    ],
    ['a number for a user id', { ...aText, recipient: SOFIA }, 'Param recipient must be'],
    [
      'a template without its language',
      { type: 'template', template: { name: 'hello_world' } },
      "template['language'] is required",
    ],
  ])('%s', async (_, message, details) => {
    const world = await writtenTo();
    const sent =
      typeof message === 'string'
        ? await call(world, { path: `/v23.0/${NUMBER}/messages`, json: message })
        : await send(world, message);
    expect(codeOf(sent)).toBe(100);
    expect(detailsOf(sent)).toContain(details);
    expect(sent.status).toBe(400);
    expect(world.ledger.receipts).toEqual([]);
  });

  test('a message to nobody', async () => {
    const json = { messaging_product: 'whatsapp', ...aText };
    const sent = await call(aWorld(), { path: `/v23.0/${NUMBER}/messages`, json });
    expect(detailsOf(sent)).toBe('The parameter to is required.');
  });
});
