import { expect, test } from 'vitest';
import { redacted } from '../../lambda/domain/redacted.ts';

test('what an endpoint says is kept without what it may repeat', () => {
  const said =
    'No order for +52 155 5000 1111 <lucia@shop.example>, wamid.HBgNNTIxNTU1MDAwMTExMRUC!';

  expect(redacted(said)).toBe('No order for +# # # # … wamid.…!');
});

test('digits of every script are taken out, and control characters', () => {
  expect(redacted('٥٢١ \u0000and\r\n\uFFFE more')).toBe('#  and \n  more');
});

test('a kilobyte of it is kept, in whole characters', () => {
  expect(redacted('no '.repeat(1_000))).toHaveLength(1024);
  expect(redacted(`${'a '.repeat(511)}a👍`).isWellFormed()).toBe(true);
});
