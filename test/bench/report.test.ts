import { describe, expect, test } from 'vitest';
import { type Figure, isReached } from '../../bench/figure.ts';
import { readOptions } from '../../bench/options.ts';
import { asJson, asText } from '../../bench/report.ts';

const size: Figure = {
  name: 'size',
  value: 300,
  unit: 'KB',
  digits: 0,
  mustReach: { atMost: 260 },
};
const rate: Figure = {
  name: 'rate',
  value: 500,
  unit: '/s',
  digits: 0,
  mustReach: { atLeast: 500 },
};
const shown: Figure = { name: 'shown', value: 1.234, unit: 'ms', digits: 1 };

describe('isReached', () => {
  test('takes the limit itself as reached', () => {
    expect(isReached(rate)).toBe(true);
    expect(isReached({ ...size, value: 260 })).toBe(true);
  });

  test('tells what is over, or under', () => {
    expect(isReached(size)).toBe(false);
    expect(isReached({ ...rate, value: 499.9 })).toBe(false);
  });

  test('says nothing of what is only shown', () => {
    expect(isReached(shown)).toBeUndefined();
  });
});

describe('the report', () => {
  test('shows each figure with its limit and whether it is reached', () => {
    expect(asText([{ figures: [size, rate, shown] }])).toBe(
      [
        'figure   value  must reach',
        'size    300 KB    ≤ 260 KB  NOT',
        'rate    500 /s    ≥ 500 /s   ok',
        'shown   1.2 ms',
        '',
      ].join('\n'),
    );
  });

  test('gives programs the value as it was measured', () => {
    const { node, figures } = JSON.parse(asJson([{ figures: [shown] }], { node: 'v24' }));

    expect(node).toBe('v24');
    expect(figures).toEqual([shown]);
  });
});

describe('the command line', () => {
  const names = ['load', 'warm'];

  test('makes every measurement, unless told which', () => {
    expect(readOptions([], names).only).toEqual(names);
    expect(readOptions(['--only', 'warm'], names).only).toEqual(['warm']);
    expect(readOptions(['--only', 'warm', '--only', 'load'], names).only).toEqual(['warm', 'load']);
  });

  test('fails where a figure is not reached, unless told otherwise', () => {
    expect(readOptions([], names).fails).toBe(true);
    expect(readOptions(['--no-fail'], names).fails).toBe(false);
  });

  test('names the measurements that there are', () => {
    expect(() => readOptions(['--only', 'speed'], names)).toThrow('there are load, warm');
  });
});
