import { describe, expect, test } from 'vitest';
import { readGraphSend } from '../../../lambda/providers/meta/send-answer.ts';

const answer = (status: number, json: unknown) =>
  ({ kind: 'answer', status, retryAfter: undefined, json }) as const;

describe('an answer of Graph', () => {
  test('names the wamid, and whether the template is looked at first', () => {
    const json = { messages: [{ id: 'wamid.A', message_status: 'held_for_quality_assessment' }] };

    expect(readGraphSend(answer(200, json))).toEqual({
      ...{ kind: 'accepted', wamid: 'wamid.A', msgId: undefined, isHeld: true },
    });
  });

  test('is a refusal by its code, whatever the status', () => {
    const error = {
      code: 131_000,
      message: 'no',
      is_transient: true,
      error_data: { details: 'why' },
    };

    expect(readGraphSend(answer(500, { error }))).toMatchObject({
      ...{ kind: 'refused', refusal: { code: 131_000, text: 'no: why', isTransient: true } },
    });
  });

  test.each([
    [500, undefined],
    [503, { message: 'upstream' }],
    [200, {}],
  ])('leaves open what became of it without a body of its own: %i', (status, json) => {
    expect(readGraphSend(answer(status, json))).toMatchObject({ kind: 'lost' });
  });
});
