import { describe, expect, test } from 'vitest';
import { isOversized, parkedEvent } from '../../lambda/events/oversized.ts';
import { aMessage, aStatus, metaEvent } from '../support/webhooks.ts';

const message = () => metaEvent({ messages: [aMessage()] });
const status = () => metaEvent({ statuses: [aStatus({ errors: [{ code: 1 }] })] });

describe('an event is oversized', () => {
  test.each([
    ['x'.repeat(350 * 1024), false],
    ['x'.repeat(350 * 1024 + 1), true],
    ['ñ'.repeat(175 * 1024 + 1), true],
  ])('by more than 350 KiB of payload', (payload, isTooMuch) => {
    expect(isOversized({ ...message(), payload })).toBe(isTooMuch);
  });

  test.each([
    [undefined, false],
    ['x'.repeat(16 * 1024), false],
    ['x'.repeat(16 * 1024 + 1), true],
  ])('by more than 16 KiB of detail', (detail, isTooMuch) => {
    const told = { name: 'sent', ...(detail !== undefined && { detail }) };
    expect(isOversized({ ...message(), status: told })).toBe(isTooMuch);
  });
});

describe('a parked event', () => {
  test('says where its payload lies, and all else', () => {
    const { payload, ...facts } = message();
    const payloadKey = `payloads/${facts.id}.json`;
    expect(parkedEvent({ ...facts, payload })).toStrictEqual({ ...facts, payloadKey });
  });

  test('leaves the detail of a status in its payload', () => {
    const event = status();
    const { detail, ...told } = event.status ?? { name: '' };
    expect(detail).toContain('errors');
    expect(parkedEvent(event).status).toStrictEqual(told);
  });
});
