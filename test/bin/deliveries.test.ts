import { describe, expect, test } from 'vitest';
import { deliveryHistory } from '../../lambda/delivery/history-table.ts';
import type { LoggedAttempt } from '../../lambda/delivery/log-table.ts';
import { aDelivery } from '../support/deliveries.ts';
import { aTry, logTries } from '../support/logged-deliveries.ts';
import { floodgate } from './command-line.ts';
import { aStubApi } from './stub-api.ts';

const NEVER = new AbortController().signal;
const SURE = ['--why', 'its parser dies on it', '--yes'] as const;
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
        aTry(nowMs - 3_600_000, { outcome: 'failed', fault: 'refused', latencyMs: 10_000.4 }),
        aTry(nowMs - 3_000_000, {
          ...{ outcome: 'failed', status: 500, fault: 'http-500', try: 2 },
          answer: '{"error":"no"}',
        }),
      ],
      { writtenAt: nowMs },
    );
    await logTries(api.emulator, [aTry(nowMs, { status: 200, what: 'message choice' })], {
      writtenAt: nowMs,
    });

    const { stdout, exitCode } = await run('deliveries', '--subscriber', 'bot');
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
      'WHEN | OUTCOME | WHY | TRY | TOOK | WHAT | WEBHOOK-ID',
      expect.stringMatching(
        /^20\S+Z \| delivered \| answered 200 \| 1 \| 12 ms \| message choice \| message_\d+$/,
      ),
      expect.stringMatching(
        /^20\S+Z \| failed \| answered 500 \{"error":"no"\} \| 2 \| 12 ms \| message_\d+$/,
      ),
      expect.stringMatching(
        /^20\S+Z \| failed \| nothing listens there \| 1 \| 10000 ms \| message_\d+$/,
      ),
      '',
    ]);
    const recent = await run('deliveries', '--subscriber', 'sub_1', '--failed', '--since', '55m');
    expect(recent.stdout).toContain('answered 500');
    expect(recent.stdout).not.toMatch(/nothing listens|delivered/);
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
    [['bot'], 'deliveries takes list, show or drop, not "bot"; did you mean --subscriber bot?'],
    [['show', '--subscriber', 'bot'], 'show takes the id of an event'],
    [['show', 'message.1', '--subscriber', 'bot', '--failed'], 'show takes no --failed'],
    [['drop', '--subscriber', 'bot', ...SURE], 'drop takes either --event ID, or --contact'],
    [['drop', '--subscriber', 'bot', '--contact', '1', ...SURE], '--contact takes one --channel'],
    [['drop', '--subscriber', 'bot', '--event', 'message.1', '--why', 'x'], 'say --yes'],
    [['drop', '--subscriber', 'bot', '--event', 'message.1', '--yes'], 'drop takes --why TEXT'],
  ])('refuses %j in one line', async (args, message) => {
    const { exitCode, stderr } = await floodgate(['deliveries', ...args]);

    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});

describe('floodgate deliveries of an event that fails', () => {
  async function aFailing() {
    const { api, run } = await aSubscriber();
    const { dynamodb, tableName } = api.emulator;
    const delivery = aDelivery({ subscriberId: 'sub_1', routedAt: api.clock.now });
    const { id } = delivery.event;
    const history = deliveryHistory(dynamodb, tableName, () => api.clock.now);
    await history.addFailure(delivery, 'http-400', true, NEVER);
    const tries = [
      aTry(api.clock.now, { eventId: id, outcome: 'failed', status: 400 }),
      aTry(api.clock.now),
    ];
    await logTries(api.emulator, tries, { writtenAt: api.clock.now });
    const isDropped = async () => (await history.read(delivery, NEVER)).isDropped;
    const of = (...args: string[]) => run('deliveries', ...args, '--subscriber', 'bot');
    return { id, of, isDropped };
  }

  test('says in the list when it is tried next', async () => {
    const { id, of } = await aFailing();
    const { stdout } = await of();
    const [head = '', ...lines] = stdout.split('\n');
    const line = lines.find((one) => one.includes(id.replace('.', '_'))) ?? '';

    expect(line.slice(head.indexOf('NEXT TRY BY'))).toMatch(/^20\S+Z {2}/);
    const { deliveries } = JSON.parse((await of('--json')).stdout);
    const next = deliveries.map(({ nextTryBy }: { nextTryBy: unknown }) => nextTryBy !== null);
    expect(next.filter(Boolean)).toHaveLength(1);
  });

  test('shows its tries alone, and what waits', async () => {
    const { id, of } = await aFailing();
    const { stdout, exitCode } = await of('show', id.replace('.', '_'));

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^WHEN .*\n20\S+Z +failed +answered 400 +1 .*\nWaits after 1 tries from /,
    );
    expect(stdout).toMatch(/, the last one http-400; next by 20\S+Z, until 20\S+Z\.\n$/);
    const shown = JSON.parse((await of('show', id, '--json')).stdout);
    expect(shown).toMatchObject({ eventId: id, droppedAt: null, tries: [{ status: 400 }] });
  });

  test('drops it, and says so from then on', async () => {
    const { id, of, isDropped } = await aFailing();
    const { stdout, exitCode } = await of('drop', '--event', id, ...SURE);

    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(': 1 delivery is known to have failed;'),
    });
    expect(await isDropped()).toBe(true);
    expect((await of('show', id)).stdout).toMatch(/What was handed on before 20\S+Z is dropped/);
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
    [{ fault: 'name-unknown' }, 'its name is not known after 12 ms.'],
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
