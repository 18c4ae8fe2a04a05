import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { optOutWriter } from '../../../lambda/campaigns/opt-outs-table.ts';
import { giveUpCheck } from '../../../lambda/sending/checker/check-campaign.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { anObjectStore } from '../../support/an-object-store.ts';
import { CAMPAIGN_ID } from '../../support/campaigns.ts';
import { aCheckWorld, BUCKET, CHECK } from './check-world.ts';

const emulator = await anEventTable();
const objects = await anObjectStore(BUCKET);

let world: Awaited<ReturnType<typeof aCheckWorld>>;
beforeEach(async () => {
  world = await aCheckWorld(emulator, objects);
});
afterEach(() => world.close());

const HEADER = 'teléfono,name,image,path\n';
const REST = 'Ana,https://cdn.example/a.jpg,tulips';

async function optOut(name: string): Promise<void> {
  const { decide } = optOutWriter(emulator.dynamodb, emulator.tableName, Date.now);
  await decide('default', name, { isOptedOut: true, at: 1 }, world.signal);
}

describe('a check', () => {
  test('is of when it began: who was forgotten since is not sent what it found them for', async () => {
    await world.ask(`${HEADER}+52 55 1234 5678,${REST}\n`);
    let now = Date.parse('2026-12-01T09:00:00Z');
    const [beganAt] = [now];
    await world.check({ now: () => now++ });

    expect((await world.campaign())?.check?.at).toBe(beganAt);
  });

  test('writes one line a person, and makes the campaign ready', async () => {
    await world.ask(`${HEADER}+52 55 1234 5678,${REST}\n34612345678,${REST}\n`);
    await world.check();

    const campaign = await world.campaign();
    expect(campaign).toMatchObject({
      state: 'ready',
      check: {
        ...{ category: 'marketing', recipients: 2, refused: 0, tracks: 1 },
        cost: { micros: 30_500 + 70_600, currency: 'USD' },
        dearestMicros: 70_600,
      },
    });
    expect(campaign?.checking).toBeUndefined();
    const check = campaign?.check?.id ?? '';
    const { lines, bytes } = await world.lines(check, 'all');
    expect(lines).toEqual([
      {
        ...{ row: 2, to: { kind: 'phone', name: '525512345678' }, variant: 0, micros: 30_500 },
        country: 'MX',
        components: [
          [
            {
              type: 'header',
              parameters: [{ type: 'image', image: { link: 'https://cdn.example/a.jpg' } }],
            },
            { type: 'body', parameters: [{ type: 'text', text: 'Ana' }] },
            {
              ...{ type: 'button', sub_type: 'url', index: '0' },
              parameters: [{ type: 'text', text: 'tulips' }],
            },
          ],
        ],
      },
      expect.objectContaining({ row: 3, country: 'ES' }),
    ]);
    const { report, cursors } = await world.findings();
    expect(cursors).toEqual([
      {
        ...{
          zone: 'all',
          track: 0,
          timeZones: ['Europe/Madrid'],
          lines: 2,
          bytes,
          done: 0,
          offset: 0,
        },
        ...{ hours: {}, passed: {}, isOver: false, movedAt: 0 },
      },
    ]);
    expect(report).toMatchObject({
      ...{ check, faults: [], recipients: 2, refused: {}, seconds: 1, rates: '2026-07-01' },
      costs: [
        { country: 'MX', category: 'marketing', recipients: 1, micros: 30_500 },
        { country: 'ES', category: 'marketing', recipients: 1, micros: 70_600 },
      ],
      warnings: [expect.stringContaining('500,000')],
    });
  });

  test('parts people by the time of their countries', async () => {
    const rows = ['525512345678', '525512345679', '34612345678'];
    await world.ask(HEADER + rows.map((row) => `${row},${REST}`).join('\n'), {
      timeZone: 'recipient',
    });
    await world.check();

    const check = (await world.campaign())?.check?.id ?? '';
    expect((await world.lines(check, 'MX')).lines.map(({ row }) => row)).toEqual([2, 3]);
    expect((await world.lines(check, 'ES')).lines.map(({ row }) => row)).toEqual([4]);
    const { cursors } = await world.findings();
    const zones = Object.fromEntries(cursors.map(({ zone, timeZones }) => [zone, timeZones]));
    expect(zones['MX']).toContain('America/Tijuana');
    expect(zones['ES']).toContain('Atlantic/Canary');
  });

  test('goes by the clock of its own time zone where it has one', async () => {
    await world.ask(`${HEADER}525512345678,${REST}`, { timeZone: 'Europe/Madrid' });
    await world.check();

    const { cursors } = await world.findings();
    expect(cursors).toMatchObject([{ zone: 'all', timeZones: ['Europe/Madrid'] }]);
  });

  test('refuses rows with a reason each, in a list that no spreadsheet runs', async () => {
    await optOut('5215512345679');
    await optOut('MX.9');
    const rows = [
      '5.2155E+12',
      ',',
      '123',
      '+12025550123',
      '525512345679',
      'MX.9',
      '525512345678',
      '5215512345678',
      '34612345678,,https://cdn.example/a.jpg,tulips',
      `34612345679,${'x'.repeat(1024)},https://cdn.example/a.jpg,tulips`,
      `34612345680,=1+1,ftp://cdn.example/a.jpg,tulips`,
      `34612345681,Ana,https://cdn.example/a.jpg,tulips,more`,
    ];
    await world.ask(
      HEADER + rows.map((row) => (row.includes(',') ? row : `${row},${REST}`)).join('\n'),
    );
    await world.check();

    const { report } = await world.findings();
    expect(report?.refused).toEqual({
      ...{ scientific: 1, no_number: 1, invalid_number: 1, us_marketing: 1, opted_out: 2 },
      ...{ doubled: 1, missing_parameter: 1, long_parameter: 1, odd_parameter: 1, more_cells: 1 },
    });
    expect(report?.recipients).toBe(1);
    const refusals = await world.refusals(report?.check ?? '');
    const [header, ...lines] = refusals?.split('\r\n') ?? [];
    expect(header).toBe('row,column,cell,reason,words');
    expect(lines[0]).toMatch(/^2,teléfono,5\.2155E\+12,scientific,"?a spreadsheet/);
    expect(lines.find((line) => line.startsWith('5,'))).toMatch(/^5,teléfono,"'\+12025550123"/);
  });

  test('takes a person by a phone and a BSUID once, whichever comes first', async () => {
    world.aliases.set('MX.1', ['525512345678']);
    world.aliases.set('MX.2', ['525512345679']);
    const rows = ['MX.1', '525512345678', '525512345679', 'MX.2', 'MX.3'];
    await world.ask(HEADER + rows.map((row) => `${row},${REST}`).join('\n'));
    await world.check();

    const { report } = await world.findings();
    expect(report).toMatchObject({ recipients: 3, refused: { doubled: 2 } });
    expect(world.asked.toSorted()).toEqual(['MX.1', 'MX.2', 'MX.3']);
  });

  test('looks for nobody in a file of BSUIDs alone', async () => {
    await world.ask(HEADER + ['MX.1', 'MX.2', 'MX.1'].map((row) => `${row},${REST}`).join('\n'));
    await world.check();

    expect((await world.findings()).report).toMatchObject({ recipients: 2 });
    expect(world.asked).toEqual([]);
  });

  test('sends codes to log in to phone numbers alone', async () => {
    await world.ask('phone,code\nMX.1,123\n525512345678,123\n', {
      variants: [{ template: 'login_code', language: 'en_US', share: 1 }],
      map: { 1: 'code' },
    });
    await world.check();

    const { report } = await world.findings();
    expect(report).toMatchObject({ recipients: 1, refused: { needs_number: 1 } });
    const { lines } = await world.lines(report?.check ?? '', 'all');
    expect(lines[0]?.components).toEqual([
      [
        { type: 'body', parameters: [{ type: 'text', text: '123' }] },
        {
          ...{ type: 'button', sub_type: 'url', index: '0' },
          parameters: [{ type: 'text', text: '123' }],
        },
      ],
    ]);
  });

  test('gives each person the same variant and all steps', async () => {
    const rows = Array.from({ length: 400 }, (_, at) => `5255${12_345_000 + at},${REST}`);
    const plain = { template: 'plain_offer', language: 'en_US' };
    await world.ask(HEADER + rows.join('\n'), {
      variants: [
        { template: 'spring_offer', language: 'es_MX', share: 3 },
        { ...plain, share: 1 },
      ],
      steps: [{ ...plain, delayMs: 1000, condition: 'no_reply' }],
    });
    await world.check();
    const first = await world.lines((await world.campaign())?.check?.id ?? '', 'all');
    const ofVariant = Map.groupBy(first.lines, ({ variant }) => variant);

    expect(ofVariant.get(1)?.length).toBeGreaterThan(70);
    expect(ofVariant.get(1)?.length).toBeLessThan(130);
    const body = [{ type: 'body', parameters: [{ type: 'text', text: 'Ana' }] }];
    expect(ofVariant.get(1)?.[0]?.components).toEqual([body, body]);
    expect(ofVariant.get(0)?.[0]?.components[1]).toEqual(body);
  });

  test('takes prices that somebody gave', async () => {
    await world.ask(`${HEADER}525512345678,${REST}\n`, {
      prices: '{"currency":"EUR","rates":{"MX":0.0253,"default":0.1}}',
    });
    await world.check();

    expect((await world.campaign())?.check?.cost).toEqual({ micros: 25_300, currency: 'EUR' });
  });

  test('tells the days that the limit of the portfolio takes', async () => {
    const { rules } = await world.whatsapp.world();
    (await world.whatsapp.world()).rules = { ...rules, portfolioLimit: 250 };
    const rows = Array.from({ length: 500 }, (_, at) => `5255${12_345_000 + at},${REST}`);
    await world.ask(HEADER + rows.join('\n'));
    await world.check();

    expect((await world.findings()).report).toMatchObject({ days: 3 });
    expect((await world.campaign())?.portfolioLimit).toBe(250);
  });
});

describe('a warning', () => {
  const FILE = `${HEADER}525512345678,${REST}\n`;

  test('is given of terms that nobody accepted, where the channel needs them', async () => {
    const played = await world.whatsapp.world();
    played.rules = { ...played.rules, marketingTerms: false };
    await world.ask(FILE);
    const channel = { ...world.channel, marketingRoute: 'marketing_messages' as const };
    await world.check({ readChannel: async () => channel });

    const { report } = await world.findings();
    expect(report?.warnings).toContainEqual(expect.stringContaining('marketing_messages'));
    expect(report?.faults).toEqual([]);
  });

  test('is given of a template that was just changed', async () => {
    const { templates } = await world.whatsapp.world();
    const [found] = templates.filter(
      ({ name, language }) => name === 'spring_offer' && language === 'es_MX',
    );
    if (found === undefined) throw new Error('no template');
    templates.splice(templates.indexOf(found), 1, { ...found, createdAt: world.deps.now() - 1000 });
    await world.ask(FILE);
    await world.check();

    const { report } = await world.findings();
    expect(report?.warnings).toContainEqual(expect.stringContaining('last ten minutes'));
  });

  test('is given where files are gone before it ends', async () => {
    const rows = Array.from({ length: 100 }, (_, at) => `5255${12_345_000 + at},${REST}`);
    await world.ask(HEADER + rows.join('\n'), { maxPerSecond: 0.00001 });
    await world.check();

    const { report } = await world.findings();
    expect(report?.warnings).toContainEqual(expect.stringContaining('30 days'));
  });
});

describe('a campaign that cannot be sent', () => {
  const FILE = `${HEADER}525512345678,${REST}\n`;
  const offer = { language: 'en_US', share: 1 };
  const map = { 1: 'name' };

  test.each([
    ['no file', undefined, {}, 'nobody put up'],
    ['no rows', HEADER, {}, 'no rows'],
    ['no row that can be sent to', `${HEADER}12,${REST}`, {}, 'none of the rows'],
    [
      'a column that is not there',
      FILE,
      { map: { 1: 'first' } },
      'no column first; columns of the file: teléfono, name',
    ],
    [
      'a header that is not mapped',
      FILE,
      { map: { 1: 'name', 'button.0': 'path' } },
      'needs header (image)',
    ],
    [
      'a parameter that no template has',
      FILE,
      { map: { ...{ 1: 'name', 2: 'path' }, header: 'image', 'button.0': 'path' } },
      'no template has the parameter 2',
    ],
    [
      'no column of numbers',
      FILE.replace('teléfono', 'x'),
      {},
      'which column has the phone numbers',
    ],
    ['a named column that is not there', FILE, { recipientColumn: 'tel' }, 'no column tel'],
    [
      'a template that is not there',
      FILE,
      { variants: [{ template: 'none', ...offer }] },
      'no template none',
    ],
    [
      'a language that is not there',
      FILE,
      { variants: [{ template: 'spring_offer', language: 'fr', share: 1 }] },
      'not there in fr, but in en_US, es_MX',
    ],
    [
      'a template that is paused',
      FILE,
      { variants: [{ template: 'paused_offer', ...offer }], map },
      'is PAUSED',
    ],
    [
      'two categories',
      FILE,
      {
        variants: [{ template: 'plain_offer', ...offer }],
        steps: [
          {
            template: 'hello_world',
            language: 'en_US',
            delayMs: 1,
            condition: 'no_reply' as const,
          },
        ],
      },
      'several categories: marketing, utility',
    ],
    ['prices that are none', FILE, { prices: '{}' }, 'currency takes'],
    ['a row with an open quote', `${FILE}"1,2`, {}, 'ends within quotes'],
  ])('is a draft again for %s', async (_, file, changes, words) => {
    await world.ask(file, changes);
    await world.check();

    const campaign = await world.campaign();
    expect(campaign).toMatchObject({ state: 'draft', because: expect.stringContaining(words) });
    expect(campaign?.check).toBeUndefined();
    const { report, cursors } = await world.findings();
    expect(report?.faults[0]?.text).toContain(words);
    expect(cursors).toEqual([]);
  });

  test('says so of WasenderApi, of a channel that is gone, and of one without account or token', async () => {
    const { channel } = world;
    const { accountId: _, ...without } = channel;
    await world.ask(FILE);
    for (const [changes, words] of [
      [
        { readChannel: async () => ({ ...channel, provider: 'wasender' as const }) },
        'no templates',
      ],
      [{ readChannel: async () => undefined }, 'there is no channel'],
      [{ readChannel: async () => without }, '--account WABA'],
      [{ askBy: async () => undefined }, '--token-stdin'],
    ] as const) {
      await world.check(changes);
      const campaign = await world.campaign();
      expect(campaign).toMatchObject({ state: 'draft', because: expect.stringContaining(words) });
      const again = { ...campaign, state: 'checking', checking: CHECK } as const;
      const stored = await world.campaigns.get(CAMPAIGN_ID, world.signal);
      if (stored === undefined || campaign === undefined) throw new Error('no campaign');
      await world.campaigns.update(stored, { ...campaign, ...again }, world.signal);
    }
  });
});

describe('a check that comes twice', () => {
  const FILE = `${HEADER}525512345678,${REST}\n`;

  test('changes nothing the second time', async () => {
    await world.ask(FILE);
    await world.check();
    const before = await world.campaign();
    await world.check();

    expect(await world.campaign()).toEqual(before);
  });

  test('is none that nobody waits for any more', async () => {
    await world.ask(FILE);
    await world.check({}, 'chk_0');

    expect(await world.campaign()).toMatchObject({ state: 'checking' });
    expect((await world.findings()).report).toBeUndefined();
  });

  test('leaves the result of the later one, where two go at once', async () => {
    await world.ask(FILE);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = world.check({
      openUpload: async (...call) => {
        await held;
        return await world.deps.openUpload(...call);
      },
    });
    while ((await world.campaigns.get(CAMPAIGN_ID, world.signal))?.revision === 1);
    await world.check();
    const ready = await world.campaign();
    const { cursors } = await world.findings();
    release();
    await slow;

    expect(ready?.state).toBe('ready');
    expect(await world.campaign()).toEqual(ready);
    expect((await world.findings()).cursors).toEqual(cursors);
    expect((await world.findings()).report?.check).toBe(ready?.check?.id);
  });

  test('takes the place of what an earlier check left', async () => {
    await world.ask(`${HEADER}525512345678,${REST}\n34612345678,${REST}\n`, {
      timeZone: 'recipient',
    });
    await world.check();
    const stored = await world.campaigns.get(CAMPAIGN_ID, world.signal);
    if (stored === undefined) throw new Error('no campaign');
    const again = { ...stored.campaign, state: 'checking', checking: 'chk_2' } as const;
    await world.campaigns.update(stored, { ...again, timeZone: 'Europe/Madrid' }, world.signal);
    await world.check({}, 'chk_2');

    expect((await world.findings()).cursors.map(({ zone }) => zone)).toEqual(['all']);
  });

  test('is given up as a draft that says why', async () => {
    await world.ask(FILE);
    const request = { campaign: CAMPAIGN_ID, check: CHECK };
    await giveUpCheck(request, 'nobody answered', world.signal, world.deps);

    expect(await world.campaign()).toMatchObject({ state: 'draft', because: 'nobody answered' });
  });
});

describe('a check that somebody has overtaken', () => {
  test('finds nothing where the campaign was changed as it began', async () => {
    await world.ask(`${HEADER}34612345678,${REST}\n`);
    const { campaigns } = world.deps;

    await world.check({ campaigns: { ...campaigns, update: async () => false } });

    expect(await world.campaign()).toMatchObject({ state: 'checking' });
    expect(await world.findings()).toEqual({ report: undefined, cursors: [] });
  });

  test('is not given up for the one that is asked for now', async () => {
    await world.ask(`${HEADER}34612345678,${REST}\n`);
    const request = { campaign: CAMPAIGN_ID, check: 'chk_0' };

    await giveUpCheck(request, 'nobody answered', world.signal, world.deps);

    expect(await world.campaign()).toMatchObject({ state: 'checking', checking: CHECK });
  });
});

describe('the check of a triggered campaign', () => {
  const PLAIN = {
    ...{ isTriggered: true, map: {} },
    variants: [{ template: 'plain_offer', language: 'en_US', share: 1 }],
  } as const;

  test('keeps its templates, and what fills them in, and reads no file', async () => {
    const steps = [
      { template: 'paced_offer', language: 'en_US', delayMs: 1, condition: 'no_reply' },
    ] as const;
    await world.ask(undefined, { ...PLAIN, steps });
    await world.check();

    const campaign = await world.campaign();
    expect(campaign).toMatchObject({
      state: 'ready',
      check: { category: 'marketing', etag: '', recipients: 0, tracks: 1, dearestMicros: 159_700 },
    });
    const { report, cursors } = await world.findings();
    expect(cursors).toEqual([]);
    expect(report).toMatchObject({ faults: [], columns: ['1'], recipients: 0 });
    expect(report?.whole?.map(({ name }) => name)).toEqual(['plain_offer', 'paced_offer']);
  });

  test('reckons with the dearest of the prices that somebody gave', async () => {
    const prices = JSON.stringify({ currency: 'EUR', rates: { MX: 0.02, default: 0.05 } });
    await world.ask(undefined, { ...PLAIN, prices });
    await world.check();

    expect((await world.campaign())?.check?.dearestMicros).toBe(50_000);
  });

  test('refuses a template that cannot be sent', async () => {
    const variants = [{ template: 'none', language: 'en_US', share: 1 }];
    await world.ask(undefined, { ...PLAIN, variants });
    await world.check();

    expect(await world.campaign()).toMatchObject({
      ...{ state: 'draft', because: 'the account has no template none' },
    });
  });

  test('says nothing of how long it takes', async () => {
    const step = { template: 'plain_offer', language: 'en_US', condition: 'read' } as const;
    await world.ask(undefined, { ...PLAIN, steps: [{ ...step, delayMs: 29.5 * 86_400_000 }] });
    await world.check();

    const { report } = await world.findings();
    expect(report?.warnings.join()).not.toContain('takes longer');
  });
});
