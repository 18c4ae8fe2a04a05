import { describe, expect, test } from 'vitest';
import { effectOf } from '../../lambda/providers/error-classes.ts';
import type { Refusal } from '../../lambda/providers/send-answer.ts';
import { type NotTaken, retryAfter } from '../../lambda/sending/retry.ts';

const NOW = 1_800_000_000_000;

function refused(code: number, rest: Partial<Refusal> = {}): NotTaken & { kind: 'refused' } {
  const refusal = {
    code,
    text: 'words',
    isTransient: false,
    retryAfterSeconds: undefined,
    ...rest,
  };
  return { kind: 'refused', refusal };
}

const refusedWith = (code: number, attempt = 1, rest: Partial<Refusal> = {}) =>
  retryAfter('meta', refused(code, rest), { attempt, before: 0 }, NOW, 0.5);

describe('what a code means', () => {
  test.each([190, 131_031, 131_042, 368, 131_048, 10, 0, 200, 299])(
    'is that the channel is paused and the message waits: %i',
    (code) => {
      const { effect, again } = refusedWith(code);

      expect(effect).toMatchObject({ channel: 'pause', message: 'hold' });
      expect(again).toEqual({ attempt: 2, notBefore: NOW });
    },
  );

  test.each([131_026, 131_047, 131_049, 131_050, 130_497, 100, 132_001])(
    "is that the message fails, with the provider's words: %i",
    (code) => {
      const { again, error } = refusedWith(code);

      expect(again).toBeUndefined();
      expect(error).toMatchObject({ code: String(code), text: 'words' });
    },
  );

  test('is that the contact waits 4^X seconds for 131056, and fails in the end', () => {
    const waits = [1, 2, 3, 4, 5].map(
      (attempt) => refusedWith(131_056, attempt).again?.notBefore ?? 0,
    );

    expect(waits.map((at) => (at - NOW) / 1000)).toEqual([1, 4, 16, 64, 256]);
    expect(refusedWith(131_056, 6).again).toBeUndefined();
  });

  test.each([1, 2, 131_000])('is a minute for the mark to come back: %i', (code) => {
    expect(refusedWith(code).again?.notBefore).toBe(NOW + 60_000);
  });

  test('is half the rate for 130429, and a rest of a minute for 131057', () => {
    expect(refusedWith(130_429)).toMatchObject({ effect: { lane: 'slow' } });
    expect(refusedWith(131_057)).toMatchObject({ restUntil: NOW + 60_000 });
  });

  test('is that others of the contact pass where a template takes ten minutes', () => {
    expect(refusedWith(134_101).again).toMatchObject({ dueAt: NOW + 600_000 });
    expect(refusedWith(131_016).again).not.toHaveProperty('dueAt');
  });

  test('is a few tries for one that nobody knows, then its words', () => {
    expect(refusedWith(999_999, 3).again).toBeDefined();
    expect(refusedWith(999_999, 4)).toMatchObject({ error: { class: 'unknown', text: 'words' } });
    expect(refusedWith(999_999, 4).again).toBeUndefined();
  });

  test('is no sooner than the provider says', () => {
    const { again } = refusedWith(131_016, 1, { retryAfterSeconds: 100 });

    expect(again?.notBefore).toBe(NOW + 100_000);
  });

  test("is a rest for as long as WasenderApi's 429 says", () => {
    const answer = refused(429, { retryAfterSeconds: 7 });

    const tries = { attempt: 1, before: 0 };
    expect(retryAfter('wasender', answer, tries, NOW, 0.5)).toMatchObject({
      restUntil: NOW + 7000,
    });
  });

  test('of WasenderApi is told from others of its 422 by its words', () => {
    const { refusal } = refused(422, { text: 'The JID does not exist on WhatsApp' });

    expect(effectOf('wasender', refusal).class).toBe('recipient');
    expect(effectOf('wasender', { ...refusal, text: 'text is required' }).class).toBe('request');
  });
});
