import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextDue, type Outbox, plan, takeDue } from '../../../local/whatsapp/outbox.ts';

const planned = (at: number, mark: unknown = at) => ({
  ...{ at, about: 'wamid' },
  update: { provider: 'meta' as const, change: { mark } },
});

describe('what is planned', () => {
  test('is taken in the order of its times, and of the planning where those are the same', () => {
    const times = fc.array(fc.nat({ max: 20 }), { maxLength: 40 });
    fc.assert(
      fc.property(times, fc.nat({ max: 20 }), (ats, now) => {
        const outbox: Outbox = [];
        for (const [place, at] of ats.entries()) plan(outbox, planned(at, place));
        const marks = (until: number) =>
          takeDue(outbox, until).flatMap(({ body }) =>
            [...body.matchAll(/"mark":(\d+)/g)].map(([, mark]) => Number(mark)),
          );
        const sorted = ats
          .map((at, place) => ({ at, place }))
          .toSorted((one, other) => one.at - other.at);
        const due = sorted.filter(({ at }) => at <= now).map(({ place }) => place);
        expect(marks(now)).toEqual(due);
        expect(nextDue(outbox)).toBe(sorted[due.length]?.at);
        expect(marks(20)).toEqual(sorted.slice(due.length).map(({ place }) => place));
      }),
    );
  });

  test('goes into one webhook with up to nineteen others', () => {
    const outbox: Outbox = [];
    for (let at = 1; at <= 41; at += 1) plan(outbox, planned(at));
    expect(takeDue(outbox, 41)).toHaveLength(3);
    expect(takeDue(outbox, 41)).toEqual([]);
  });
});
