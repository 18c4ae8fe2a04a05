import { describe, expect, test } from 'vitest';
import openApi from '../../../docs/openapi.json' with { type: 'json' };
import { linesOf } from '../../../local/console/dashboard.ts';
import { rateOf, wrongOf } from '../../../local/console/overview.ts';
import {
  agoText,
  curveOf,
  plural,
  prettyJson,
  rateText,
  sizeText,
  spanText,
} from '../../../local/console/page/format.ts';
import { isWanted, NO_FILTER } from '../../../local/console/page/live-filter.ts';
import { roomsOf } from '../../../local/console/page/open-api.ts';
import { progressOf } from '../../../local/console/page/progress.ts';
import { linkTo, routeOf } from '../../../local/console/page/route.ts';

test.each([
  [null, '–'],
  [0, '0'],
  [0.04, '< 0.1'],
  [4.26, '4.3'],
  [1234.4, '1,234'],
])('a rate of %s reads %s', (rate, text) => {
  expect(rateText(rate)).toBe(text);
});

test('spans, sizes and numbers read as people say them', () => {
  expect([0.4, 59, 90, 7200, 200_000].map(spanText)).toEqual([
    '0 s',
    '59 s',
    '2 min',
    '2 h',
    '2 d',
  ]);
  expect(agoText('2026-11-30T10:00:00.000Z', Date.parse('2026-11-30T10:05:00Z'))).toBe('5 min ago');
  expect([plural(1, 'letter'), plural(1200, 'letter')]).toEqual(['1 letter', '1,200 letters']);
  expect([12, 15_000, 2_400_000].map(sizeText)).toEqual(['12 B', '15 KB', '2.4 MB']);
  expect(prettyJson('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(prettyJson('no json')).toBe('no json');
});

test('a curve begins at the left, ends at the right, and touches the top once', () => {
  const { line } = curveOf([0, 5, 10], { width: 100, height: 20 });
  expect(line).toBe('M0.0,19.0L50.0,10.5L100.0,2.0');
});

describe('an address', () => {
  test('leads to its view and back, whatever stands in a name', () => {
    const about = { channel: 'a&b=c', contact: '5215550001111@g.us#1' };
    expect(routeOf(linkTo('conversations', about))).toEqual({ view: 'conversations', about });
  });

  test.each(['', '#', '#/nowhere', '#main'])(
    'that is none, such as "%s", leads to the overview',
    (hash) => {
      expect(routeOf(hash).view).toBe('overview');
    },
  );
});

describe('the rate of a part', () => {
  test('is that of the last periods that are over', () => {
    expect(rateOf([9, 10, 20, 30, 0], 5, 15)).toBe(4);
  });

  test('counts the period that is not over where it has more', () => {
    expect(rateOf([0, 0, 0, 30], 5, 15)).toBe(2);
  });

  test('is of three periods at least, be they long', () => {
    expect(rateOf([600, 0, 0, 180, 0], 60, 15)).toBe(1);
  });

  test('is unknown where nobody measures it', () => {
    expect(rateOf([], 5, 15)).toBeNull();
  });
});

test('an alarm about what is known to be wrong says it no second time', () => {
  const letter = { what: '1 dead letter in inbox', look: 'dlq list', runbook: 'deadletter' };
  const speaking = [
    { says: 'An event was not stored. What to do: docs/runbook.md#deadletter' },
    { says: 'Webhooks are slow. What to do: docs/runbook.md#ingestslow' },
  ];
  expect(wrongOf({ wrong: [letter] }, speaking)).toEqual([
    letter,
    { what: 'Webhooks are slow.', look: null, runbook: 'ingestslow' },
  ]);
});

test('a metric of a dashboard is read with its dimensions, label and statistic', () => {
  const metrics = [
    ['AWS/SQS', 'Age', 'QueueName', 'inbox', { label: 'oldest', stat: 'Maximum' }],
    [{ label: 'of several' }],
  ];
  expect(linesOf({ properties: { title: 'Age', metrics } })).toEqual([
    {
      label: 'oldest',
      query: {
        ...{ namespace: 'AWS/SQS', name: 'Age', statistic: 'Maximum' },
        dimensions: { QueueName: 'inbox' },
      },
    },
  ]);
});

test('what became of the people of a campaign adds up to all of them', () => {
  const states = {
    ...{ queued: 3, sending: 1, sent: 10, held: 1, delivered: 20, read: 30, failed: 5 },
    ...{ uncertain: 1, cancelled: 0, expired: 2 },
  };
  const figures = { recipients: 100, passed: { optedOut: 3 }, states };
  const parts = progressOf(figures);
  expect(Object.fromEntries(parts.map(({ is, count }) => [is, count]))).toEqual({
    ...{ read: 30, delivered: 20, sent: 12, failed: 7, skipped: 3, waiting: 28 },
  });
  expect(parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
});

describe('a filter of live events', () => {
  const event = {
    ...{ number: 1, id: 'message.a', kind: 'message', type: 'text', direction: 'inbound' as const },
    ...{ provider: 'meta', channel: '1', contact: '5215550001111', who: 'Ana', says: 'hola' },
    ...{ wamid: null, occurredAt: null, receivedAt: null },
  };

  test('wants all where it says nothing', () => {
    expect(isWanted(event, NO_FILTER)).toBe(true);
  });

  test.each([
    [{ kind: 'status' }, false],
    [{ kind: 'message', channel: '1' }, true],
    [{ channel: '2' }, false],
    [{ contact: ' ana ' }, true],
    [{ contact: '0001111' }, true],
    [{ contact: 'Bea' }, false],
  ])('of %j is met: %s', (some, isMet) => {
    expect(isWanted(event, { ...NO_FILTER, ...some })).toBe(isMet);
  });
});

test('the page of the API has each operation of the document, with what it says', () => {
  const rooms = roomsOf(openApi);
  const shown = rooms.flatMap(({ operations }) => operations);
  const count = Object.values(openApi.paths).flatMap((item) =>
    Object.keys(item).filter((name) => name !== 'parameters'),
  ).length;
  expect(shown).toHaveLength(count);
  expect(rooms.map(({ name }) => name)).toContain('Subscribers');
  expect(shown.every(({ summary }) => summary !== '')).toBe(true);
});
