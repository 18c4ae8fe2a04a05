import { describe, expect, test } from 'vitest';
import {
  readWasenderInfo,
  readWasenderSend,
} from '../../../lambda/providers/wasender/send-answer.ts';

const answer = (status: number, json: unknown) =>
  ({ kind: 'answer', status, retryAfter: undefined, json }) as const;

describe('an answer of WasenderApi', () => {
  test('names its own number of the message', () => {
    const json = { success: true, data: { msgId: 7, status: 'in_progress' } };

    expect(readWasenderSend(answer(200, json))).toMatchObject({ kind: 'accepted', msgId: '7' });
  });

  test('says how long to wait', () => {
    expect(readWasenderSend(answer(429, { message: 'slow', retry_after: 9 }))).toMatchObject({
      refusal: { code: 429, retryAfterSeconds: 9 },
    });
  });

  test('says in its words what is wrong, and how long to wait by a header', () => {
    const json = {
      message: 'The given data was invalid.',
      errors: { to: ['The to field is required.', 'Another.'], text: 'none' },
    };
    const exchange = { ...answer(422, json), retryAfter: '3' };

    expect(readWasenderSend(exchange)).toEqual({
      kind: 'refused',
      refusal: {
        ...{ code: 422, isTransient: false, retryAfterSeconds: 3 },
        text: 'The given data was invalid.: The to field is required.',
      },
    });
  });

  test.each([
    { kind: 'unsent', fault: 'ECONNREFUSED' },
    { kind: 'lost', fault: 'ECONNRESET' },
  ] as const)('is none where it is $kind', (exchange) => {
    expect(readWasenderSend(exchange)).toEqual(exchange);
  });

  test.each([
    [200, { success: true, data: {} }],
    [400, undefined],
  ])('leaves open what became of it without its number or a body: %i', (status, json) => {
    expect(readWasenderSend(answer(status, json))).toMatchObject({ kind: 'lost' });
  });

  test.each([500, 408])('leaves open what became of it: %i', (status) => {
    expect(readWasenderSend(answer(status, { success: false }))).toMatchObject({ kind: 'lost' });
  });
});

describe('what WasenderApi knows of a message by its number', () => {
  const answer = (json: unknown) =>
    readWasenderInfo({ kind: 'answer', status: 200, retryAfter: undefined, json });

  test('is its wamid, once it went out', () => {
    expect(answer({ success: true, data: { key: { id: 'KEY1' }, status: 2 } })).toBe('KEY1');
  });

  test.each([{ success: true, data: { status: 'in_progress' } }, { success: false }, undefined])(
    'is nothing: %j',
    (json) => {
      expect(answer(json)).toBeUndefined();
    },
  );

  test('is nothing where no answer came', () => {
    expect(readWasenderInfo({ kind: 'lost', fault: 'ECONNRESET' })).toBeUndefined();
  });
});
