import { expect, test } from 'vitest';
import { sources } from '../hostile/lambda-sources.ts';

test('each client of a function is handed its credentials: bundles have none of the SDK’s search for them', () => {
  const making = sources('lambda').filter(({ source }) => /new \w+Client\(/.test(source));

  expect(making.length).toBeGreaterThan(2);
  for (const { file, source } of making) {
    expect(source, file).toContain('clientSettings(');
  }
});
