import { describe, expect, test } from 'vitest';
import type { Campaign, CampaignCheck } from '../../../lambda/campaigns/campaign.ts';
import { campaignFigures } from '../../../lambda/campaigns/track-figures.ts';
import {
  campaignAnswer as answerOf,
  figuresAnswer,
  reportAnswer,
} from '../../../lambda/sending/campaigns/campaign-answer.ts';
import { campaignAnswer, campaignShown } from '../../../lambda/sending/campaigns/schemas.ts';
import { aCampaign, aCursor, aDraft } from '../../support/a-campaign.ts';
import { CAMPAIGN, CAMPAIGN_CHANNEL } from '../../support/campaign-rows.ts';

const AT = Date.parse('2027-01-15T08:00:00Z');
const ISO = '2027-01-15T08:00:00.000Z';

describe('a campaign that is answered', () => {
  test('has null for what it has none of', () => {
    expect(campaignAnswer.parse(answerOf(aDraft()))).toMatchObject({
      ...{ id: CAMPAIGN, channel: CAMPAIGN_CHANNEL, because: null, recipientColumn: null },
      ...{ startAt: null, quiet: null, maxPerSecond: null, budget: null, portfolioLimit: null },
      ...{ check: null, retry: null, stepsBegun: 0, changes: [] },
    });
  });

  test('has times of ISO 8601, money in units of its currency, and waits in hours', () => {
    const check: CampaignCheck = {
      ...{ id: 'chk', at: AT, etag: '"1"', category: 'utility', tracks: 4, recipients: 3 },
      ...{ refused: 2, cost: { micros: 90_500, currency: 'USD' }, dearestMicros: 30_000 },
    };
    const full: Campaign = aCampaign({
      ...{ state: 'paused', because: 'user', recipientColumn: 'phone', portfolioLimit: 1000 },
      ...{ startAt: '2027-01-16T09:00', quiet: { from: '21:00', to: '08:00' }, maxPerSecond: 3 },
      ...{ budget: { micros: 12_500_000, currency: 'USD' }, prices: '{}', check, stepsBegun: 1 },
      steps: [{ template: 'b', language: 'es', delayMs: 5_400_000, condition: 'read' }],
      changes: [
        { at: AT, state: 'running', by: 'user/ana' },
        { at: AT, state: 'paused', by: 'user/ana', because: 'user' },
      ],
      retry: { number: 2, name: 'secret', withUncertain: true, at: AT, by: 'user/ana' },
      ...{ createdAt: AT, updatedAt: AT },
    });
    const answer = campaignAnswer.parse(answerOf(full));

    expect(answer).toMatchObject({
      ...{ state: 'paused', because: 'user', portfolioLimit: 1000, createdAt: ISO },
      budget: { amount: 12.5, currency: 'USD' },
      check: { at: ISO, category: 'utility', recipients: 3, refused: 2, cost: { amount: 0.0905 } },
      steps: [{ template: 'b', language: 'es', afterHours: 1.5, condition: 'read' }],
      changes: [
        { at: ISO, state: 'running', by: 'user/ana', because: null },
        { at: ISO, state: 'paused', by: 'user/ana', because: 'user' },
      ],
      retry: { number: 2, uncertain: true, at: ISO, by: 'user/ana', found: null, because: null },
    });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  test('says how many failures a retry found, or why none', () => {
    const retry = { number: 1, name: 'r', withUncertain: false, at: AT, by: 'user/ana' };
    const found = aCampaign({ retry: { ...retry, found: { now: 2, later: 1 } } });
    const none = aCampaign({ retry: { ...retry, because: 'nobody is left' } });

    expect(answerOf(found).retry).toMatchObject({ found: { now: 2, later: 1 }, because: null });
    expect(answerOf(none).retry).toMatchObject({ found: null, because: 'nobody is left' });
  });
});

describe('figures', () => {
  const NONE = campaignFigures({});

  test('are none before the check', () => {
    expect(figuresAnswer(aDraft(), [], NONE)).toBeNull();
  });

  test('have every recipient once, however many rounds offer them something', () => {
    const retry = {
      ...{ number: 1, name: 'r', withUncertain: false, at: AT, by: 'user/ana' },
      found: { now: 2, later: 3 },
    };
    const steps = [{ template: 'b', language: 'es', delayMs: 1, condition: 'read' }] as const;
    const campaign = aCampaign({ steps, stepsBegun: 1, retry });
    const cursors = [
      aCursor({ zone: 'MX', lines: 10, done: 7, passed: { opted_out: 1 } }),
      aCursor({ zone: 'US', lines: 5, done: 5, passed: { opted_out: 2, forgotten: 1 } }),
      aCursor({ round: 1, lines: 6, done: 2, passed: { replied: 2 } }),
      aCursor({ round: 2, lines: 2, done: 1 }),
      aCursor({ round: 3, lines: 3, done: 0 }),
    ];

    expect(figuresAnswer(campaign, cursors, NONE)).toMatchObject({
      ...{ recipients: 15, waiting: 3, passed: { opted_out: 3, forgotten: 1 } },
      again: { recipients: 5, waiting: 4 },
      steps: [{ step: 1, recipients: 6, waiting: 4, passed: { replied: 2 } }],
    });
  });

  test('have nobody again while failures are looked for', () => {
    const retry = { number: 1, name: 'r', withUncertain: false, at: AT, by: 'user/ana' };
    const cursors = [aCursor({ round: 1, lines: 2 })];

    expect(figuresAnswer(aCampaign({ retry }), cursors, NONE)).toMatchObject({
      again: { recipients: 0, waiting: 0 },
    });
  });

  test('have states, failures and costs as they were counted', () => {
    const counted = campaignFigures({
      'state.0.0.read': 2,
      'state.1.0.failed': 1,
      'replied.0.0': 1,
      'failed.unknown.131026': 1,
      'cost.MX.marketing': 61_000,
      pending: 30_500,
    });
    const figures = figuresAnswer(aCampaign(), [aCursor()], counted);

    expect(figures).toMatchObject({
      ...{ states: { read: 2, failed: 1, sent: 0 }, reached: { sent: 2, delivered: 2, read: 2 } },
      ...{ replied: 1, failures: [{ class: 'unknown', code: '131026', messages: 1 }] },
      byVariant: [
        { variant: 0, step: 0, states: { read: 2 }, replied: 1 },
        { variant: 1, step: 0, states: { failed: 1 }, replied: 0 },
      ],
      cost: [{ country: 'MX', category: 'marketing', amount: 0.061 }],
      spent: { amount: 0.061, currency: 'USD' },
      pending: { amount: 0.0305, currency: 'USD' },
    });
    const shown = { campaign: answerOf(aCampaign()), figures, report: null, refusals: null };
    expect(campaignShown.parse(shown).figures).toEqual(figures);
  });
});

test('a report has null where a fault is of no row, and days where the portfolio takes some', () => {
  const report = {
    ...{ check: 'chk', at: AT, warnings: ['w'], columns: ['phone'], recipients: 3 },
    faults: [{ text: 'no such template' }, { text: 'no column', row: 1, column: 'name' }],
    ...{ refused: { doubled: 1 }, rates: '2026-10-01', seconds: 5 },
    costs: [{ country: 'MX', category: 'marketing', recipients: 3, micros: 90_000 }],
    cost: { micros: 90_000, currency: 'USD' },
    costOfAllSteps: { micros: 180_000, currency: 'USD' },
    zones: [{ zone: 'MX', timeZones: ['America/Cancun'], recipients: 3 }],
    templates: [{ template: 'a', language: 'es', id: '7' }],
  } as const;
  const { templates: _, check: __, ...told } = report;

  expect(reportAnswer(report)).toEqual({
    ...told,
    ...{ at: ISO, days: null },
    faults: [
      { text: 'no such template', row: null, column: null },
      { text: 'no column', row: 1, column: 'name' },
    ],
    costs: [{ country: 'MX', category: 'marketing', recipients: 3, amount: 0.09 }],
    cost: { amount: 0.09, currency: 'USD' },
    costOfAllSteps: { amount: 0.18, currency: 'USD' },
  });
  expect(reportAnswer({ ...report, days: 2 })).toMatchObject({ days: 2 });
});

test('figures of a triggered campaign tell who came as far as a message, and what became of that', () => {
  const steps = [1, 2].map((number) => ({
    ...{ template: `t${number}`, language: 'es', delayMs: 1, condition: 'read' as const },
  }));
  const campaign = aCampaign({ isTriggered: true, steps });
  const counts = {
    ...{ 'waiting.0': 4, 'ended.0.opted_out': 1, 'waiting.1': 3, 'ended.1.replied': 2 },
    ...{ 'ended.2.removed': 1, 'ended.3.through': 5, 'state.0.0.sent': 11 },
  };

  expect(figuresAnswer(campaign, [], campaignFigures(counts))).toMatchObject({
    ...{ recipients: 16, waiting: 4, passed: { opted_out: 1 } },
    steps: [
      { step: 1, recipients: 11, waiting: 3, passed: { replied: 2 } },
      { step: 2, recipients: 6, waiting: 0, passed: { removed: 1 } },
    ],
  });
  const through = campaignFigures({ 'ended.1.through': 5 });
  const shown = figuresAnswer(aCampaign({ isTriggered: true }), [], through);
  expect(shown).toMatchObject({ recipients: 5, waiting: 0, passed: {}, steps: [] });
});
