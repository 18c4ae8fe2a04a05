import { describe, expect, test } from 'vitest';
import { type EventFacts, isWanted, type Subscriber } from '../../lambda/domain/subscriber.ts';

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
