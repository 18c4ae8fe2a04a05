import { describe, expect, test } from 'vitest';
import { campaignFigures } from '../../lambda/campaigns/track-figures.ts';
import type { Channel } from '../../lambda/channels/channel.ts';
import { drawWidget, type WidgetDeps } from '../../lambda/widgets/draw-widget.ts';
import type { QueueLetters } from '../../lambda/widgets/letters-view.ts';
import { aCampaign } from '../support/a-campaign.ts';
import { aChannel } from '../support/channels.ts';

const { signal } = new AbortController();
const NOW = 1_790_000_000_000;
const HOUR_MS = 3_600_000;
const HOSTILE = '<script>alert("1")</script>';
const SHOWN_HOSTILE = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;';

interface Found {
  readonly campaigns?: readonly ReturnType<typeof aCampaign>[];
  readonly unreadableCampaigns?: readonly string[];
  readonly counts?: Readonly<Record<string, number>>;
  readonly channels?: readonly Channel[];
  readonly unreadable?: readonly string[];
  readonly letters?: readonly QueueLetters[];
}

/** What is drawn of a stack that has this, and what was logged. */
async function drawn(event: unknown, found: Found = {}, others: Partial<WidgetDeps> = {}) {
  const warnings: object[] = [];
  const asked: string[] = [];
  const deps: WidgetDeps = {
    campaigns: {
      list: async () => ({
        campaigns: (found.campaigns ?? []).map((campaign) => ({ campaign, revision: 1 })),
        unreadable: found.unreadableCampaigns ?? [],
      }),
    },
    figures: async (campaign) => {
      asked.push(campaign);
      return campaignFigures(found.counts ?? {});
    },
    channels: {
      list: async () => ({
        channels: (found.channels ?? []).map((channel) => ({
          id: channel.id,
          channel,
          revision: 1,
        })),
        unreadable: found.unreadable ?? [],
      }),
    },
    letters: async () => found.letters ?? [],
    now: () => NOW,
    warn: (message, fields) => void warnings.push({ message, ...fields }),
    ...others,
  };
  return { markup: await drawWidget(event, signal, deps), warnings, asked };
}

/** The texts of the cells, row by row. */
function cells(markup: string): string[][] {
  return [...markup.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd]>(.*?)<\/t[hd]>/g)].map(([, cell = '']) => cell),
  );
}

describe('a widget', () => {
  test('says how it is used, in Markdown, when the dashboard asks', async () => {
    const { markup } = await drawn({ describe: true });
    expect(markup).toContain('view: campaigns');
    expect(markup).toContain('campaigns, channels, letters');
  });

  test.each([{ view: 'other' }, { view: 1 }, {}, null, 'campaigns', undefined])(
    'that asks for %j is told which views there are',
    async (event) => {
      expect((await drawn(event)).markup).toBe(
        '<p>There is no such view. There are: campaigns, channels, letters.</p>',
      );
    },
  );

  test('says what is at fault, and to the log nothing else, where it cannot be read', async () => {
    const letters = () => Promise.reject(new RangeError('wamid.ABC of 5215550001111'));
    const { markup, warnings } = await drawn({ view: 'letters' }, {}, { letters });
    expect(markup).toBe(
      '<p>This cannot be read now (RangeError). The log of the function says more.</p>',
    );
    expect(warnings).toEqual([
      { message: 'Widget not drawn', view: 'letters', fault: 'RangeError' },
    ]);
  });
});

describe('the widget of campaigns', () => {
  const view = { view: 'campaigns' };

  test('says that there are none', async () => {
    expect((await drawn(view)).markup).toBe('<p>There are no campaigns.</p>');
  });

  test('shows how far each is, and what it cost', async () => {
    const counts = {
      'state.0.0.sent': 1000,
      'state.0.0.delivered': 400,
      'state.0.0.read': 100,
      'state.0.0.failed': 20,
    };
    const { markup } = await drawn(view, { campaigns: [aCampaign()], counts });
    const figures = campaignFigures(counts);
    expect(cells(markup)).toEqual([
      ['Campaign', 'State', 'Sent', 'Delivered', 'Read', 'Failed', 'Cost'],
      ['Spring', 'running', '1,500 of 3', '500', '100', '20', '0.00 USD'],
    ]);
    expect(figures.reached.sent).toBe(1500);
  });

  test('shows of many those that are under way or stopped, then the newest, and reads no others', async () => {
    const finished = Array.from({ length: 30 }, (_, at) =>
      aCampaign({ id: `cmp_${at}`, name: `${at}`, state: 'finished', updatedAt: NOW + at }),
    );
    const urgent = [
      aCampaign({ id: 'cmp_paused', state: 'paused', because: 'failures', updatedAt: NOW - 1 }),
      aCampaign({ id: 'cmp_running', updatedAt: NOW - 2 }),
    ];
    const { markup, asked } = await drawn(view, { campaigns: [...finished, ...urgent] });
    expect(asked).toHaveLength(10);
    expect(asked.slice(0, 3)).toEqual(['cmp_paused', 'cmp_running', 'cmp_29']);
    expect(cells(markup)[1]?.[1]).toBe('paused: failures');
    expect(markup).toContain('And 22 more: npx floodgate campaign list');
  });

  test('shows a name that somebody made as text', async () => {
    const { markup } = await drawn(view, { campaigns: [aCampaign({ name: HOSTILE })] });
    expect(markup).not.toContain('<script');
    expect(cells(markup)[1]?.[0]).toBe(SHOWN_HOSTILE);
  });

  test('counts those that another release wrote', async () => {
    const { markup } = await drawn(view, { unreadableCampaigns: ['cmp_a', 'cmp_b'] });
    expect(markup).toContain('And 2 more');
  });
});

describe('the widget of channels', () => {
  const view = { view: 'channels' };

  test('says that there are none, or that all are well', async () => {
    expect((await drawn(view)).markup).toBe('<p>There are no channels.</p>');
    const channels = [aChannel({ id: 'a' }), aChannel({ id: 'b' })];
    expect((await drawn(view, { channels })).markup).toBe('<p>All 2 channels are well.</p>');
  });

  test('shows those that are paused or of which the provider says a fault, and what it said', async () => {
    const channels = [
      aChannel({ id: 'well' }),
      aChannel({ id: 'paused', state: 'paused' }),
      aChannel({
        ...{ id: 'red', needsAttention: 'quality is RED' },
        said: {
          quality: { at: NOW, ok: false, found: HOSTILE },
          token: { at: NOW, ok: true, found: 'valid' },
        },
      }),
    ];
    const { markup } = await drawn(view, { channels, unreadable: ['odd'] });
    expect(cells(markup)).toEqual([
      ['Channel', 'State', 'What its provider said'],
      ['paused', 'paused: user', ''],
      ['red', 'active', `quality: ${SHOWN_HOSTILE}`],
      ['odd', 'unreadable', 'another release wrote it'],
    ]);
  });

  test('of many shows as many as fit, and how many others there are', async () => {
    const channels = Array.from({ length: 50 }, (_, at) =>
      aChannel({ id: `${at}`, state: 'paused', pausedBecause: 'token' }),
    );
    const { markup } = await drawn(view, { channels });
    expect(cells(markup)).toHaveLength(21);
    expect(markup).toContain('And 30 more: npx floodgate channel list');
  });
});

describe('the widget of dead letters', () => {
  const view = { view: 'letters' };

  test('says that there are none', async () => {
    const letters = [{ queue: 'inbox', count: 0, seen: [] }];
    expect((await drawn(view, { letters })).markup).toBe('<p>There are no dead letters.</p>');
  });

  test('shows of each queue how many, since when, and why', async () => {
    const letters: QueueLetters[] = [
      {
        ...{ queue: 'inbox', count: 300 },
        seen: [
          { reason: 'malformed', since: NOW - 2 * HOUR_MS },
          { reason: 'malformed', since: NOW - 50 * HOUR_MS },
          { reason: undefined, since: NOW - 5_000 },
        ],
      },
      { queue: 'mediaJobs', count: 0, seen: [] },
      { queue: 'deliveries', count: 2, seen: [] },
      { queue: 'campaignsChecks', count: 0, seen: [{ reason: HOSTILE, since: NOW + 1 }] },
    ];
    const { markup } = await drawn(view, { letters });
    expect(cells(markup)).toEqual([
      ['Queue', 'Dead letters', 'Oldest', 'Why'],
      ['inbox', '300', '2 d ago', 'malformed (2), received too often (1)'],
      ['deliveries', '2', 'in work', ''],
      ['campaignsChecks', '1', '0 s ago', `${SHOWN_HOSTILE} (1)`],
    ]);
  });
});
