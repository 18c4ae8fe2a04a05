import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../local/traffic/http-client.ts';
import { postWebhooks } from '../../local/traffic/post-webhooks.ts';
import type { SignedRequest } from '../../local/traffic/sign.ts';

const requests = (count: number): SignedRequest[] =>
  Array.from({ length: count }, (_, index) => ({
    url: `http://127.0.0.1/${index}`,
    headers: {},
    body: Buffer.alloc(0),
  }));

const answering = (...statuses: Answer['status'][]) => {
  const left = [...statuses];
  return async (): Promise<Answer> => ({ status: left.shift() ?? 200 });
};

const fast = { rate: 'max', connections: 1, retryGapsMs: [1, 1, 1] } as const;

describe('postWebhooks', () => {
  test('keeps the rate, however long the answers take', async () => {
    const startedMs: number[] = [];
    const startMs = performance.now();
    const post = async (): Promise<Answer> => {
      startedMs.push(performance.now() - startMs);
      await sleep(200);
      return { status: 200 };
    };

    await postWebhooks(requests(10), { rate: 100, connections: 20 }, { post });

    expect(startedMs.at(-1)).toBeGreaterThan(80);
    expect(startedMs.at(-1)).toBeLessThan(200);
  });

  test('counts the wait for a free connection as latency', async () => {
    const post = async (): Promise<Answer> => {
      await sleep(30);
      return { status: 200 };
    };

    const posted = await postWebhooks(requests(4), { rate: 1000, connections: 1 }, { post });

    expect(posted.at(-1)?.latencyMs).toBeGreaterThan(100);
  });

  test('opens no more connections than it may', async () => {
    let open = 0;
    let most = 0;
    const post = async (): Promise<Answer> => {
      open += 1;
      most = Math.max(most, open);
      await sleep(1);
      open -= 1;
      return { status: 200 };
    };

    await postWebhooks(requests(20), { rate: 'max', connections: 3 }, { post });

    expect(most).toBe(3);
  });

  test.each([503, 500, 429, 'none'] as const)('tries again after %s', async (status) => {
    const [posted] = await postWebhooks(requests(1), fast, { post: answering(status, status) });

    expect(posted).toMatchObject({ isAccepted: true, answers: [status, status, 200] });
  });

  test.each([400, 401, 403, 404, 413])('takes %i for an answer', async (status) => {
    const [posted] = await postWebhooks(requests(1), fast, { post: answering(status) });

    expect(posted).toMatchObject({ isAccepted: false, answers: [status] });
  });

  test('gives up in the end', async () => {
    const post = answering(503, 503, 503, 503, 503);

    const [posted] = await postWebhooks(requests(1), fast, { post });

    expect(posted).toMatchObject({ isAccepted: false, answers: [503, 503, 503, 503] });
  });

  test('posts nothing more once it is told to stop, neither first nor again', async () => {
    const stop = new AbortController();
    const post = async (): Promise<Answer> => {
      stop.abort();
      return { status: 'none' };
    };
    const options = { rate: 1, connections: 2, retryGapsMs: [60_000], signal: stop.signal };

    const posted = await postWebhooks(requests(3), options, { post });

    expect(posted.map(({ answers }) => answers)).toEqual([['none'], [], []]);
  });

  test('reports in the order of the webhooks, not of the answers', async () => {
    const post = async ({ url }: SignedRequest): Promise<Answer> => {
      await sleep(url.endsWith('/0') ? 30 : 1);
      return { status: url.endsWith('/0') ? 200 : 400 };
    };

    const posted = await postWebhooks(requests(3), { ...fast, connections: 3 }, { post });

    expect(posted.map(({ isAccepted }) => isAccepted)).toEqual([true, false, false]);
  });
});
