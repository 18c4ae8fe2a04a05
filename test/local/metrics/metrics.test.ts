import { describe, expect, test } from 'vitest';
import { speakingOf } from '../../../local/metrics/alarm-states.ts';
import { embeddedMetrics } from '../../../local/metrics/embedded-metrics.ts';
import { MetricStore } from '../../../local/metrics/metric-store.ts';
import type { WatchedAlarm } from '../../../local/template/watching.ts';

const QUEUE = { namespace: 'AWS/SQS', name: 'Age', dimensions: { QueueName: 'inbox' } };
const NOW = 1_800_000_000_000;

describe('what is measured', () => {
  const store = new MetricStore();
  for (const [value, at] of [
    [1, 0],
    [3, 900],
    [8, 10_000],
    [2, 31_000],
  ] as const) {
    store.add(QUEUE, value, NOW + at);
  }
  const span = { from: NOW, to: NOW + 40_000, periodSeconds: 10 };
  const read = (statistic: string) => store.read({ ...QUEUE, statistic }, span);

  test.each([
    ['Sum', [4, 8, null, 2]],
    ['Average', [2, 8, null, 2]],
    ['Minimum', [1, 8, null, 2]],
    ['Maximum', [3, 8, null, 2]],
    ['SampleCount', [2, 1, null, 1]],
    ['p50', [1, 8, null, 2]],
    ['p99', [3, 8, null, 2]],
  ])('is read as %s a period, null where there was nothing', (statistic, points) => {
    expect(read(statistic)).toEqual(points);
  });

  test('is known by its dimensions in whatever order, and by no others', () => {
    const both = { ...QUEUE, dimensions: { a: '1', b: '2' } };
    store.add(both, 5, NOW);
    const sum = (dimensions: Record<string, string>) =>
      store.read({ ...QUEUE, dimensions, statistic: 'Sum' }, span)[0];
    expect([sum({ b: '2', a: '1' }), sum({ a: '1' })]).toEqual([5, null]);
  });

  test('is kept by the second for an hour, by the minute for a day', () => {
    const long = new MetricStore();
    const hour = 3_600_000;
    for (const [value, at] of [
      [5, 0],
      [7, 1000],
      [1, 2 * hour],
      [2, 3 * hour + 1000],
    ] as const) {
      long.add(QUEUE, value, NOW + at);
    }
    const read = (statistic: string, from: number) =>
      long.read({ ...QUEUE, statistic }, { from, to: from + 4 * hour, periodSeconds: 3600 });
    expect(read('Sum', NOW)).toEqual([12, null, 1, 2]);
    expect(read('Maximum', NOW)).toEqual([7, null, 1, 2]);
    expect(read('Minimum', NOW)).toEqual([5, null, 1, 2]);
    expect(read('SampleCount', NOW)).toEqual([2, null, 1, 1]);

    for (const at of [26 * hour, 28 * hour]) long.add(QUEUE, 3, NOW + at);
    expect(read('Sum', NOW)).toEqual([null, null, null, 2]);
    expect(read('Sum', NOW + 25 * hour)).toEqual([null, 3, null, 3]);
  });
});

test('a line of a log holds metrics by the embedded metric format, or none', () => {
  const line = JSON.stringify({
    _aws: {
      CloudWatchMetrics: [
        {
          Namespace: 'Floodgate/development',
          Dimensions: [['service']],
          Metrics: [{ Name: 'EventStored' }, { Name: 'EventReturned' }],
        },
      ],
    },
    ...{ service: 'floodgate', EventStored: [1, 2], EventReturned: 3 },
  });
  const named = { namespace: 'Floodgate/development', dimensions: { service: 'floodgate' } };
  expect(embeddedMetrics(line)).toEqual([
    { metric: { ...named, name: 'EventStored' }, values: [1, 2] },
    { metric: { ...named, name: 'EventReturned' }, values: [3] },
  ]);
  for (const other of ['{"_aws"', '{"level":"INFO"}', 'REPORT']) {
    expect(embeddedMetrics(other)).toEqual([]);
  }
});

describe('an alarm', () => {
  const errors = { ...QUEUE, name: 'errors', statistic: 'Sum' };
  const alarm: WatchedAlarm = {
    ...{ name: 'Failing', says: 'It fails.', threshold: 2, periodSeconds: 60 },
    ...{ evaluationPeriods: 3, datapointsToAlarm: 2 },
    source: { metrics: { one: errors }, expression: undefined },
  };
  const speaks = (values: readonly (readonly [number, number])[], watched = alarm) => {
    const store = new MetricStore();
    for (const [value, secondsAgo] of values) store.add(errors, value, NOW - 1000 * secondsAgo);
    return speakingOf([watched], store, NOW).length === 1;
  };

  test('speaks once as many periods as it wants are at its threshold', () => {
    expect(speaks([[2, 10]])).toBe(false);
    expect(
      speaks([
        [2, 10],
        [2, 170],
      ]),
    ).toBe(true);
    expect(
      speaks([
        [1, 10],
        [1, 70],
        [1, 130],
      ]),
    ).toBe(false);
  });

  test('is silent where nothing was measured', () => {
    expect(speaks([])).toBe(false);
  });

  test('may be about a share of what there is', () => {
    const share: WatchedAlarm = {
      ...{ ...alarm, threshold: 50, evaluationPeriods: 1, datapointsToAlarm: 1 },
      source: {
        metrics: { errors, requests: { ...errors, statistic: 'SampleCount' } },
        expression: '100 * errors / requests',
      },
    };
    expect(
      speaks(
        [
          [0, 10],
          [1, 20],
        ],
        share,
      ),
    ).toBe(true);
    expect(
      speaks(
        [
          [0, 10],
          [0, 15],
          [1, 20],
        ],
        share,
      ),
    ).toBe(false);
  });

  test('may be about a sum, of which some is not measured', () => {
    const sum: WatchedAlarm = {
      ...{ ...alarm, evaluationPeriods: 1, datapointsToAlarm: 1 },
      source: {
        metrics: { errors, ticks: { ...errors, name: 'ticks' } },
        expression: 'errors + FILL(ticks, 0)',
      },
    };
    expect(speaks([[2, 10]], sum)).toBe(true);
    expect(speaks([], sum)).toBe(false);
  });

  test('may count only while another measure is small', () => {
    const behind = { ...errors, name: 'behind' };
    const expression = 'IF(FILL(behind, 0) < 1800000, errors, 0)';
    const source = { metrics: { errors, behind }, expression };
    const watched = { ...alarm, evaluationPeriods: 1, datapointsToAlarm: 1, source };
    const store = new MetricStore();
    store.add(errors, 3, NOW - 10_000);
    expect(speakingOf([watched], store, NOW)).toEqual([watched]);
    store.add(behind, 1_800_000, NOW - 10_000);
    expect(speakingOf([watched], store, NOW)).toEqual([]);
  });

  test('of an expression that is not known is told, and not taken for silent', () => {
    const source = { metrics: { errors }, expression: 'ANOMALY_DETECTION_BAND(errors)' };
    expect(() => speaks([[2, 10]], { ...alarm, source })).toThrow('cannot work out "ANOMALY');
  });
});
