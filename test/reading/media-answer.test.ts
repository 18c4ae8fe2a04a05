import { describe, expect, test } from 'vitest';
import type { WebhookEvent } from '../../lambda/events/event.ts';
import type { MediaState } from '../../lambda/events/media-state.ts';
import { timelineAnswer } from '../../lambda/reading/schemas.ts';
import { aConversation } from '../support/stored-conversation.ts';
import { aMessage, CHANNEL, metaEvent, wasenderEvent } from '../support/webhooks.ts';

const NOW = Date.UTC(2026, 10, 22, 6);
const NEVER = new AbortController().signal;
const PHONE = '5215550001111';
const STORED: MediaState = {
  ...{ state: 'stored', key: 'media/default/message.1', sizeBytes: 90_210 },
  ...{ sha256: 'ab'.repeat(32), mimeType: 'image/jpeg' },
};
const NOTHING = {
  ...{ reason: null, mimeType: null, sizeBytes: null, sha256: null },
  ...{ url: null, urlExpiresAt: null },
};
const photo = metaEvent({ messages: [aMessage({ type: 'image', image: { id: '1' } })] });

const conversation = await aConversation(NOW);

async function mediaOf(event: WebhookEvent, state?: MediaState, channel = CHANNEL) {
  await conversation.store(event);
  if (state !== undefined) await conversation.media.settle(event, state, NEVER);
  const { body } = await conversation.timeline(PHONE, {}, channel);
  return timelineAnswer.parse(body).entries[0]?.media;
}

describe('the file of a message in the timeline', () => {
  test('is told with a URL that expires when the policy says', async () => {
    expect(await mediaOf(photo, STORED)).toEqual({
      state: 'stored',
      reason: null,
      mimeType: 'image/jpeg',
      sizeBytes: 90_210,
      sha256: 'ab'.repeat(32),
      url: 'https://s3/media/default/message.1?for=3600',
      urlExpiresAt: '2026-11-22T07:00:00.000Z',
    });
  });

  test('has a URL for as long as the policy of its channel says', async () => {
    const key = { id: '3EB0A1', fromMe: false, remoteJid: `${PHONE}@s.whatsapp.net` };
    const message = { key, message: { imageMessage: { mediaKey: 'a2V5' } } };
    const event = wasenderEvent('messages.received', { messages: message });
    expect(await mediaOf(event, STORED, 'shop')).toMatchObject({
      url: 'https://s3/media/default/message.1?for=300',
      urlExpiresAt: '2026-11-22T06:05:00.000Z',
    });
  });

  test('is pending until something is known of it', async () => {
    expect(await mediaOf(photo)).toEqual({ ...NOTHING, state: 'pending' });
  });

  test.each<[MediaState, object]>([
    [
      { state: 'failed', reason: 'sha256' },
      { state: 'failed', reason: 'sha256' },
    ],
    [
      { state: 'skipped', reason: 'too-big' },
      { state: 'skipped', reason: 'too-big' },
    ],
    [{ state: 'expired' }, { state: 'expired', reason: null }],
  ])('says why it is not there: %j', async (state, told) => {
    expect(await mediaOf(photo, state)).toEqual({ ...NOTHING, ...told });
  });

  test('is null where none came', async () => {
    expect(await mediaOf(metaEvent({ messages: [aMessage()] }))).toBeNull();
  });
});
