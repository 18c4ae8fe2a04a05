import { expect, onTestFinished, test } from 'vitest';
import { runReceiver } from '../../bench/receiver.ts';

test('the receiver tells what came and when, once', { timeout: 30_000 }, async () => {
  const receiver = await runReceiver();
  onTestFinished(() => receiver[Symbol.asyncDispose]());
  const startMs = Date.now();

  for (const id of ['one', 'two']) {
    const request = { method: 'POST', headers: { 'webhook-id': id }, body: '{}' };
    expect((await fetch(receiver.liveUrl, request)).status).toBe(200);
  }
  const came = await receiver.take();

  expect(came.map(([id]) => id)).toEqual(['one', 'two']);
  for (const [, atMs] of came) expect(atMs).toBeGreaterThanOrEqual(startMs);
  expect(await receiver.take()).toEqual([]);
});

test('the chatty endpoint takes what comes, and answers at length', {
  timeout: 30_000,
}, async () => {
  const receiver = await runReceiver();
  onTestFinished(() => receiver[Symbol.asyncDispose]());

  const answer = await fetch(receiver.chattyUrl, { method: 'POST', body: '{}' });

  expect(answer.status).toBe(200);
  const talk = await answer.text();
  expect(talk.length).toBeGreaterThan(65_000);
  expect(talk).not.toMatch(/\s/);
  expect(JSON.parse(talk)).toHaveLength(1821);
});
