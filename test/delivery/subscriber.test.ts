import { describe, expect, test } from 'vitest';
import { isToldIn, isWanted, type Subscriber } from '../../lambda/delivery/subscriber.ts';
import type { EventFacts } from '../../lambda/events/routed-event.ts';

const text: EventFacts = {
  provider: 'meta',
  channel: '106540352242922',
  kind: 'message',
  type: 'text',
  direction: 'inbound',
};
const read: EventFacts = { ...text, kind: 'status', type: 'read', direction: 'outbound' };

describe('isWanted', () => {
  test('takes everything where nothing is said', () => {
    expect(isWanted({}, text)).toBe(true);
    expect(isWanted({}, read)).toBe(true);
  });

  test.each<[Subscriber['filter'], boolean, boolean]>([
    [{ channels: ['106540352242922'] }, true, true],
    [{ channels: ['other'] }, false, false],
    [{ channels: [] }, false, false],
    [{ kinds: ['message'] }, true, false],
    [{ types: ['image'] }, false, true],
    [{ types: ['read'] }, false, true],
    [{ statuses: ['read', 'failed'] }, true, true],
    [{ statuses: ['sent'] }, true, false],
    [{ directions: ['outbound'] }, false, true],
    [{ kinds: ['message', 'status'], types: ['text'], statuses: ['failed'] }, true, false],
  ])('%j', (filter, wantsText, wantsRead) => {
    expect(isWanted(filter, text)).toBe(wantsText);
    expect(isWanted(filter, read)).toBe(wantsRead);
  });
});

describe('a filter by type', () => {
  const wrapped: EventFacts = { ...text, type: 'ephemeral' };

  test.each([
    [['text'], 'text', true],
    [['ephemeral'], 'text', true],
    [['image'], 'text', false],
    [['image'], undefined, false],
  ])('%j takes an event of its type, or that says such a thing: %s', (types, said, isFit) => {
    expect(isWanted({ types }, wrapped, () => said)).toBe(isFit);
  });

  test('asks what is said only where everything else fits', () => {
    const ask = () => expect.unreachable('it was asked');

    expect(isWanted({ types: ['ephemeral'] }, wrapped, ask)).toBe(true);
    expect(isWanted({ types: ['text'], channels: [] }, wrapped, ask)).toBe(false);
    expect(isWanted({ types: ['text'], statuses: ['sent'] }, read, ask)).toBe(false);
    expect(isWanted({}, wrapped, ask)).toBe(true);
  });
});

describe('what became of the file of a message', () => {
  const image: EventFacts = { ...text, type: 'image' };
  const file: EventFacts = { ...image, media: {} };

  test.each<Subscriber['filter']>([
    {},
    { kinds: ['message'], types: ['image'] },
    { types: ['text'] },
    { kinds: ['status'] },
    { directions: ['outbound'] },
    { mediaEvents: true },
  ])('is wanted where the message is: %j', (filter) => {
    expect(isWanted(filter, file)).toBe(isWanted(filter, image));
  });

  test('is not wanted where the filter says so, which says nothing of messages', () => {
    expect(isWanted({ mediaEvents: false }, file)).toBe(false);
    expect(isWanted({ mediaEvents: false }, image)).toBe(true);
  });

  test('is told in the format standard alone, since no provider has a webhook of it', () => {
    expect(isToldIn('standard', file)).toBe(true);
    expect(isToldIn('provider', file)).toBe(false);
    expect(isToldIn('provider', image)).toBe(true);
  });
});
