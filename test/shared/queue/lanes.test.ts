import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contactGroup } from '../../../lambda/events/event.ts';
import { planLanes, planRounds } from '../../../lambda/shared/queue/lanes.ts';

const MIB = 1024 * 1024;

const groupOf = (contact: number) => contactGroup('shop', String(contact));

const someMessages = fc
  .array(fc.record({ contact: fc.nat(30), bytes: fc.integer({ min: 1, max: 400_000 }) }), {
    maxLength: 100,
  })
  .map((list) => list.map(({ contact, bytes }, n) => ({ n, group: groupOf(contact), bytes })));

/** One message of each contact. */
const ofContacts = (count: number, bytes = 1_000) =>
  Array.from({ length: count }, (_, n) => ({ n, group: groupOf(n), bytes }));

const sizeOf = (batch: readonly { bytes: number }[]) =>
  batch.reduce((sum, { bytes }) => sum + bytes, 0);

describe('planLanes', () => {
  test('lays each message out once, those of a group in one lane in their order', () => {
    fc.assert(
      fc.property(someMessages, (messages) => {
        const lanes = planLanes(messages).map((batches) => batches.flat());

        expect(lanes.flat().toSorted((a, b) => a.n - b.n)).toEqual(messages);
        for (const lane of lanes) {
          const groups = new Set(lane.map(({ group }) => group));
          expect(lane).toEqual(messages.filter(({ group }) => groups.has(group)));
        }
      }),
    );
  });

  test('fills batches as far as SQS takes them, and no further', () => {
    fc.assert(
      fc.property(someMessages, (messages) => {
        for (const batches of planLanes(messages)) {
          for (const [index, batch] of batches.entries()) {
            expect(batch.length).toBeLessThanOrEqual(10);
            expect(sizeOf(batch)).toBeLessThanOrEqual(MIB);
            const next = batches[index + 1]?.[0];
            if (next !== undefined && batch.length < 10) {
              expect(sizeOf([...batch, next])).toBeGreaterThan(MIB);
            }
          }
        }
      }),
    );
  });

  test('sends what fits into one request in one, whosever it is', () => {
    expect(planLanes(ofContacts(10))).toEqual([[ofContacts(10)]]);
    expect(planLanes(ofContacts(2, MIB / 2))).toEqual([[ofContacts(2, MIB / 2)]]);
    expect(planLanes(ofContacts(2, MIB / 2 + 1)).flat()).toHaveLength(2);
  });

  test('spreads many groups over ten lanes, none much longer than the others', () => {
    const lanes = planLanes(ofContacts(1_000)).map((batches) => batches.flat().length);
    expect(lanes).toHaveLength(10);
    expect(Math.max(...lanes)).toBeLessThan(200);
  });

  test('sends nothing for nothing', () => {
    expect(planLanes([]).flat()).toEqual([]);
  });
});

describe('planRounds', () => {
  test('sends each message once, at most one of a group in a round, those of a group in order', () => {
    fc.assert(
      fc.property(someMessages, (messages) => {
        const rounds = planRounds(messages);

        expect(rounds.flat().toSorted((a, b) => a.n - b.n)).toEqual(messages);
        for (const round of rounds) {
          expect(new Set(round.map(({ group }) => group)).size).toBe(round.length);
        }
        for (const { group } of messages) {
          const inRounds = rounds.flat().filter((message) => message.group === group);
          expect(inRounds).toEqual(messages.filter((message) => message.group === group));
        }
      }),
    );
  });

  test('takes as many rounds as the longest group has messages', () => {
    expect(planRounds(ofContacts(100))).toHaveLength(1);
    expect(planRounds([...ofContacts(3), ...ofContacts(2)])).toHaveLength(2);
  });
});
