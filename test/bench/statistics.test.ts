import { describe, expect, test } from 'vitest';
import { median, medianRatio, quantile } from '../../bench/statistics.ts';

describe('median', () => {
  test('is the value in the middle, in whatever order they come', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  test('is between the two in the middle, of an even number', () => {
    expect(median([1, 2, 4, 100])).toBe(3);
  });

  test('is refused of nothing', () => {
    expect(() => median([])).toThrow('no values');
  });
});

describe('quantile', () => {
  const oneToHundred = Array.from({ length: 100 }, (_, n) => n + 1);

  test('is a value that was measured', () => {
    expect(quantile(oneToHundred, 0.99)).toBe(99);
    expect(quantile(oneToHundred, 0.5)).toBe(50);
    expect(quantile([7], 0.99)).toBe(7);
  });
});

describe('medianRatio', () => {
  test('is untouched by a moment in which the machine was slow', () => {
    const pairs = [
      { real: 12, bare: 10 },
      { real: 120, bare: 100 },
      { real: 24, bare: 20 },
    ];

    expect(medianRatio(pairs)).toBeCloseTo(1.2);
  });
});
