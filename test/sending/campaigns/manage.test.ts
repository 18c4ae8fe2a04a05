import { describe, expect, test } from 'vitest';
import type { Campaign } from '../../../lambda/campaigns/campaign.ts';
import {
  changeCampaign,
  createCampaign,
  showCampaign,
  uploadRecipients,
} from '../../../lambda/sending/campaigns/manage.ts';
import type { CampaignChange, CampaignInput } from '../../../lambda/sending/campaigns/schemas.ts';
import { aChannel } from '../../support/channels.ts';
import { CAMPAIGN_ID as ID } from '../pulling/campaign-world.ts';
import { manageWorld, NOW, otherThan, saying } from './manage-world.ts';

const { signal } = new AbortController();

describe('a change of a campaign', () => {
  const changed = async (change: CampaignChange, campaign: Partial<Campaign>) => {
    const world = manageWorld(campaign);
    return { world, answer: await changeCampaign(ID, change, world.deps, signal) };
  };

  test.each<[string, CampaignChange, Partial<Campaign>]>([
    ['name', { name: 'Other' }, { name: 'Other' }],
    ['weight', { weight: 2 }, { weight: 2 }],
    ['pace', { maxPerSecond: 3 }, { maxPerSecond: 3 }],
    [
      'quiet hours',
      { quiet: { from: '21:00', to: '08:00' } },
      { quiet: { from: '21:00', to: '08:00' } },
    ],
    [
      'budget',
      { budget: { amount: 12.5, currency: 'USD' } },
      { budget: { micros: 12_500_000, currency: 'USD' } },
    ],
    [
      'share of failures that stops it',
      { stopAbove: { failed: 0.5 } },
      { stopAbove: { failed: 0.5, blocked: 1 } },
    ],
  ])('gives it another %s, and leaves the rest', async (_, change, expected) => {
    const { world, answer } = await changed(change, {});

    expect(answer.status).toBe(200);
    expect(world.stored).toEqual({
      campaign: { ...world.first, ...expected, updatedAt: NOW },
      revision: 5,
    });
  });

  test('takes away what is null, and leaves what is not there', async () => {
    const had = {
      quiet: { from: '21:00', to: '08:00' },
      maxPerSecond: 3,
      budget: { micros: 1_000_000, currency: 'USD' },
    };
    const kept = await changed({ name: 'Other' }, had);
    expect(kept.world.stored?.campaign).toMatchObject(had);
    const gone = await changed({ quiet: null, maxPerSecond: null, budget: null }, had);

    expect(gone.answer.status).toBe(200);
    for (const member of Object.keys(had)) {
      expect(gone.world.stored?.campaign).not.toHaveProperty(member);
    }
  });

  test.each(['draft', 'ready', 'scheduled', 'running', 'paused'] as const)(
    'is taken while it is %s, and leaves it so',
    async (state) => {
      const { world, answer } = await changed({ weight: 2 }, { state });

      expect(answer).toMatchObject({ status: 200, body: { weight: 2, state } });
      expect(world.stored?.campaign.changes).toEqual([]);
    },
  );

  // What a check finds is of what it began with.
  test.each(['checking', 'finished', 'cancelled'] as const)(
    'is refused while it is %s',
    async (state) => {
      const { world, answer } = await changed({ name: 'Other' }, { state });

      expect(answer).toMatchObject(
        saying(409, `campaign ${ID} is ${state}, and cannot be changed`),
      );
      expect(world.stored?.revision).toBe(4);
    },
  );

  test('has its lanes know, which may rest until what held before is over', async () => {
    const { world } = await changed({ quiet: null }, { quiet: { from: '21:00', to: '20:00' } });

    expect(world.marks).toEqual([{ lane: 0, dueAt: NOW, start: 5 }]);
    expect(world.wakes).toEqual([0]);
  });

  test.each(otherThan('scheduled', 'running'))('wakes nobody while it is %s', async (state) => {
    const { world } = await changed({ maxPerSecond: 3 }, { state });

    expect([world.marks, world.wakes]).toEqual([[], []]);
  });

  test('of its start is taken until it is started, and of its time zone until it is checked', async () => {
    const startAt = '2027-01-16T09:00';
    const ready = await changed({ startAt }, { state: 'ready' });
    const draft = await changed({ startAt, timeZone: 'America/Lima' }, { state: 'draft' });
    const atOnce = await changed({ startAt: null }, { state: 'ready', startAt });
    const zone = await changed({ timeZone: 'America/Lima' }, { state: 'ready' });

    expect(ready.world.stored?.campaign.startAt).toBe(startAt);
    expect(draft.world.stored?.campaign).toMatchObject({ startAt, timeZone: 'America/Lima' });
    expect(atOnce.answer).toMatchObject({ status: 200, body: { startAt: null } });
    expect(zone.answer).toMatchObject(saying(409, 'timeZone takes a new check'));
    for (const state of ['scheduled', 'running', 'paused'] as const) {
      for (const change of [{ startAt }, { startAt: null }, { timeZone: 'America/Lima' }]) {
        const { world, answer } = await changed(change, { state });
        expect(answer).toMatchObject(saying(409, 'cannot get another start or time zone'));
        expect(world.stored?.revision).toBe(4);
      }
    }
  });

  test('of anything else is taken when its start is over', async () => {
    const { answer } = await changed({ weight: 2 }, { startAt: '2027-01-15T07:00' });

    expect(answer).toMatchObject({ status: 200, body: { startAt: '2027-01-15T07:00' } });
  });

  test.each<[string, CampaignChange, string]>([
    ['a start that is over', { startAt: '2027-01-15T08:00' }, 'startAt takes a time to come'],
    ['a zone that is none', { timeZone: 'Mars/Base' }, 'timeZone takes recipient or a name'],
    [
      'a whole day of quiet',
      { quiet: { from: '09:00', to: '09:00' } },
      'quiet takes two times of day, not 09:00 to 09:00',
    ],
    [
      'a budget in another currency than its rates',
      { budget: { amount: 10, currency: 'EUR' } },
      'budget takes USD, in which the rates are, not EUR',
    ],
    [
      'a budget that is too small for one message',
      { budget: { amount: 0.03, currency: 'USD' } },
      'budget takes at least what one message may cost, 0.04 USD, not 0.03',
    ],
  ])('is refused that gives it %s', async (_, change, message) => {
    const { world, answer } = await changed(change, { state: 'draft' });

    expect(answer).toMatchObject(saying(422, message));
    expect(world.stored?.revision).toBe(4);
  });

  test('is made to what others made of it at the same moment', async () => {
    const world = manageWorld();
    world.meanwhile.push({ name: 'Theirs' }, { maxPerSecond: 7 });
    const answer = await changeCampaign(ID, { weight: 2 }, world.deps, signal);

    expect(answer).toMatchObject({
      ...{ status: 200, body: { name: 'Theirs', maxPerSecond: 7, weight: 2 } },
    });
    expect(world.marks).toEqual([{ lane: 0, dueAt: NOW, start: 7 }]);
  });

  test('is refused by the state that others brought it into at the same moment', async () => {
    const world = manageWorld();
    world.meanwhile.push({ state: 'cancelled' });
    const answer = await changeCampaign(ID, { weight: 2 }, world.deps, signal);

    expect(answer).toMatchObject(saying(409, 'is cancelled, and cannot be changed'));
    expect(world.stored?.campaign.weight).toBe(1);
  });

  test('is given up where others change it again and again', async () => {
    const world = manageWorld();
    world.meanwhile.push(...Array.from({ length: 9 }, (_, index) => ({ name: `${index}` })));
    const answer = await changeCampaign(ID, { weight: 2 }, world.deps, signal);

    expect(answer).toMatchObject(saying(409, `campaign ${ID} is being changed by others`));
    expect(world.stored?.campaign.weight).toBe(1);
    expect(world.marks).toEqual([]);
  });
});

describe('recipients', () => {
  test.each(['draft', 'ready'] as const)('are put up while it is %s', async (state) => {
    const { deps } = manageWorld({ state });

    expect(await uploadRecipients(ID, deps, signal)).toMatchObject({
      ...{ status: 200, body: { url: `https://s3/${ID}` } },
    });
  });

  test.each(otherThan('draft', 'ready'))('are not put up while it is %s', async (state) => {
    const { deps } = manageWorld({ state });

    expect(await uploadRecipients(ID, deps, signal)).toMatchObject(
      saying(409, `is ${state}, and cannot take recipients`),
    );
  });
});

test.each<[string, (deps: ReturnType<typeof manageWorld>['deps']) => Promise<unknown>]>([
  ['shown', (deps) => showCampaign('cmp_none', deps, signal)],
  ['changed', (deps) => changeCampaign('cmp_none', {}, deps, signal)],
  ['given recipients', (deps) => uploadRecipients('cmp_none', deps, signal)],
])('a campaign that is not there is not %s', async (_, act) => {
  const world = manageWorld();
  world.stored = undefined;

  expect(await act(world.deps)).toMatchObject(saying(404, 'there is no campaign cmp_none'));
  expect([world.wakes, world.requested]).toEqual([[], []]);
});

describe('a new campaign', () => {
  const input: CampaignInput = {
    channel: '123',
    variants: [{ template: 'spring', language: 'es' }],
  };
  const created = async (more: Partial<CampaignInput> = {}, world = manageWorld()) => ({
    answer: await createCampaign({ ...input, ...more }, world.deps, signal),
    added: world.added,
  });

  test('is a draft with a place for its recipients, and what nobody said is as documented', async () => {
    const { answer, added } = await created();

    expect(answer).toMatchObject({
      status: 201,
      body: { campaign: { id: 'cmp_1', state: 'draft' }, upload: { url: 'https://s3/cmp_1' } },
    });
    expect(added).toEqual([
      {
        ...{ id: 'cmp_1', name: 'Campaign', channel: '123', tenant: 'default' },
        provider: 'meta',
        variants: [{ template: 'spring', language: 'es', share: 1 }],
        ...{ steps: [], map: {}, timeZone: 'UTC', weight: 1, lifeMs: 86_400_000 },
        stopAbove: { failed: 0.3, blocked: 0.1 },
        ...{ state: 'draft', changes: [], createdAt: NOW, updatedAt: NOW },
      },
    ]);
  });

  test('keeps all that was said', async () => {
    const said = {
      ...{ name: 'Spring', map: { 1: 'name' }, recipientColumn: 'phone', weight: 2 },
      ...{ startAt: '2027-01-16T09:00', timeZone: 'recipient', maxPerSecond: 3 },
      quiet: { from: '21:00', to: '08:00' },
      stopAbove: { failed: 0.5, blocked: 0.2 },
    };
    const { added } = await created({
      ...said,
      variants: [
        { template: 'a', language: 'es', share: 3 },
        { template: 'a', language: 'en' },
      ],
      steps: [
        { template: 'b', language: 'es', afterHours: 24.5, condition: 'read' },
        { template: 'c', language: 'es', afterHours: 1 },
      ],
      ...{ validHours: 2, budget: { amount: 10, currency: 'EUR' }, prices: { currency: 'EUR' } },
    });

    expect(added[0]).toMatchObject({
      ...said,
      variants: [
        { template: 'a', language: 'es', share: 3 },
        { template: 'a', language: 'en', share: 1 },
      ],
      steps: [
        { template: 'b', language: 'es', delayMs: 88_200_000, condition: 'read' },
        { template: 'c', language: 'es', delayMs: 3_600_000, condition: 'no_reply' },
      ],
      ...{ lifeMs: 7_200_000, budget: { micros: 10_000_000, currency: 'EUR' } },
      prices: '{"currency":"EUR"}',
    });
  });

  // Whole milliseconds are what rows take of a time.
  test.each([1 / 7, 1.1, 1e-12])(
    'may be tried for whole milliseconds, of %d hours',
    async (validHours) => {
      const { added } = await created({ validHours });

      const lifeMs = added[0]?.lifeMs ?? 0;
      expect(Number.isInteger(lifeMs)).toBe(true);
      expect(lifeMs).toBeGreaterThan(0);
    },
  );

  test('is of the tenant and the provider of its channel, which must be there', async () => {
    const channel = aChannel({ id: '123', tenant: 'acme' });
    const found = manageWorld({}, { channel: async (id) => ({ id, channel, revision: 1 }) });
    expect((await created({}, found)).added).toMatchObject([{ tenant: 'acme' }]);
    const none = await created({}, manageWorld({}, { channel: async () => undefined }));

    expect(none.answer).toMatchObject(saying(404, 'there is no channel 123'));
    expect(none.added).toEqual([]);
  });

  test('takes a channel of a provider that has templates', async () => {
    const channel = aChannel({ provider: 'wasender' });
    const world = manageWorld({}, { channel: async (id) => ({ id, channel, revision: 1 }) });
    const { answer, added } = await created({}, world);

    expect(answer).toMatchObject(saying(422, 'channel takes one of Meta'));
    expect(added).toEqual([]);
  });

  test.each<[string, Partial<CampaignInput>, string]>([
    [
      'a day that no month has',
      { startAt: '2027-02-30T09:00' },
      'startAt takes a day that there is',
    ],
    ['a start that is over', { startAt: '2027-01-15T08:00' }, 'startAt takes a time to come'],
    ['a zone that is none', { timeZone: 'Mars/Base' }, 'such as Europe/Madrid, not "Mars/Base"'],
    [
      'a template twice',
      { variants: [1, 2].map((share) => ({ template: 'a', language: 'es', share })) },
      'variants takes each template once',
    ],
    [
      'steps that take longer than its files are kept',
      { steps: [1, 2].map(() => ({ template: 'b', language: 'es', afterHours: 250 })) },
      'steps takes 20 days together, as long as it is known who got them, not 21',
    ],
    [
      'steps that take longer than rows of its channel are kept',
      { channel: 'short', steps: [{ template: 'b', language: 'es', afterHours: 150 }] },
      'steps takes 5 days together',
    ],
    ['more than a row can hold', { prices: { a: 'x'.repeat(200_000) } }, 'map and prices take'],
  ])('is refused with %s', async (_, more, message) => {
    const { answer, added } = await created(more);

    expect(answer).toMatchObject(saying(422, message));
    expect(added).toEqual([]);
  });

  test('is told of all that is wrong with it at once', async () => {
    const { answer } = await created({
      quiet: { from: '09:00', to: '09:00' },
      startAt: '2027-02-30T09:00',
      steps: [1, 2].map(() => ({ template: 'b', language: 'es', afterHours: 250 })),
    });

    expect(answer).toMatchObject(saying(422, 'quiet takes'));
    expect(answer).toMatchObject(saying(422, '; startAt takes'));
    expect(answer).toMatchObject(saying(422, '; steps takes'));
  });
});
