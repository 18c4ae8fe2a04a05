import { describe, expect, test } from 'vitest';
import type { Step } from '../../lambda/campaigns/campaign.ts';
import { isStillToSend, stepDueAt, stepEnd } from '../../lambda/campaigns/steps.ts';
import type { Item } from '../../lambda/table/stored-rows.ts';
import { campaignRow, stateOfRow, statusOf } from '../support/campaign-rows.ts';

const AT = 1_795_212_000_000;
const DAY_MS = 86_400_000;
const rowOf = (attributes: Item) => campaignRow({}, attributes);
const sent = (...names: readonly string[]) => {
  const statuses = Object.assign({}, ...names.map((name) => statusOf(name)));
  return rowOf(stateOfRow('sent', { sentAt: { N: String(AT) }, ...statuses }));
};
const [SENT, DELIVERED, READ] = [sent('sent'), sent('delivered'), sent('delivered', 'read')];
const REPLIED = { ...READ, repliedAt: { N: '1' } };

type Condition = Step['condition'];

describe('a step goes to', () => {
  test.each<[Condition, Item, string | undefined]>([
    ['no_reply', SENT, undefined],
    ['no_reply', READ, undefined],
    ['read', READ, undefined],
    ['read', DELIVERED, 'not_read'],
    ['not_read', DELIVERED, undefined],
    ['not_read', SENT, undefined],
    ['not_read', READ, 'read'],
    ['delivered', DELIVERED, undefined],
    ['delivered', READ, undefined],
    ['delivered', SENT, 'not_delivered'],
  ])('who meets its condition: of %s, case %#', (condition, before, end) => {
    expect(stepEnd({ condition }, [before])).toBe(end);
  });

  test.each<Condition>(['no_reply', 'read', 'not_read', 'delivered'])(
    'nobody who replied to any of those before: of %s',
    (condition) => {
      expect(stepEnd({ condition }, [REPLIED, READ])).toBe('replied');
    },
  );

  test.each(['queued', 'sending', 'uncertain', 'failed', 'cancelled', 'expired'])(
    'nobody to whom the one before is %s',
    (state) => {
      expect(stepEnd({ condition: 'no_reply' }, [SENT, rowOf(stateOfRow(state))])).toBe('not_sent');
      expect(stepEnd({ condition: 'no_reply' }, [SENT, undefined])).toBe('not_sent');
      const forgotten = { ...SENT, forgottenAt: { S: '1' } };
      expect(stepEnd({ condition: 'no_reply' }, [forgotten])).toBe('not_sent');
    },
  );
});

test.each([
  ['queued', true],
  ['sending', true],
  ['sent', false],
  ['uncertain', false],
  ['failed', false],
])('a message that is %s may still go out: %s', (state, isToSend) => {
  expect(isStillToSend(rowOf(stateOfRow(state)))).toBe(isToSend);
});

describe('a step is due', () => {
  const due = (before: Item) => stepDueAt({ delayMs: DAY_MS }, before, AT + 60_000);

  test('its delay after the one before went out', () => {
    expect(due(SENT)).toBe(AT + DAY_MS);
  });

  test('its delay from now on where nobody knows when that was', () => {
    expect(due(rowOf(stateOfRow('uncertain')))).toBe(AT + 60_000 + DAY_MS);
  });

  test.each(['failed', 'cancelled', 'expired'])('never where that is %s', (state) => {
    expect(due(rowOf(stateOfRow(state)))).toBeUndefined();
  });

  test('never for who was forgotten', () => {
    expect(due({ ...SENT, forgottenAt: { S: '1' } })).toBeUndefined();
  });
});
