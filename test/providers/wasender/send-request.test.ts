import { describe, expect, test } from 'vitest';
import { wasenderRequest } from '../../../lambda/providers/wasender/send-request.ts';

const phone = { kind: 'phone', name: '5215550001111' } as const;
const link = 'https://files.example/a';
const card = (...phones: string[]) => ({
  name: { formatted_name: 'Ana' },
  phones: phones.map((one) => ({ phone: one })),
});

const SENT: readonly (readonly [object, object])[] = [
  [{ type: 'text', text: { body: 'hello' } }, { text: 'hello' }],
  [
    { type: 'image', image: { link, caption: 'cat' } },
    { imageUrl: link, text: 'cat' },
  ],
  [{ type: 'video', video: { link } }, { videoUrl: link }],
  [{ type: 'audio', audio: { link } }, { audioUrl: link }],
  [{ type: 'sticker', sticker: { link } }, { stickerUrl: link }],
  [
    { type: 'document', document: { link, filename: 'a.pdf' } },
    { documentUrl: link, fileName: 'a.pdf' },
  ],
  [
    { type: 'location', location: { latitude: '19.4', longitude: -99.1, name: 'Zócalo' } },
    { location: { latitude: 19.4, longitude: -99.1, name: 'Zócalo' } },
  ],
  [{ type: 'contacts', contacts: [card('+1')] }, { contact: { name: 'Ana', phone: '+1' } }],
  [
    { type: 'text', text: { body: 'yes' }, context: { message_id: '100421' } },
    { text: 'yes', replyTo: 100_421 },
  ],
];

const REFUSED: readonly (readonly [object, string])[] = [
  [{ type: 'image', image: { id: '1' } }, 'image.link is missing'],
  [{ type: 'contacts', contacts: [card('+1'), card('+2')] }, 'contacts takes one here'],
  [{ type: 'contacts', contacts: [card()] }, 'contacts.0.phones.0.phone is missing'],
  [{ type: 'template', template: {} }, 'type takes no template here'],
  [{ type: 'interactive', interactive: {} }, 'type takes no interactive here'],
  [{ type: 'reaction', reaction: {} }, 'type takes no reaction here'],
  [
    { type: 'text', text: { body: 'x' }, context: { message_id: 'wamid.A' } },
    'context.message_id takes the number',
  ],
];

describe('what WasenderApi is asked to send', () => {
  test.each(SENT)('is translated: %j', (body, members) => {
    expect(wasenderRequest(phone, body)).toEqual({
      ...{ ok: true, body: { to: '+5215550001111', ...members } },
    });
  });

  test.each(REFUSED)('is refused: %j', (body, reason) => {
    expect(wasenderRequest(phone, body)).toEqual({
      ...{ ok: false, reason: expect.stringContaining(reason) },
    });
  });

  test('goes to a group by its id, and to no BSUID', () => {
    const text = { type: 'text', text: { body: 'hello' } };

    expect(wasenderRequest({ kind: 'group', name: '1@g.us' }, text)).toMatchObject({
      body: { to: '1@g.us' },
    });
    expect(wasenderRequest({ kind: 'userId', name: 'MX.1' }, text)).toMatchObject({ ok: false });
  });
});
