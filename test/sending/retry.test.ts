import { expect, test } from 'vitest';
import { retryAfter } from '../../lambda/sending/retry.ts';

const refusal = { code: 131_016, text: 'no', isTransient: true, retryAfterSeconds: undefined };
const after = (attempt: number, before = 0) =>
  retryAfter('meta', { kind: 'refused', refusal }, { attempt, before }, 0, 0.5).again?.attempt;

test('what is refused is tried as often as the class of its error says', () => {
  expect([1, 5, 6].map((attempt) => after(attempt))).toEqual([2, 6, undefined]);
});

test('what is offered again has as many tries once more', () => {
  expect([7, 11, 12].map((attempt) => after(attempt, 6))).toEqual([8, 12, undefined]);
});
