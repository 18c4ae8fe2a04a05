import { describe, expect, test } from 'vitest';
import type { Campaign, StateChange } from '../../../lambda/campaigns/campaign.ts';
import { lanesOf } from '../../../lambda/channels/channel.ts';
import {
  cancelCampaign,
  checkCampaign,
  pauseCampaign,
  resumeCampaign,
  startCampaign,
} from '../../../lambda/sending/campaigns/move-campaign.ts';
import { aChannel } from '../../support/channels.ts';
import { CAMPAIGN_ID as ID } from '../pulling/campaign-world.ts';
import { BY, manageWorld, NOW, otherThan, saying } from './manage-world.ts';

const { signal } = new AbortController();
type State = Campaign['state'];

const changeTo = (state: State, because?: string): StateChange => ({
  ...{ at: NOW, state, by: BY },
  ...(because !== undefined && { because }),
});
/** That it was under way once, since a minute ago. */
const RAN = { changes: [{ at: NOW - 60_000, state: 'running', by: 'user/ana' }] } as const;

describe('a start', () => {
  const ready = (campaign: Partial<Campaign> = {}) => manageWorld({ state: 'ready', ...campaign });
  const start = (world: ReturnType<typeof manageWorld>) => startCampaign(ID, world.deps, signal);

  test('runs a campaign that is ready: who did it is on its record, and its lanes know', async () => {
    const world = ready();
    const answer = await start(world);

    expect(answer).toMatchObject({ status: 200, body: { state: 'running' } });
    expect(world.stored?.campaign).toMatchObject({
      ...{ state: 'running', changes: [changeTo('running')], updatedAt: NOW },
    });
    expect(world.marks).toEqual([{ lane: 0, dueAt: NOW, start: 5 }]);
    expect(world.wakes).toEqual([0]);
  });

  test('tells as many lanes as its channel has, and as its people were divided among', async () => {
    const channel = aChannel({ messagesPerSecond: 1000 });
    const found = async (id: string) => ({ id, channel, revision: 1 });
    const { check } = manageWorld().first;
    const told = async (tracks: number) => {
      const divided = check && { check: { ...check, tracks } };
      const world = manageWorld({ state: 'ready', ...divided }, { channel: found });
      await start(world);
      return world.wakes.toSorted((one, other) => one - other);
    };

    expect(await told(3)).toEqual([0, 1, 2]);
    expect(await told(1000)).toHaveLength(lanesOf(channel));
  });

  test('waits for the time of one that has a start', async () => {
    const world = ready({ startAt: '2027-01-16T09:00' });
    const answer = await start(world);

    expect(answer).toMatchObject({ status: 200, body: { state: 'scheduled' } });
    expect(world.wakes).toEqual([0]);
  });

  test('is refused when that time is over everywhere', async () => {
    const startAt = '2027-01-15T07:59';
    const refused = await start(ready({ startAt }));
    // In Samoa it is the day before.
    const elsewhere = await start(ready({ startAt, timeZone: 'recipient' }));

    expect(refused).toMatchObject(saying(422, `startAt takes a time to come, not ${startAt}`));
    expect(elsewhere).toMatchObject({ status: 200, body: { state: 'scheduled' } });
  });

  test('is refused where the file was put up again after the check', async () => {
    const world = manageWorld({ state: 'ready' }, { etagOf: async () => 'another' });

    expect(await start(world)).toMatchObject(saying(409, 'was replaced after the check'));
    expect(world.stored?.campaign.state).toBe('ready');
    expect(world.marks).toEqual([]);
  });

  test('is taken where the file is no more: its people are known', async () => {
    const world = manageWorld({ state: 'ready' }, { etagOf: async () => undefined });

    expect(await start(world)).toMatchObject({ status: 200 });
  });

  test.each(otherThan('ready'))('is refused of one that is %s', async (state) => {
    const world = manageWorld({ state });

    expect(await start(world)).toMatchObject(saying(409, `is ${state}, and cannot be started`));
    expect(world.stored?.revision).toBe(4);
  });

  test('says why one is in its state that cannot be started', async () => {
    const world = manageWorld({ state: 'paused', because: 'too many failed' });

    expect(await start(world)).toMatchObject(saying(409, 'is paused (too many failed), and'));
  });

  test('whose lanes were not told is mended by the same again, which is refused', async () => {
    const world = ready();
    await start({ ...world, deps: { ...world.deps, wake: () => Promise.reject('away') } }).catch(
      () => undefined,
    );
    expect(world.wakes).toEqual([]);
    const again = await start(world);

    expect(again).toMatchObject(saying(409, 'is running, and cannot be started'));
    expect(world.wakes).toEqual([0]);
    expect(new Set(world.marks.map((mark) => JSON.stringify(mark))).size).toBe(1);
  });

  test('is one of two that come at once', async () => {
    const world = ready();
    const answers = await Promise.all([start(world), start(world)]);

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(world.stored?.campaign.changes).toEqual([changeTo('running')]);
  });

  test('is refused where the channel was removed, and so is going on', async () => {
    const gone = { channel: async () => undefined };
    const removed = saying(409, 'which was removed: add it again');

    const ready = manageWorld({ state: 'ready' }, gone);
    expect(await start(ready)).toMatchObject(removed);
    const paused = manageWorld({ state: 'paused' }, gone);
    expect(await resumeCampaign(ID, undefined, paused.deps, signal)).toMatchObject(removed);

    expect([ready.stored?.campaign.state, paused.stored?.campaign.state]).toEqual([
      'ready',
      'paused',
    ]);
  });
});

test.each([
  ['a start', startCampaign, 'ready'],
  ['a check', checkCampaign, 'ready'],
  [
    'going on',
    (...[id, ...rest]: Parameters<typeof startCampaign>) => resumeCampaign(id, undefined, ...rest),
    'paused',
  ],
] as const)('%s reads the campaign once', async (_, move, state) => {
  const world = manageWorld({ state });
  let reads = 0;
  const get: typeof world.deps.campaigns.get = (...asked) => {
    reads += 1;
    return world.deps.campaigns.get(...asked);
  };
  await move(ID, { ...world.deps, campaigns: { ...world.deps.campaigns, get } }, signal);

  expect(reads).toBe(1);
});

describe('a check', () => {
  const check = (world: ReturnType<typeof manageWorld>) => checkCampaign(ID, world.deps, signal);

  test.each(['draft', 'ready', 'checking'] as const)(
    'of one that is %s takes the place of the one before, and is asked for once that is stored',
    async (state) => {
      const world = manageWorld({ state, checking: 'first' });

      expect(await check(world)).toMatchObject({
        status: 202,
        body: { state: 'checking', check: null },
      });
      expect(world.stored?.campaign).toMatchObject({
        ...{ checking: 'second', changes: [changeTo('checking')] },
      });
      expect(world.stored?.campaign.check).toBeUndefined();
      expect(world.requested).toEqual([`second of ${ID}, which is checking`]);
    },
  );

  test.each(otherThan('draft', 'ready', 'checking'))(
    'is refused of one that is %s',
    async (state) => {
      const world = manageWorld({ state });

      expect(await check(world)).toMatchObject(saying(409, `is ${state}, and cannot be checked`));
      expect(world.requested).toEqual([]);
      expect(world.stored?.campaign.check).toBeDefined();
    },
  );

  test('takes a file', async () => {
    const world = manageWorld({ state: 'draft' }, { etagOf: async () => undefined });

    expect(await check(world)).toMatchObject(saying(409, 'there are no recipients yet'));
    expect(world.requested).toEqual([]);
  });
});

describe('a pause', () => {
  test.each([
    ['scheduled', 'wrong picture'],
    ['running', undefined],
  ] as const)('stops one that is %s, with why', async (state, because) => {
    const world = manageWorld({ state });
    const answer = await pauseCampaign(ID, because, world.deps, signal);

    const why = because ?? 'user';
    expect(answer).toMatchObject({ status: 200, body: { state: 'paused', because: why } });
    expect(world.stored?.campaign.changes).toEqual([changeTo('paused', why)]);
  });

  test.each(otherThan('scheduled', 'running'))('is refused of one that is %s', async (state) => {
    const world = manageWorld({ state });

    expect(await pauseCampaign(ID, 'again', world.deps, signal)).toMatchObject(
      saying(409, `is ${state}, and cannot be paused`),
    );
    expect(world.stored?.revision).toBe(4);
  });
});

describe('a paused campaign that is resumed', () => {
  const startAt = '2027-01-16T09:00';

  test.each<[State, string, Partial<Campaign>]>([
    ['running', 'that has no start', {}],
    ['scheduled', 'whose time has not come', { startAt }],
    ['running', 'that had begun', { startAt, ...RAN }],
  ])('is %s %s, and its lanes know', async (state, _, campaign) => {
    const world = manageWorld({ state: 'paused', because: 'user', ...campaign });
    const answer = await resumeCampaign(ID, undefined, world.deps, signal);

    expect(answer).toMatchObject({ status: 200, body: { state, because: null } });
    expect(world.stored?.campaign.changes.at(-1)).toEqual(changeTo(state));
    expect(world.marks).toEqual([{ lane: 0, dueAt: NOW, start: 5 }]);
  });

  test('has on its record why', async () => {
    const world = manageWorld({ state: 'paused' });
    await resumeCampaign(ID, 'picture mended', world.deps, signal);

    expect(world.stored?.campaign.changes).toEqual([changeTo('running', 'picture mended')]);
  });

  test.each(otherThan('paused'))('is none that is %s', async (state) => {
    const world = manageWorld({ state });

    expect(await resumeCampaign(ID, undefined, world.deps, signal)).toMatchObject(
      saying(409, `is ${state}, and cannot be resumed`),
    );
    expect(world.stored?.revision).toBe(4);
  });
});

describe('a campaign that is cancelled', () => {
  const cancel = (world: ReturnType<typeof manageWorld>, because?: string) =>
    cancelCampaign(ID, because, world.deps, signal);

  test.each(otherThan('finished', 'cancelled'))('may be %s before', async (state) => {
    const world = manageWorld({ state, because: 'user' });

    expect(await cancel(world)).toMatchObject({
      status: 200,
      body: { state: 'cancelled', because: null },
    });
    expect(world.stored?.campaign.changes).toEqual([changeTo('cancelled')]);
  });

  test('has on its record why', async () => {
    const world = manageWorld();
    await cancel(world, 'wrong list');

    expect(world.stored?.campaign).toMatchObject({
      ...{ because: 'wrong list', changes: [changeTo('cancelled', 'wrong list')] },
    });
  });

  test('has its lanes end what they may have left under way, also where it was paused', async () => {
    for (const state of ['scheduled', 'running', 'paused'] as const) {
      const world = manageWorld({ state, ...RAN });
      await cancel(world);
      expect(world.marks).toEqual([{ lane: 0, dueAt: NOW, start: 5 }]);
    }
    const unstarted = manageWorld({ state: 'ready' });
    await cancel(unstarted);

    expect(unstarted.marks).toEqual([]);
  });

  test('whose lanes were not told is mended by the same again, which is refused', async () => {
    const world = manageWorld(RAN);
    await cancel({ ...world, deps: { ...world.deps, wake: () => Promise.reject('away') } }).catch(
      () => undefined,
    );
    expect(world.wakes).toEqual([]);
    const again = await cancel(world);

    expect(again).toMatchObject(saying(409, 'is cancelled, and cannot be cancelled'));
    expect(world.wakes).toEqual([0]);
  });

  test('is none that has finished', async () => {
    const world = manageWorld({ state: 'finished', ...RAN });

    expect(await cancel(world)).toMatchObject(saying(409, 'is finished, and cannot be cancelled'));
    expect(world.marks).toEqual([]);
  });

  test('is none that others finished at the same moment', async () => {
    const world = manageWorld(RAN);
    world.meanwhile.push({ state: 'finished' });

    expect(await cancel(world)).toMatchObject(saying(409, 'is finished, and cannot be cancelled'));
    expect(world.marks).toEqual([]);
  });
});

test.each<[string, (deps: ReturnType<typeof manageWorld>['deps']) => Promise<unknown>]>([
  ['checked', (deps) => checkCampaign('cmp_none', deps, signal)],
  ['started', (deps) => startCampaign('cmp_none', deps, signal)],
  ['paused', (deps) => pauseCampaign('cmp_none', undefined, deps, signal)],
  ['resumed', (deps) => resumeCampaign('cmp_none', undefined, deps, signal)],
  ['cancelled', (deps) => cancelCampaign('cmp_none', undefined, deps, signal)],
])('a campaign that is not there is not %s', async (_, act) => {
  const world = manageWorld();
  world.stored = undefined;

  expect(await act(world.deps)).toMatchObject(saying(404, 'there is no campaign cmp_none'));
  expect([world.wakes, world.requested]).toEqual([[], []]);
});
