import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './http-client.ts';
import type { SignedRequest } from './sign.ts';

export interface PostDeps {
  readonly post: (request: SignedRequest) => Promise<Answer>;
  /** Called after each webhook that is done with. */
  readonly onProgress?: (done: number) => void;
}

export interface PostOptions {
  /** Webhooks per second, or `max` for as many as the connections carry. */
  readonly rate: number | 'max';
  /** Requests in flight at a time, at most. */
  readonly connections: number;
  /**
   * Pauses before each further try of what was not taken.
   *
   * @default half a second, then twice as long each time, five in all
   */
  readonly retryGapsMs?: readonly number[];
  /** Once it is aborted, nothing more is posted. */
  readonly signal?: AbortSignal;
}

/** What became of one webhook. */
export interface PostedWebhook {
  readonly isAccepted: boolean;
  /** One answer a try, the last one last; none where it was not posted any more. */
  readonly answers: readonly Answer['status'][];
  /**
   * Milliseconds to the first answer, counted from when the webhook was due.
   *
   * So a webhook that had to wait for a free connection counts its waiting, too.
   */
  readonly latencyMs: number;
}

const RETRY_GAPS_MS = [500, 1000, 2000, 4000, 8000];
const ACCEPTED = 200;
const NOT_POSTED = { isAccepted: false, answers: [], latencyMs: 0 } as const;

/** Posts webhooks at an even rate, whatever the answers take, as providers do. */
export async function postWebhooks(
  requests: readonly SignedRequest[],
  options: PostOptions,
  deps: PostDeps,
): Promise<PostedWebhook[]> {
  const posted = requests.map((): PostedWebhook => NOT_POSTED);
  const startMs = performance.now();
  const gapMs = options.rate === 'max' ? 0 : 1000 / options.rate;
  const queue = requests.entries();
  let done = 0;

  async function work(): Promise<void> {
    for (const [index, request] of queue) {
      const dueMs = options.rate === 'max' ? performance.now() : startMs + index * gapMs;
      await pause(dueMs - performance.now(), options.signal);
      if (options.signal?.aborted) return;
      posted[index] = await postUntilTaken(request, dueMs, options, deps.post);
      done += 1;
      deps.onProgress?.(done);
    }
  }

  const workers = Math.min(options.connections, requests.length);
  await Promise.all(Array.from({ length: workers }, work));
  return posted;
}

async function postUntilTaken(
  request: SignedRequest,
  dueMs: number,
  { retryGapsMs = RETRY_GAPS_MS, signal }: PostOptions,
  post: PostDeps['post'],
): Promise<PostedWebhook> {
  const { status } = await post(request);
  const latencyMs = performance.now() - dueMs;
  const answers = [status];
  for (const gap of retryGapsMs) {
    if (!isWorthRetry(answers.at(-1))) break;
    await pause(gap, signal);
    if (signal?.aborted) break;
    answers.push((await post(request)).status);
  }
  return { isAccepted: answers.at(-1) === ACCEPTED, answers, latencyMs };
}

/** Providers retry all that is not 200; here a refusal that will not change is told at once. */
function isWorthRetry(status: Answer['status'] | undefined): boolean {
  return status === 'none' || (typeof status === 'number' && (status >= 500 || status === 429));
}

/** Ends early when it is aborted. */
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (milliseconds <= 0 || signal?.aborted) return;
  const started =
    signal === undefined ? sleep(milliseconds) : sleep(milliseconds, undefined, { signal });
  await started.catch(() => undefined);
}
