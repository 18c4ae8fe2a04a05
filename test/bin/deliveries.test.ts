import { describe, expect, test } from 'vitest';
import type { LoggedAttempt } from '../../lambda/adapters/delivery-log.ts';
import { aTry, logTries } from '../support/logged-deliveries.ts';
import { floodgate } from './command-line.ts';
import { aStubApi } from './stub-api.ts';

const HOOK = 'https://bot.example/hook';

async function aSubscriber() {
  const api = await aStubApi();
  const run = (...args: string[]) => floodgate([...args, '--api', api.url]);
  expect((await run('subscriber', 'add', '--name', 'bot', '--url', HOOK)).exitCode).toBe(0);
  return { api, run };
}

describe('floodgate deliveries', () => {
  test('shows what became of each try, newest first', async () => {
    const { api, run } = await aSubscriber();
    const nowMs = Date.now();
    await logTries(
      api.emulator,
      [
        aTry(nowMs - 3_600_000, { outcome: 'failed', fault: 'timeout', latencyMs: 10_000.4 }),
        aTry(nowMs - 3_000_000, { outcome: 'failed', status: 500, fault: 'http-500', try: 2 }),
      ],
      { writtenAt: nowMs },
    );
    await logTries(api.emulator, [aTry(nowMs, { status: 200, what: 'message choice' })], {
      writtenAt: nowMs,
    });

    const { stdout, exitCode } = await run('deliveries', '--subscriber', 'bot');
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
      'WHEN | OUTCOME | WHY | TRY | TOOK | WHAT | EVENT',
      expect.stringMatching(
        /^20\S+Z \| delivered \| answered 200 \| 1 \| 12 ms \| message choice \| message\.\d+$/,
      ),
      expect.stringMatching(/^20\S+Z \| failed \| answered 500 \| 2 \| 12 ms \| message\.\d+$/),
      expect.stringMatching(/^20\S+Z \| failed \| timeout \| 1 \| 10000 ms \| message\.\d+$/),
      '',
    ]);
    const recent = await run('deliveries', '--subscriber', 'sub_1', '--failed', '--since', '55m');
    expect(recent.stdout).toContain('answered 500');
    expect(recent.stdout).not.toMatch(/timeout|delivered/);
    expect((await run('deliveries', '--subscriber', 'bot', '--since', '0s')).stdout).toBe(
      'Nothing was tried.\n',
    );
  });

  test('reads as many pages as are asked for, and says when there is more', async () => {
    const { api, run } = await aSubscriber();
    const nowMs = Date.now();
    for (let n = 0; n < 15; n += 1) {
      const tries = Array.from({ length: 10 }, (_, index) => aTry(nowMs - 10 * n - index));
      await logTries(api.emulator, tries, { writtenAt: nowMs });
    }
    const read = async (limit: string) =>
      JSON.parse(
        (await run('deliveries', '--subscriber', 'bot', '--json', '--limit', limit)).stdout,
      );

    expect(await read('149')).toMatchObject({ subscriber: 'sub_1', isAll: false });
    const { deliveries, isAll } = await read('1000');
    expect(isAll).toBe(true);
    expect(new Set(deliveries.map(({ eventId }: LoggedAttempt) => eventId)).size).toBe(150);
    const { stdout } = await run('deliveries', '--subscriber', 'bot');
    expect(stdout.split('\n')).toHaveLength(53);
    expect(stdout).toContain('… and more: --limit N shows them');
  });

  test.each([
    [[], 'deliveries takes --subscriber, its id or name'],
    [['--subscriber', 'bot', '--since', 'monday'], '--since takes a time such as 90s'],
    [['--subscriber', 'bot', '--limit', '0'], '--limit takes a whole number from 1 on'],
    [['bot'], "unexpected argument 'bot'"],
  ])('refuses %j in one line', async (args, message) => {
    const { exitCode, stderr } = await floodgate(['deliveries', ...args]);

    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});

describe('floodgate subscriber test', () => {
  async function tested(outcome: Partial<LoggedAttempt>, ...args: string[]) {
    const { api, run } = await aSubscriber();
    api.onSent.call = ({ subscriberId: id, event }) => {
      const at = Date.now();
      const tries = [aTry(at, { eventId: event.id, ...outcome })];
      return logTries(api.emulator, tries, { id, writtenAt: at });
    };
    return await run('subscriber', 'test', 'bot', ...args);
  }

  test('says how long the endpoint took', async () => {
    const { stdout, exitCode } = await tested({ status: 204, latencyMs: 84.2 });

    expect(stdout).toMatch(
      /^Delivered to https:\/\/bot\.example\/hook in 84 ms\. webhook-id account_/,
    );
    expect(exitCode).toBe(0);
  });

  test.each([
    [{ status: 401 }, 'answered 401 after 12 ms.'],
    [{ fault: 'name-unknown' }, 'name-unknown after 12 ms.'],
  ])('says why it did not take it: %j', async (why, said) => {
    const { stdout, exitCode } = await tested({ outcome: 'failed', ...why });

    expect(stdout).toBe(`Not delivered to ${HOOK}: ${said}\n`);
    expect(exitCode).toBe(1);
  });

  test('says what is to do where a right is missing', async () => {
    const { stdout } = await tested({ outcome: 'failed', fault: 'KmsAccessDenied' });

    expect(stdout).toBe(
      `Not delivered to ${HOOK}: KmsAccessDenied after 12 ms.\nThe stage has to name the key of the queue in subscriberQueueKeyArns: docs/deploying.md#queues-of-your-own\n`,
    );
  });

  test('prints one JSON object for software', async () => {
    const { stdout } = await tested({ status: 200 }, '--json');

    expect(JSON.parse(stdout)).toMatchObject({
      eventId: expect.stringMatching(/^account\./),
      webhookId: expect.stringMatching(/^account_/),
      outcome: { outcome: 'delivered', status: 200 },
    });
  });
});
