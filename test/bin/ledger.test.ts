import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { accountFor } from '../../bin/floodgate/ledger/account.ts';
import { buildAssembly } from '../../local/template/assembly.ts';
import { routed } from '../support/deliveries.ts';
import { aMessage as aJustSent } from '../support/just-sent.ts';
import { aPipeline } from '../support/pipeline.ts';
import { aMessage, metaEvent, metaWebhook } from '../support/webhooks.ts';
import { floodgate, operatorOf } from './command-line.ts';

const eventOf = (number: number) =>
  routed(metaEvent({ messages: [aMessage({ id: `wamid.${number}` })] }));

describe('the account of a subscriber', () => {
  const none = new Set<string>();
  const bot = { id: 'sub_1', name: 'bot', since: 0, queued: 0, wants: () => true };

  test('names what was neither delivered nor declined and lies in no queue', () => {
    const events = [1, 2, 3].map(eventOf);
    const [first, second, third] = events.map(({ id }) => id);
    const tries = { delivered: new Set([String(first)]), dead: none, failed: none };

    expect(accountFor(events, { ...bot, tries }).missing).toEqual([second, third]);
    expect(accountFor(events, { ...bot, tries, queued: 1 }).missing).toEqual([second, third]);
    expect(accountFor(events, { ...bot, tries, queued: 2 })).toMatchObject({
      ...{ delivered: 1, waiting: 2, missing: [] },
    });
  });

  test('owes nothing for what is older than it, or than it wants', () => {
    const events = [1, 2].map(eventOf);
    const tries = { delivered: none, dead: none, failed: none };
    const since = Number(events[0]?.receivedAt) + 1;

    expect(accountFor(events, { ...bot, tries, since })).toMatchObject({ declined: 2 });
    expect(accountFor(events, { ...bot, tries, wants: () => false })).toMatchObject({
      declined: 2,
    });
  });

  test('has each event once, whatever became of it', () => {
    const fate = fc.constantFrom('delivered', 'dead', 'failed', 'untried', 'unwanted');
    fc.assert(
      fc.property(fc.array(fate, { maxLength: 20 }), fc.nat({ max: 20 }), (fates, queued) => {
        const events = fates.map((_, index) => eventOf(index));
        const ids = (wanted: string) =>
          new Set(events.filter((__, index) => fates[index] === wanted).map(({ id }) => id));
        const unwanted = ids('unwanted');
        const { delivered, waiting, dead, declined, missing } = accountFor(events, {
          ...{ ...bot, queued, wants: ({ id }) => !unwanted.has(id) },
          tries: { delivered: ids('delivered'), dead: ids('dead'), failed: ids('failed') },
        });

        expect(delivered + waiting + dead + declined + missing.length).toBe(events.length);
      }),
    );
  });
});

describe('floodgate ledger', { timeout: 90_000 }, () => {
  // Whoever starts a stack first waits for its build.
  beforeAll(async () => void (await buildAssembly()), 120_000);

  test('accounts for what was stored, by subscriber', async () => {
    const pipeline = await aPipeline();
    const operator = operatorOf(pipeline.stack);
    const webhook = metaWebhook({ messages: [aJustSent()] });
    expect((await pipeline.post(webhook)).status).toBe(200);
    await pipeline.settle();
    await operator('subscriber', 'add', '--name', 'bot', '--url', 'http://127.0.0.1:1/');

    const { stdout, exitCode, stderr } = await operator('ledger');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^\d+ events stored, received from 20.*\n0 archived, 0 missing\n/);
    expect(stdout).toMatch(/^bot +0 +0 +0 +\d+ +0$/m);
    expect(stdout).toMatch(/Nothing is missing\.\n$/);
  });

  test('refuses a time of which deliveries are not known', async () => {
    const { exitCode, stderr } = await floodgate(['ledger', '--since', '8d']);

    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('known for 7 days')]);
  });
});
