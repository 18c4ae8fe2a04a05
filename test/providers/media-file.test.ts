import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mayHaveMedia, mediaOf, sha256Of } from '../../lambda/providers/media-file.ts';
import { MEDIA_KINDS } from '../../lambda/providers/media-kind.ts';
import {
  aMessage,
  metaChange,
  metaEvent,
  only,
  splitMeta,
  splitWasender,
  wasenderWebhook,
} from '../support/webhooks.ts';

const DIGEST = createHash('sha256').update('file').digest();
const IMAGE = {
  id: '1479537139650973',
  mime_type: 'image/jpeg',
  sha256: DIGEST.toString('base64'),
};

function metaFile(overrides: object) {
  const event = metaEvent({ messages: [aMessage(overrides)] });
  return { may: mayHaveMedia(event), file: mediaOf('meta', JSON.parse(event.payload)) };
}

function wasenderFile(message: object, event = 'messages.received') {
  const key = { id: '3EB0A1', fromMe: false, remoteJid: '5215550001111@s.whatsapp.net' };
  const webhook = wasenderWebhook(event, { messages: { key, message } });
  const one = only(splitWasender(webhook));
  return { may: mayHaveMedia(one), file: mediaOf('wasender', JSON.parse(one.payload)) };
}

describe("a file in Meta's webhook", () => {
  test.each(MEDIA_KINDS)('is told with its id, type and hash: %s', (type) => {
    expect(metaFile({ type, [type]: IMAGE })).toEqual({
      may: true,
      file: {
        kind: type,
        source: { provider: 'meta', mediaId: IMAGE.id },
        mimeType: 'image/jpeg',
        sha256: DIGEST.toString('hex'),
      },
    });
  });

  test('is found in an edited message', () => {
    const edit = { original_message_id: 'wamid.1', message: { type: 'image', image: IMAGE } };
    expect(metaFile({ type: 'edit', edit })).toMatchObject({ may: true, file: { kind: 'image' } });
  });

  test('is found in an echo and in the history', () => {
    const photo = { ...aMessage({ type: 'image', image: IMAGE }), to: '5215550001111' };
    const webhooks = [
      metaChange('smb_message_echoes', { message_echoes: [photo] }),
      metaChange('history', {
        history: [{ threads: [{ id: '5215550001111', messages: [photo] }] }],
      }),
    ];
    for (const webhook of webhooks) {
      const event = only(splitMeta(webhook));
      expect(mayHaveMedia(event)).toBe(true);
      expect(mediaOf('meta', JSON.parse(event.payload))).toMatchObject({ kind: 'image' });
    }
  });

  test('is not there in a text, a reaction, or media without an id', () => {
    expect(metaFile({})).toEqual({ may: false, file: undefined });
    const reaction = { message_id: 'wamid.1', emoji: '👍' };
    expect(metaFile({ type: 'reaction', reaction })).toEqual({ may: false, file: undefined });
    expect(metaFile({ type: 'image', image: { caption: 'lost' } }).file).toBeUndefined();
    expect(
      metaFile({ type: 'edit', edit: { original_message_id: 'wamid.1' } }).file,
    ).toBeUndefined();
  });

  test('keeps a type that is no type out of headers', () => {
    const image = { ...IMAGE, mime_type: 'image/jpeg\r\nx-amz-acl: public-read' };
    expect(metaFile({ type: 'image', image }).file).not.toHaveProperty('mimeType');
    const audio = { ...IMAGE, mime_type: 'audio/ogg; codecs=opus' };
    expect(metaFile({ type: 'audio', audio }).file?.mimeType).toBe('audio/ogg; codecs=opus');
  });
});

describe("a file in WasenderApi's webhook", () => {
  const content = {
    url: 'https://mmg.whatsapp.net/v/t62.7118-24/image.enc',
    mimetype: 'image/jpeg',
    mediaKey: 'a2V5',
    fileSha256: DIGEST.toString('base64'),
    fileLength: '90210',
  };

  test.each(MEDIA_KINDS)('is told with what decrypts it: %s', (kind) => {
    const message = { [`${kind}Message`]: content };
    expect(wasenderFile(message)).toEqual({
      may: true,
      file: {
        kind,
        source: { provider: 'wasender', message: { key: { id: '3EB0A1' }, message } },
        mimeType: 'image/jpeg',
        sha256: DIGEST.toString('hex'),
        sizeBytes: 90_210,
      },
    });
  });

  test.each([
    ['documentWithCaptionMessage', 'documentMessage', 'document'],
    ['viewOnceMessageV2', 'imageMessage', 'image'],
    ['ephemeralMessage', 'videoMessage', 'video'],
  ])('is taken out of what WhatsApp puts around it: %s', (wrapper, member, kind) => {
    expect(wasenderFile({ [wrapper]: { message: { [member]: content } } })).toMatchObject({
      may: true,
      file: { kind, source: { message: { message: { [member]: content } } } },
    });
  });

  test('of a round video is a video to the provider', () => {
    const { may, file } = wasenderFile({ ptvMessage: content });
    expect(may).toBe(true);
    expect(file).toMatchObject({
      kind: 'video',
      source: { message: { message: { videoMessage: content } } },
    });
  });

  test('is not there in a text', () => {
    expect(wasenderFile({ conversation: 'hola' })).toEqual({ may: false, file: undefined });
  });
});

describe('sha256Of', () => {
  const forms: readonly ((digest: Buffer) => unknown)[] = [
    (digest) => digest.toString('hex'),
    (digest) => digest.toString('hex').toUpperCase(),
    (digest) => digest.toString('base64'),
    (digest) => digest.toString('base64url'),
    (digest) => JSON.parse(JSON.stringify(digest)),
    (digest) => ({ ...digest }),
  ];

  test('reads every way in which a hash is written', () => {
    const aDigest = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(aDigest, fc.constantFrom(...forms), (bytes, form) => {
        const digest = Buffer.from(bytes);
        expect(sha256Of(form(digest))).toBe(digest.toString('hex'));
      }),
    );
  });

  test.each([undefined, null, '', 'ZmlsZQ==', 7, [], {}])('is nothing for %j', (value) => {
    expect(sha256Of(value)).toBeUndefined();
  });
});
