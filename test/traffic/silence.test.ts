import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Answer } from '../../local/traffic/http-client.ts';
import { watchSilence } from '../../local/traffic/silence.ts';

const request = { url: 'http://127.0.0.1/', headers: {}, body: Buffer.alloc(0) };

async function afterSilenceAnd(...statuses: Answer['status'][]): Promise<boolean> {
  const left = [...statuses];
  const { post, signal } = watchSilence(async () => ({ status: left.shift() ?? 'none' }), 30);
  for (const _ of statuses) await post(request);
  await sleep(60);
  return signal.aborted;
}

test('ends it once nothing has answered for so long', async () => {
  expect(await afterSilenceAnd(200, 'none', 'none')).toBe(true);
});

test.each([200, 503])('takes %i for a sign of life', async (status) => {
  expect(await afterSilenceAnd('none', status)).toBe(false);
});

test('counts no time before the first try in vain', async () => {
  expect(await afterSilenceAnd()).toBe(false);
});
