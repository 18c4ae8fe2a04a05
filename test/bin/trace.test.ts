import { beforeAll, expect, test } from 'vitest';
import { timelineAnswer } from '../../lambda/reading/schemas.ts';
import { buildAssembly } from '../../local/template/assembly.ts';
import { aMessage, aStatus } from '../support/just-sent.ts';
import { aPipeline } from '../support/pipeline.ts';
import { aContact, metaWebhook } from '../support/webhooks.ts';
import { floodgate, operatorOf } from './command-line.ts';

// Whoever starts a stack first waits for its build.
beforeAll(async () => void (await buildAssembly()), 120_000);

const WAMID = 'wamid.HBgNNTIxNTU1MDAwMTExMRUCABEYEjAw';

test('tells everything that happened to a message, in the order of time', {
  timeout: 90_000,
}, async () => {
  const pipeline = await aPipeline();
  const operator = operatorOf(pipeline.stack);
  await operator('subscriber', 'add', '--name', 'bot', '--url', 'http://127.0.0.1:1/');
  const webhook = metaWebhook({ contacts: [aContact()], messages: [aMessage({ id: WAMID })] });
  expect((await pipeline.post(webhook)).status).toBe(200);
  const traced = async (id: string) => JSON.parse((await operator('trace', id, '--json')).stdout);
  const isTried = ({ where }: { where: string }) => where === 'bot';
  await expect
    .poll(async () => (await traced(WAMID)).steps.some(isTried), { timeout: 60_000 })
    .toBe(true);

  const { events, steps } = await traced(WAMID);
  expect(events).toHaveLength(1);
  const what = steps.map((one: { what: string }) => one.what);
  expect(what.slice(0, 2)).toEqual([
    'message text happened',
    'message text received, then queued and stored',
  ]);
  expect(steps.find(isTried)).toMatchObject({
    what: expect.stringMatching(/^message text failed after \d+ ms: nothing listens there$/),
    isFault: true,
  });
  const byEvent = await traced(events[0].replace('.', '_'));
  expect(byEvent.events).toEqual(events);
});

test('tells of each status of a message that was sent', { timeout: 60_000 }, async () => {
  const pipeline = await aPipeline();
  const statuses = ['sent', 'read'].map((status) => aStatus({ id: WAMID, status }));
  expect((await pipeline.post(metaWebhook({ statuses }))).status).toBe(200);
  await pipeline.settle();

  const { stdout, exitCode } = await operatorOf(pipeline.stack)('trace', WAMID);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/status sent happened/);
  expect(stdout).toMatch(/status read received/);
});

test('tells when the file of a message was stored', { timeout: 60_000 }, async () => {
  const { stack } = await aPipeline();
  const operator = operatorOf(stack);
  const sent = ['--messages', '1', '--contacts', '1', '--statuses', '0', '--media', '100%'];
  const { stdout } = await operator('send', ...sent);
  const [, path = ''] = /(\/v1\/\S+\/timeline)/.exec(stdout) ?? [];
  const timeline = async () =>
    timelineAnswer.parse(await (await fetch(`${stack.url}${path}`)).json());
  await expect
    .poll(timeline, { timeout: 30_000 })
    .toMatchObject({ entries: [{ media: { state: 'stored' } }] });

  const [message] = (await timeline()).entries;
  const { steps } = JSON.parse((await operator('trace', message?.id ?? '', '--json')).stdout);
  const file = steps.find(({ what }: { what: string }) => what === 'file stored');
  expect(file).toMatchObject({ where: 'media', isFault: false });
  expect(Date.parse(file.at)).toBeGreaterThan(Date.parse(message?.receivedAt ?? ''));
});

test('says that nothing is known, and exits with 1', { timeout: 60_000 }, async () => {
  const { stack } = await aPipeline();
  const { stdout, exitCode } = await operatorOf(stack)('trace', 'message.none');

  expect([exitCode, stdout]).toEqual([
    1,
    expect.stringMatching(/^Nothing is known of message.none/),
  ]);
  const ours = await operatorOf(stack)('trace', 'msg_1');
  expect([ours.exitCode, ours.stderr]).toEqual([2, expect.stringContaining('--channel')]);
  expect((await floodgate(['trace'])).stderr).toContain('trace takes an id');
});
