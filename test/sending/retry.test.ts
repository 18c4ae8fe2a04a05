import { describe, expect, test } from 'vitest';
import { type NotTaken, retryAfter } from '../../lambda/sending/retry.ts';

const refusal = { code: 131_016, text: 'no', isTransient: true, retryAfterSeconds: undefined };
const after = (attempt: number, before = 0) =>
  retryAfter('meta', { kind: 'refused', refusal }, { attempt, before }, 0, 0.5).again?.attempt;

test('what is refused is tried as often as the class of its error says', () => {
  expect([1, 5, 6].map((attempt) => after(attempt))).toEqual([2, 6, undefined]);
});

test('what is offered again has as many tries once more', () => {
  expect([7, 11, 12].map((attempt) => after(attempt, 6))).toEqual([8, 12, undefined]);
});

describe('the next try', () => {
  const refused = (code: number, retryAfterSeconds?: number): NotTaken => ({
    kind: 'refused',
    refusal: { code, text: 'no', isTransient: false, retryAfterSeconds },
  });
  const next = (answer: NotTaken, attempt = 1, provider: 'meta' | 'wasender' = 'meta') =>
    retryAfter(provider, answer, { attempt, before: 0 }, 0, 0.5);

  test.each([
    ['of one to the same contact too soon comes after 4^X seconds', 131_056, [1, 4, 16, 64]],
    ['of one that may have gone out comes after a minute, for its mark', 131_000, [60, 60]],
    ['of one whose template rests is when that is over', 133_015, [300, 300]],
    ['of one whose channel is paused waits for nothing but that', 131_031, [0, 0]],
  ])('%s', (_, code, seconds) => {
    const waits = seconds.map((_, at) => next(refused(code), at + 1).again?.notBefore);

    expect(waits).toEqual(seconds.map((one) => one * 1000));
  });

  test('holds its place in the lane, unless it is minutes away', () => {
    expect(next(refused(131_000)).again).not.toHaveProperty('dueAt');
    expect(next(refused(133_015)).again).toMatchObject({ dueAt: 300_000, notBefore: 300_000 });
  });

  test('is not before the provider wants it', () => {
    expect(next(refused(131_056, 90)).again?.notBefore).toBe(90_000);
  });

  test('of what never left has no code, and rests no lane', () => {
    const retry = next({ kind: 'unsent', fault: 'ECONNREFUSED' });

    expect(retry).toMatchObject({ error: { class: 'unreachable' }, again: { attempt: 2 } });
    expect(retry.error).not.toHaveProperty('code');
    expect(retry.restUntil).toBeUndefined();
  });

  test('has all of a lane rest: as long as is told, else as the error has it, else ten seconds', () => {
    expect(next(refused(429, 7), 1, 'wasender').restUntil).toBe(7000);
    expect(next(refused(131_057)).restUntil).toBe(60_000);
    expect(next(refused(429), 1, 'wasender').restUntil).toBe(10_000);
  });

  test('is none where the error is final, which rests no lane', () => {
    const { again, error } = next(refused(131_026));

    expect(again).toBeUndefined();
    expect(error).toEqual({ class: 'recipient', code: '131026', text: 'no' });
  });
});
