import { describe, expect, test } from 'vitest';
import { createOutput } from '../../local/output.ts';
import { queueUrlOf } from '../bin/subscribed.ts';
import { aPipeline } from '../support/pipeline.ts';
import { aMessage, metaWebhook } from '../support/webhooks.ts';
import { subscribe, waitingFor } from './delivering.ts';

const MINUTE = 60_000;
const NOWHERE = 'http://127.0.0.1:9/hook';

/** A stack with two subscribers, for both of which what comes waits. */
async function aWaitingStack() {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const output = createOutput({ write, verbose: true, colours: false });
  const pipeline = await aPipeline({ output });
  const { clock } = pipeline.stack;
  const ids = await Promise.all(
    ['purged', 'kept'].map((name) => subscribe(pipeline, NOWHERE, { name, isPaused: true })),
  );
  clock.advance(2 * MINUTE);
  const body = metaWebhook({ messages: [aMessage()] });
  expect((await pipeline.post(body)).status).toBe(200);
  for (const id of ids) await expect.poll(() => waitingFor(pipeline, id)).toBe(1);
  return { pipeline, ids, said: () => lines.join('\n') };
}

describe('the hourly audit', { timeout: 90_000 }, () => {
  test('tells of an event that is gone from a queue, and of none that waits or is on its way', async () => {
    const { pipeline, ids, said } = await aWaitingStack();
    const { clock, queue } = pipeline.stack;
    const [purged = ''] = ids;
    queue(queueUrlOf(pipeline.stack, purged)).purge();
    // The archiver gathers for five minutes.
    clock.advance(6 * MINUTE);
    await expect.poll(said).toMatch(/EventArchived 1/);
    clock.advance(55 * MINUTE);

    await expect.poll(said).toMatch(/EventUnaccounted 1/);
    expect(said()).toContain(`subscriberId=${purged} events=1`);
    expect(said().match(/accounted for nowhere/g)).toHaveLength(1);
  });
});
