import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { drawProgress } from '../../bin/floodgate/campaign/draw.ts';
import { paceMeter } from '../../bin/floodgate/campaign/progress.ts';
import { campaignAnswer as campaignAnswerOf } from '../../lambda/sending/campaigns/campaign-answer.ts';
import {
  type CampaignShown,
  campaignAnswer,
  campaignShown,
  recipientAnswer,
} from '../../lambda/sending/campaigns/schemas.ts';
import { aCampaign } from '../support/campaigns.ts';
import { aLocalStack } from '../support/local-stack.ts';
import { floodgate, operatorOf, temporaryFolder } from './command-line.ts';

const CHANNEL = '900000000000100';
const NOWHERE = 'http://127.0.0.1:1';

describe('a command line that is wrong', () => {
  const ON = ['--channel', CHANNEL, '--recipients', 'README.md', '--template', 'a'];
  const NEW = [...ON, '--language', 'en_US'];
  test.each([
    [['create', '--recipients', 'README.md'], 'create takes --channel ID'],
    [['create', '--channel', CHANNEL], 'create takes --recipients FILE'],
    [['create', ...ON.slice(0, 4)], 'create takes --template NAME'],
    [['create', ...ON], '--template takes --language CODE beside it'],
    [['create', ...NEW, '--share', '1', '--share', '2'], '--share is said once for each'],
    [['create', ...NEW, '--map', 'first_name'], '--map takes PARAMETER=COLUMN such as'],
    [['create', ...NEW, '--step', '2d:always:b'], '--step takes AFTER:CONDITION:TEMPLATE'],
    [['create', ...NEW, '--step', 'soon:read:b'], '--step takes a time such as'],
    [['create', ...NEW, '--quiet', 'night'], '--quiet takes two times of day such as'],
    [['create', ...NEW, '--budget', '200'], '--budget takes an amount and its currency'],
    [['create', ...NEW, '--max-rate', 'fast'], '--max-rate takes a number'],
    [['create', ...NEW, '--valid', 'ever'], '--valid takes a time'],
    [['create', ...NEW, '--stop-failed', '120%'], '--stop-failed takes a share'],
    [['create', ...NEW, '--prices', 'README.md'], '--prices: README.md has no JSON object'],
    [['create', ...NEW, '--recipients', 'nobody.csv'], 'there is no file nobody.csv'],
    [['create', ...NEW, '--recipients', 'docs'], 'docs is no file'],
    [['check'], 'check takes the id of a campaign'],
    [['test', 'cmp_1'], 'test takes --to NUMBER'],
    [['change', 'cmp_1'], 'change takes what to change'],
    [['change', 'cmp_1', '--template', 'b'], 'change takes no --template'],
    [['create', ...NEW, '--triggered'], 'or --triggered without it'],
    [['add', 'cmp_1'], 'add takes the id of a campaign, and a key'],
    [['add', 'cmp_1', 'cart-1'], 'add takes --to NUMBER'],
    [['add', 'cmp_1', 'cart-1', '--to', '1', '--parameter', 'Ana'], '--parameter takes NAME=VALUE'],
    [
      ['add', 'cmp_1', 'cart-1', '--to', '1', '--parameter', '1=a', '--parameter', '1=b'],
      'such as 1=Ana, and 1 once, not twice',
    ],
    [['add', 'cmp_1', 'cart-1', '--to', '1', '--after', 'soon'], '--after takes a time'],
    [['remove', 'cmp_1'], 'remove takes the id of a campaign, and a key'],
    [['pause', 'cmp_1', '--watch'], 'pause takes no --watch'],
  ])('%j is refused in one line', async (args, reason) => {
    const { exitCode, stdout, stderr } = await floodgate(['campaign', ...args, '--api', NOWHERE]);

    expect(stderr).toMatch(/^error: [^\n]*; try --help\n$/);
    expect(stderr).toContain(reason);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });
});

test('without an action says which there are', async () => {
  const { exitCode, stderr } = await floodgate(['campaign']);

  expect(stderr).toContain('campaign takes create, check, test, start, pause, resume, cancel');
  expect(exitCode).toBe(2);
});

const EUR = (amount: number) => ({ amount, currency: 'EUR' });
const CHECK = { category: 'marketing', recipients: 10_000, refused: 3, cost: EUR(500) } as const;
const NO_STATES = { queued: 0, sending: 0, held: 0, cancelled: 0, expired: 0, uncertain: 0 };

/** A campaign as `/v1` shows it, on its way. */
const RUNNING: CampaignShown = {
  campaign: {
    ...campaignAnswerOf(aCampaign({ state: 'running' })),
    ...{ budget: EUR(200), check: { at: '2026-11-30T16:00:00.000Z', ...CHECK } },
  },
  figures: {
    ...{ recipients: 10_000, waiting: 9000, passed: { opted_out: 10 }, replied: 0 },
    reached: { sent: 980, delivered: 900, read: 300 },
    states: { ...NO_STATES, sent: 80, delivered: 600, read: 300, failed: 20 },
    ...{ failures: [], byVariant: [], cost: [], spent: EUR(22.5), pending: EUR(2) },
    ...{ retriable: { now: 20, later: 0, uncertain: 0 }, again: { recipients: 0, waiting: 0 } },
    steps: [],
  },
  ...{ report: null, refusals: null },
};

describe('progress', () => {
  test('is measured over the last ten seconds', () => {
    const measure = paceMeter();

    expect([0, 1, 2].map((second) => measure(1000 * second, 20 * second))).toEqual([0, 20, 20]);
    // Nothing more: after ten seconds nothing is left of the pace.
    expect([7, 12, 13].map((second) => measure(1000 * second, 40))).toEqual([5.7, 0, 0]);
  });

  test('says how fast, how long, what failed and what it cost', () => {
    expect(drawProgress(RUNNING, 45, 'long')).toBe(
      'running  1,010 of 10,000  45/s  3 min left  sent 980  delivered 900  read 300  failed 20  ' +
        'cost 22.50 EUR of 200.00 EUR, and 2.00 EUR if all is delivered',
    );
  });
});

/** People of the stand-in whom nothing special happens to. */
function people(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `+52155500${10_000 + 10 * n + 5},Ana ${n}`);
}

/** Somebody with a channel, and files of recipients beside them. */
async function aMarketer() {
  const stack = await aLocalStack();
  const files = temporaryFolder({
    'people.csv': ['phone,first_name', ...people(30), '5.2155E+12,Leo'].join('\n'),
    'others.ndjson': '{"phone":"+5215550021005","first_name":"Eva"}\n',
    'enough.csv': `phone,first_name\n+5215550022049,Ana\n+5215550022115,Eva\n`,
    'nobody.csv': 'phone,first_name\nnone,Ana\n',
    'prices.json': '{"currency":"EUR","rates":{"default":0.05}}',
  });
  onTestFinished(() => files[Symbol.dispose]());
  const run = operatorOf(stack);
  const add = ['--account', '900000000000001', '--no-token'];
  expect(await run('channel', 'add', CHANNEL, ...add)).toMatchObject({ exitCode: 0 });
  const create = (file: string, ...others: string[]) =>
    run(
      ...['campaign', 'create', '--channel', CHANNEL, '--language', 'en_US', '--map'],
      ...['1=first_name', '--recipients', path.join(files.path, file), ...others],
    );
  return { run, create, fileOf: (file: string) => path.join(files.path, file) };
}

const shownIn = (stdout: string) => campaignShown.parse(JSON.parse(stdout));
const idIn = (stdout: string) => /^id +(cmp_\S{22})$/m.exec(stdout)?.[1] ?? '';

test('takes a campaign of the local stack through its life', { timeout: 180_000 }, async () => {
  const { run, create, fileOf } = await aMarketer();
  const created = await create(
    ...(['people.csv', '--template', 'plain_offer', '--budget', '200EUR'] as const),
    ...['--prices', fileOf('prices.json'), '--name', 'Spring', '--max-rate', '10'],
  );
  const id = idIn(created.stdout);

  expect(created).toMatchObject({ exitCode: 0, stderr: '' });
  expect(created.stdout).toMatch(/^state +ready\npeople +30\ncost +1\.50 EUR at most/m);
  expect(created.stdout).toMatch(/^ +MX marketing: 30 for 1\.50 EUR$/m);
  expect(created.stdout).toMatch(/^refused +1 rows\n +1 scientific$/m);
  expect(created.stdout).toContain(`Start it: npx floodgate campaign start ${id}\n`);

  const refusals = await run('campaign', 'refusals', id);
  expect(refusals.stdout).toMatch(/^row,column,cell,reason,words\r\n32,phone,5\.2155E\+12,scien/);
  expect((await run('campaign', 'list')).stdout).toMatch(new RegExp(`${id} +Spring +ready +30 `));
  const tested = await run('campaign', 'test', id, '--to', '+5215550011115');
  expect(tested.stdout).toMatch(/^says +.*"text":"Ana 0"/m);

  expect((await run('campaign', 'start', id)).stdout).toBe('Spring is running.\n');
  expect(await run('campaign', 'start', id)).toMatchObject({
    ...{ exitCode: 1, stderr: expect.stringContaining('is running, and cannot be started') },
  });
  const paused = await run('campaign', 'pause', id, '--because', 'wrong price');
  expect(paused.stdout).toBe('Spring is paused (wrong price).\n');
  const watched = await run('campaign', 'watch', id, '--json');
  expect(watched.exitCode).toBe(1);
  expect(watched.stdout).toMatch(/^\{"campaign":.*"because":"wrong price".*\}\n$/s);

  await run('campaign', 'change', id, '--max-rate', 'none', '--budget', '100eur');
  const finished = await run('campaign', 'resume', id, '--watch');
  expect(finished.exitCode).toBe(0);
  expect(finished.stdout).toMatch(/^\S+Z finished {2}30 of 30 {2}sent 30 /m);
  expect(finished.stdout).toMatch(/^people +30, of whom 0 wait\nsent +30$/m);

  const exported = (await run('campaign', 'export', id, '--format', 'ndjson')).stdout;
  const lines = exported.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).row)).toEqual(people(30).map((_, n) => n + 2));

  const { campaign, figures } = shownIn((await run('campaign', 'show', id, '--json')).stdout);
  expect(campaign).toMatchObject({ maxPerSecond: null, budget: { amount: 100, currency: 'EUR' } });
  expect(figures).toMatchObject({ recipients: 30, waiting: 0, reached: { sent: 30 } });
  expect((await run('campaign', 'show', id)).stdout).toMatch(
    /^changed .* paused by .*: wrong pri/m,
  );
});

test('offers again what failed, once it is finished', { timeout: 180_000 }, async () => {
  const { run, create } = await aMarketer();
  const id = idIn((await create('enough.csv', '--template', 'plain_offer')).stdout);
  expect(await run('campaign', 'retry-failed', id)).toMatchObject({
    ...{ exitCode: 1, stderr: expect.stringContaining('only one that is finished can') },
  });
  expect((await run('campaign', 'start', id, '--watch')).exitCode).toBe(0);
  const dryRun = async () => (await run('campaign', 'retry-failed', id, '--dry-run')).stdout;
  await expect
    .poll(dryRun, { timeout: 30_000 })
    .toBe('0 can be offered it again now, 1 a day after they failed.\n');

  const retried = await run('campaign', 'retry-failed', id);
  expect(retried.stdout).toMatch(/^Campaign is offered again to 0 at once, and 1 a day after/m);
  expect(retried.exitCode).toBe(0);
  const { campaign, figures } = shownIn((await run('campaign', 'show', id, '--json')).stdout);
  expect(campaign).toMatchObject({
    ...{ state: 'running', because: 'retry-failed' },
    retry: { number: 1, uncertain: false, found: { now: 0, later: 1 }, because: null },
  });
  expect(figures).toMatchObject({ recipients: 2, again: { recipients: 1, waiting: 1 } });
});

test('has a campaign mended whose check finds a fault', { timeout: 180_000 }, async () => {
  const { run, create, fileOf } = await aMarketer();
  const empty = await create('nobody.csv', '--template', 'plain_offer');
  const id = idIn(empty.stdout);

  expect(empty.exitCode).toBe(1);
  expect(empty.stdout).toMatch(/^state +draft\nfault +none of the rows can be sent to/m);
  expect(empty.stdout).toMatch(/^ +1 invalid_number$/m);
  expect((await run('campaign', 'refusals', id)).stdout).toContain('2,phone,none,invalid_number,');

  const others = fileOf('others.ndjson');
  const mended = await run('campaign', 'check', id, '--recipients', others, '--json');
  expect(mended.exitCode).toBe(0);
  expect(shownIn(mended.stdout).report).toMatchObject({ recipients: 1, faults: [], refused: {} });
  expect((await run('campaign', 'refusals', id)).stdout).toBe('');

  const cancelled = await run('campaign', 'cancel', id, '--json');
  expect(campaignAnswer.parse(JSON.parse(cancelled.stdout)).state).toBe('cancelled');

  const unmapped = await create('people.csv', '--template', 'plain_offer', '--map', '2=surname');
  expect(unmapped.stdout).toMatch(/^fault .*surname.*phone, first_name/m);

  const tests = ['--template', 'plain_offer', '--template', 'spring_offer', '--no-check'];
  const steps = ['--step', '2d:no-reply:plain_offer', '--step', '4h:not-read:hello_world'];
  const draft = await create('people.csv', ...tests, '--share', '70', '--share', '30', ...steps);
  expect(draft.stdout).toMatch(/^then +plain_offer en_US, 2 d later, no reply$/m);
  expect(draft.stdout).toMatch(/^then +hello_world en_US, 4 h later, not read$/m);
  expect(draft.stdout).toMatch(/^state +draft$/m);
  expect(draft.stdout).toMatch(/^template +spring_offer en_US, share 30$/m);
});

test('puts people into a triggered campaign, shows how far they are, and takes them out', {
  timeout: 180_000,
}, async () => {
  const { run } = await aMarketer();
  const created = await run(
    ...['campaign', 'create', '--channel', CHANNEL, '--language', 'en_US', '--triggered'],
    ...['--template', 'plain_offer', '--step', '2h:no-reply:paced_offer', '--name', 'Carts'],
  );
  const id = idIn(created.stdout);
  expect(created).toMatchObject({ exitCode: 0, stderr: '' });
  expect(created.stdout).toMatch(/^state +ready\nfills in +1$/m);
  expect(created.stdout).toContain(`campaign add ${id} KEY --to NUMBER\n`);
  expect(created.stdout).not.toMatch(/^refused/m);

  const who = ['--to', '+5215550023015', '--parameter', '1=Ana'];
  expect(await run('campaign', 'add', id, 'cart-1', ...who)).toMatchObject({
    ...{ exitCode: 1, stderr: expect.stringContaining('is ready, and cannot take anybody') },
  });
  expect((await run('campaign', 'start', id)).stdout).toBe('Carts is running.\n');
  const added = await run('campaign', 'add', id, 'cart-1', ...who);
  expect(added.stdout).toMatch(
    /^cart-1 to 5215550023015 waits for the first message, due 20\S+Z\.$/m,
  );
  const json = async () =>
    recipientAnswer.parse(
      JSON.parse((await run('campaign', 'recipient', id, 'cart-1', '--json')).stdout),
    );
  await expect.poll(json, { timeout: 60_000, interval: 500 }).toMatchObject({ step: 1 });
  const later = await run('campaign', 'add', id, 'cart-2', ...who, '--after', '1h');
  expect(later.stdout).toMatch(/^cart-2 .* waits for the first message/);
  expect(await run('campaign', 'add', id, 'cart-2', ...who, '--after', '1h')).toEqual(later);

  const shown = async () => (await run('campaign', 'show', id)).stdout;
  await expect
    .poll(shown, { timeout: 60_000, interval: 500 })
    .toMatch(/^people +2, of whom 1 wait$/m);
  expect(await shown()).toMatch(/^people +put in one by one$/m);
  expect(await shown()).toMatch(/^step 1 +1, of whom 1 wait/m);
  expect((await run('campaign', 'remove', id, 'cart-1')).stdout).toMatch(
    new RegExp(`^cart-1 to 5215550023015 gets no more: removed\\.\n${id}\\.0\\.1\\.0\n$`),
  );
  expect(await run('campaign', 'remove', id, 'none')).toMatchObject({
    ...{ exitCode: 1, stderr: expect.stringContaining('nobody of that key') },
  });
  expect((await run('campaign', 'cancel', id)).stdout).toBe('Carts is cancelled.\n');
});
