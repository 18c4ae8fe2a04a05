import { createServer, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod/mini';
import { writeEnvelope } from '../../../../lambda/events/envelope.ts';
import { EventFeed } from '../../../../local/console/event-feed.ts';
import { openLocalDesk } from '../../../../local/console/local-desk.ts';
import { serveConsole } from '../../../../local/console/serve-console.ts';
import { startWatchedStack } from '../../../../local/console/start-watched.ts';
import { listen } from '../../../../local/loopback-server.ts';
import { speakingOf } from '../../../../local/metrics/alarm-states.ts';
import { MetricStore } from '../../../../local/metrics/metric-store.ts';
import { readyOf } from '../../../../local/ready-file.ts';
import type { LocalStack } from '../../../../local/stack.ts';
import { buildAssembly } from '../../../../local/template/assembly.ts';
import { signRequest } from '../../../../local/traffic/sign.ts';
import { floodgate, type TemporaryFolder, temporaryFolder } from '../../../bin/command-line.ts';
import {
  aContact,
  aMessage,
  CHANNEL,
  metaWebhook,
  only,
  splitMeta,
} from '../../../support/webhooks.ts';
import { expectAccessible, openPage } from './browser.ts';
import { CHROMIUM, openBrowser } from './chromium.ts';

const SENDING = '900000000000100';
const PHONE = '5215550001234';
const ARCHIVED_WITHIN_MS = 5 * 60_000;
const VIEWS = [
  ...['overview', 'live', 'conversations', 'campaigns', 'channels', 'subscribers'],
  ...['letters', 'phones', 'dashboard', 'api'],
];

let stack: LocalStack;
let folder: TemporaryFolder;
const faults: unknown[] = [];

beforeAll(async () => {
  const assembly = await buildAssembly();
  stack = await startWatchedStack({ assembly, answersQuickly: false }, (error) =>
    faults.push(error),
  );
  const people = Array.from(
    { length: 200 },
    (_, at) => `52155500${String(at).padStart(5, '0')},Ana`,
  );
  folder = temporaryFolder({
    '.floodgate/local-3000.json': JSON.stringify(readyOf(stack)),
    'people.csv': ['phone,first_name', ...people].join('\n'),
  });
}, 120_000);

afterAll(async () => {
  folder?.[Symbol.dispose]();
  await stack?.stop();
});

/** Posts a webhook as Meta does. */
async function receive(...values: readonly object[]): Promise<void> {
  const body = metaWebhook(...values);
  const target = { baseUrl: stack.url, pathToken: 'local' };
  const secrets = { meta: 'local-app-secret', wasender: '' };
  const signed = signRequest({ provider: 'meta', body }, { ...target, secrets });
  const { headers } = signed;
  const answer = await fetch(signed.url, { method: 'POST', body, headers });
  expect(answer.status).toBe(200);
}

let messages = 0;

function saying(body: string) {
  messages += 1;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const message = aMessage({ id: `wamid.page.${messages}`, timestamp, text: { body } });
  return { contacts: [aContact()], messages: [message] };
}

/** Sends a request as no browser would. */
function ask(path: string, method: string, headers: Readonly<Record<string, string>>) {
  return new Promise<number | undefined>((resolve, reject) => {
    const sent = request(stack.url + path, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject).end(method === 'GET' ? undefined : '{"ids":["a"]}');
  });
}

describe('whoever asks the console', () => {
  test('is refused under another name, or from another site', async () => {
    const own = new URL(stack.url).host;
    expect(await ask('/console/read/overview', 'GET', { host: own })).toBe(200);
    expect(await ask('/console/read/overview', 'GET', { host: 'evil.example' })).toBe(403);
    expect(await ask('/console/do/redrive', 'POST', { host: own })).toBe(403);
    const evil = { host: own, origin: 'http://evil.example' };
    expect(await ask('/console/do/redrive', 'POST', evil)).toBe(403);
    expect(await ask('/console/do/redrive', 'POST', { host: own, origin: stack.url })).toBe(200);
  });

  test('is told what there is not, and what it cannot take', async () => {
    const headers = { origin: stack.url };
    const post = (name: string, body: string) =>
      fetch(`${stack.url}/console/do/${name}`, { method: 'POST', headers, body });
    expect((await fetch(`${stack.url}/console/read/nothing`)).status).toBe(404);
    expect((await fetch(`${stack.url}/console/nothing.js`)).status).toBe(404);
    expect((await fetch(`${stack.url}/console/do/redrive`)).status).toBe(405);
    expect((await post('redrive', 'no json')).status).toBe(400);
    expect((await post('redrive', '{"ids":[]}')).status).toBe(400);
    expect((await fetch(`${stack.url}/console/read/letter?id=nobody`)).status).toBe(503);
    expect(faults).toEqual([]);
  });

  test('leaves the API as it is', async () => {
    expect((await fetch(`${stack.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${stack.url}/v1/subscribers`)).status).toBe(200);
    expect((await fetch(`${stack.url}/nothing`)).status).toBe(404);
  });
});

test('each alarm of the template is worked out, and has its section of the runbook', async () => {
  const { alarms, dashboards } = stack.watching();
  expect(alarms.length).toBeGreaterThan(30);
  expect(speakingOf(alarms, new MetricStore(), Date.now())).toEqual([]);
  const runbook = await (await fetch(`${stack.url}/console/runbook.html`)).text();
  const missing = alarms.filter(({ name }) => !runbook.includes(`id="${name.toLowerCase()}"`));
  expect(missing.map(({ name }) => name)).toEqual([]);
  expect(dashboards).toHaveLength(1);
});

const IN_CHROMIUM =
  CHROMIUM === undefined
    ? "the page, at which nobody looks: there is no Chromium here (Debian's package chromium has it)"
    : 'the page, in Chromium';

describe.skipIf(CHROMIUM === undefined)(IN_CHROMIUM, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
  });

  const open = (view: string, options = {}) => openPage(browser, `${stack.url}/#/${view}`, options);
  const operator = (...args: string[]) => floodgate(args, folder.path);
  const isShown = async (page: Page, text: string | RegExp, timeout = 10_000) => {
    await page.getByText(text).first().waitFor({ state: 'visible', timeout });
  };

  test('shows traffic within three seconds', { timeout: 60_000 }, async () => {
    const { page, complaints } = await open('live');
    await isShown(page, 'Nothing flows yet');
    await receive(saying('the first of all'));
    await isShown(page, 'the first of all', 3_000);

    await page.goto(`${stack.url}/#/overview`);
    await isShown(page, 'All is well.');
    expect(await page.locator('#part-webhooks').count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  test('shows markup that somebody wrote as text', { timeout: 60_000 }, async () => {
    const hostile = '<script>window.hacked = 1</script><img src=x onerror="window.hacked = 1">';
    await receive(saying(hostile));
    const { page, complaints } = await open('live');
    await page.getByRole('button', { name: 'hacked' }).click();
    await isShown(page, 'What happened');
    expect(await page.locator('dialog .said').first().textContent()).toBe(hostile);
    expect(await page.evaluate('window.hacked')).toBeUndefined();

    await page.keyboard.press('Escape');
    await page.goto(`${stack.url}/#/conversations?channel=${CHANNEL}&contact=5215550001111`);
    await page.locator('.talked', { hasText: hostile }).waitFor();
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(complaints).toEqual([]);
  });

  test('sends a dead letter back, and it is stored', { timeout: 60_000 }, async () => {
    const event = only(splitMeta(metaWebhook(saying('back from the dead')), Date.now()));
    const letter = { groupId: event.group, deduplicationId: 'letter', body: writeEnvelope(event) };
    stack.queue('inboxDeadLetter').send(letter, stack.clock.now());
    const { page, complaints } = await open('overview');
    await isShown(page, 'One thing needs you');
    expect(await page.getByRole('link', { name: 'What to do' }).getAttribute('href')).toBe(
      '/console/runbook.html#deadletterqueuenotempty',
    );

    await page.getByRole('link', { name: 'Dead letters' }).click();
    await page.getByRole('button', { name: 'Send back' }).click();
    await isShown(page, '1 sent back.');
    await isShown(page, 'No dead letters');
    await page.goto(`${stack.url}/#/live`);
    await isShown(page, 'back from the dead');
    expect(complaints).toEqual([]);
  });

  test('is a person who writes, and the business that answers', { timeout: 60_000 }, async () => {
    const { page, complaints } = await open('phones');
    await page.getByLabel('Number with country code').fill(PHONE);
    await page.getByRole('button', { name: 'Take the phone' }).click();
    await page.getByLabel('Write as this person').fill('Do you have tulips?');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('.talked', { hasText: 'Do you have tulips?' }).waitFor();

    await page.goto(`${stack.url}/#/conversations`);
    await page.locator('.people a', { hasText: 'Do you have tulips?' }).click();
    await isShown(page, 'window open');
    await page.getByRole('button', { name: 'Let it send' }).click();
    await page.getByLabel('Message', { exact: true }).fill('Tulips and roses.');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('.bubble.outbound', { hasText: 'Tulips and roses.' }).waitFor();
    await page.locator('.ticks.delivered, .ticks.read').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('goes back in a conversation, and stays there while more is said', {
    timeout: 60_000,
  }, async () => {
    const from = '5215550007777';
    const say = async (body: string) => {
      const { contacts, messages: said } = saying(body);
      const theirs = said.map((one) => ({ ...one, from, from_user_id: undefined }));
      await receive({
        contacts: contacts.map((one) => ({ ...one, wa_id: from, user_id: undefined })),
        messages: theirs,
      });
    };
    for (let n = 1; n <= 45; n += 1) await say(`line ${n}.`);
    const { page, complaints } = await open(`conversations?channel=${CHANNEL}&contact=${from}`);
    await page.locator('.bubble', { hasText: 'line 45.' }).waitFor();
    expect(await page.locator('.bubble', { hasText: 'line 1.' }).count()).toBe(0);

    await page.getByRole('button', { name: 'Earlier' }).click();
    await page.locator('.bubble', { hasText: /^line 1\./ }).waitFor();
    expect(await page.getByRole('button', { name: 'Earlier' }).count()).toBe(0);
    await say('line 46.');
    await page.locator('.bubble', { hasText: 'line 46.' }).waitFor();
    expect(await page.locator('.bubble').count()).toBe(46);
    expect(complaints).toEqual([]);
  });

  test('pauses a channel and a campaign, and lets them go on', { timeout: 60_000 }, async () => {
    await operator('channel', 'update', SENDING, '--account', '900000000000001');
    const file = `${folder.path}/people.csv`;
    const hostileName = '<img src=x onerror="window.hacked = 1">';
    const made = await operator(
      ...['campaign', 'create', '--channel', SENDING, '--recipients', file, '--max-rate', '2'],
      ...['--template', 'plain_offer', '--language', 'en_US', '--map', '1=first_name', '--json'],
      ...['--name', hostileName],
    );
    expect(made).toMatchObject({ exitCode: 0 });
    const id = /cmp_[\w-]+/.exec(made.stdout)?.[0] ?? '';
    expect(await operator('campaign', 'start', id)).toMatchObject({ exitCode: 0 });

    const { page, complaints } = await open('channels');
    const card = page.getByRole('listitem').filter({ hasText: SENDING });
    await card.getByRole('button', { name: 'Pause' }).click();
    await isShown(page, 'Nothing is taken or sent, until it is resumed.');
    expect((await operator('channel', 'show', SENDING)).stdout).toContain('paused');
    await card.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => card.getByText('active').count()).toBe(1);

    await page.goto(`${stack.url}/#/campaigns`);
    await page.getByRole('button', { name: 'Pause' }).click();
    await isShown(page, 'paused');
    expect((await operator('campaign', 'show', id)).stdout).toContain('paused');
    await page.getByRole('button', { name: 'Resume' }).click();
    await isShown(page, 'running');

    await page.goto(`${stack.url}/#/dashboard`);
    await page.getByRole('cell', { name: hostileName, exact: true }).waitFor();
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(complaints).toEqual([]);
  });

  test('tests a subscriber, and pauses it', { timeout: 60_000 }, async () => {
    await operator('subscriber', 'add', '--name', 'bot', '--url', 'http://127.0.0.1:1/hook');
    const { page, complaints } = await open('subscribers');
    await page.getByRole('button', { name: 'Test' }).click();
    await isShown(page, /Not delivered: nothing listens there/, 25_000);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    expect(complaints).toEqual([]);
  });

  describe.each([
    ['light, on a desktop', { colorScheme: 'light', viewport: { width: 1280, height: 800 } }],
    ['dark, on a phone', { colorScheme: 'dark', viewport: { width: 390, height: 844 } }],
  ] as const)('%s', (_, options) => {
    test.each(VIEWS)(
      'has nothing in %s that keeps anybody out',
      { timeout: 30_000 },
      async (view) => {
        const { page, complaints } = await open(view, options);
        await page.locator('.wait').waitFor({ state: 'detached' });
        await expectAccessible(page);
        const scrollWidth = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(scrollWidth).toBeLessThanOrEqual(options.viewport.width);
        expect(complaints).toEqual([]);
      },
    );
  });

  test('shows of an opened event all that `floodgate trace` tells', {
    timeout: 120_000,
  }, async () => {
    const hostile = '<img src=x onerror="window.hacked = 1">';
    const readAs = async <Schema extends z.ZodMiniType>(path: string, schema: Schema) =>
      schema.parse(await (await fetch(`${stack.url}/console/read/${path}`)).json());
    const stepsOf = async (id: string) =>
      (await readAs(`trace?id=${id}`, traced)).steps.map(({ what, where }) => `${where}: ${what}`);
    const receiveFile = async () => {
      const few = ['--messages', '1', '--contacts', '1', '--statuses', '0', '--media', '100%'];
      await operator('send', ...few);
      const { events } = await readAs('events?after=0', flowing);
      return events.findLast((one) => one.kind === 'message' && !one.type.startsWith('file'))?.id;
    };
    await operator('subscriber', 'add', '--name', hostile, '--url', 'http://127.0.0.1:1/traced');
    // Who routes hears of a subscriber after a while.
    let id = '';
    await expect
      .poll(
        async () => {
          id = (await receiveFile()) ?? '';
          await sleep(3_000);
          return await stepsOf(id);
        },
        { timeout: 60_000 },
      )
      .toEqual(
        expect.arrayContaining([
          'media: file stored',
          expect.stringMatching(/onerror.*: message \w+ failed after/),
        ]),
      );
    stack.clock.advance(ARCHIVED_WITHIN_MS);
    const archived = expect.stringMatching(/^events\/dt=.*: archived$/);
    await expect
      .poll(() => stepsOf(id), { timeout: 30_000 })
      .toEqual(expect.arrayContaining([archived]));

    const { page, complaints } = await open(`live?id=${id}`);
    const trace = page.locator('.trace');
    for (const told of ['received, then queued and stored', 'file stored', 'archived']) {
      await trace.getByText(told).waitFor();
    }
    const tried = trace.locator('li.bad', { hasText: hostile }).first();
    expect(await tried.textContent()).toMatch(/failed after \d+ ms: nothing listens there/);
    expect(await tried.locator('time').textContent()).toMatch(/\d\d:\d\d/);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(complaints).toEqual([]);
  });

  test('shows what has a key to whoever was given it', { timeout: 60_000 }, async () => {
    const watch = { metrics: new MetricStore(), feed: new EventFeed() };
    const take = serveConsole({
      openDesk: () => openLocalDesk(stack, watch),
      key: 'the-key',
      onFault: (error) => faults.push(error),
    });
    const server = await listen(createServer((request, response) => void take(request, response)));
    onTestFinished(() => server.close());

    const { page, complaints } = await openPage(browser, `${server.url}/#/?key=the-key`);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(page.url()).toBe(`${server.url}/#/`);
    await page.reload();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(complaints).toEqual([]);

    const other = await openPage(browser, `${server.url}/#/`);
    await other.page.getByText('open the address that was printed').first().waitFor();
    await other.page.goto(`${server.url}/#/?key=another`);
    await other.page.reload();
    await other.page.getByText('open the address that was printed').first().waitFor();
  });

  test('has a runbook that alarms lead to', { timeout: 30_000 }, async () => {
    const { page } = await openPage(browser, `${stack.url}/console/runbook.html#inboxdelayed`);
    await page.getByRole('heading', { name: 'InboxDelayed' }).waitFor();
    await expectAccessible(page);
  });
});

const flowing = z.object({
  events: z.array(z.object({ id: z.string(), kind: z.string(), type: z.string() })),
});
const traced = z.object({
  steps: z.array(z.object({ what: z.string(), where: z.string() })),
});
const talked = z.object({
  entries: z.array(
    z.object({
      wamid: z.nullable(z.string()),
      media: z.nullable(z.object({ state: z.string() })),
    }),
  ),
});

test('a file that came with a message is sent so that nothing in it runs', {
  timeout: 60_000,
}, async () => {
  const fromOne = ['--messages', '4', '--contacts', '1', '--statuses', '0', '--media', '100%'];
  const sent = await floodgate(['send', ...fromOne], folder.path);
  const [, channel = '', contact = ''] =
    /channels\/([^/]+)\/contacts\/([^/]+)\//.exec(sent.stdout) ?? [];
  const stored = async () => {
    const query = new URLSearchParams({ channel, contact, cursor: '' });
    const answer = await fetch(`${stack.url}/console/read/conversation?${query}`);
    const { entries } = talked.parse(await answer.json());
    return entries.find(({ media }) => media?.state === 'stored')?.wamid;
  };
  await expect.poll(stored, { timeout: 30_000 }).toEqual(expect.any(String));

  const query = new URLSearchParams({ channel, contact, wamid: (await stored()) ?? '' });
  const file = await fetch(`${stack.url}/console/file/of?${query}`);
  expect([file.status, file.headers.get('x-content-type-options')]).toEqual([200, 'nosniff']);
  expect(file.headers.get('content-security-policy')).toMatch(/^sandbox;/);
  expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(0);
  const headers = { range: 'bytes=0-1' };
  const part = await fetch(`${stack.url}/console/file/of?${query}`, { headers });
  expect([part.status, part.headers.get('content-range')]).toEqual([
    206,
    expect.stringMatching(/^bytes 0-1\//),
  ]);
  expect((await part.arrayBuffer()).byteLength).toBe(2);
  const another = new URLSearchParams({ channel, contact, wamid: 'wamid.none' });
  expect((await fetch(`${stack.url}/console/file/of?${another}`)).status).toBe(503);
});

test('no fault of the console was left in silence', () => {
  expect(faults).toEqual([]);
});
