import { describe, expect, test } from 'vitest';
import type { Campaign } from '../../../lambda/campaigns/campaign.ts';
import type { LaneRow } from '../../../lambda/sending/choice.ts';
import type { Feed, FeedDeps } from '../../../lambda/sending/pulling/feed.ts';
import { laneRow } from '../lane-world.ts';
import { aLine, CAMPAIGN_ID, campaignWorld } from './campaign-world.ts';

const NOW = 1_800_000_000_000;
const anybody = () => true;

/** A campaign of so many recipients in a lane that works step by step. */
function aWorld(count: number, campaign: Partial<Campaign> = {}, others: Partial<FeedDeps> = {}) {
  const lines = Array.from({ length: count }, (_, at) => aLine(at + 1));
  const world = campaignWorld([{ lines }], campaign);
  const clock = { now: NOW };
  const time = { now: () => clock.now, sleep: async () => undefined };
  const feed = world.openFeed(CAMPAIGN_ID, time, 0, 1, others);
  feed.see(world.marks);
  return { world, clock, feed };
}

/** Reads whatever is due. */
async function refreshed(feed: Feed): Promise<void> {
  for (let work = feed.refresh(); work !== undefined; work = feed.refresh()) await work;
}

function drawAll(feed: Feed): readonly LaneRow[] {
  const drawn: LaneRow[] = [];
  for (let row = feed.draw(anybody); row !== undefined; row = feed.draw(anybody)) drawn.push(row);
  return drawn;
}

describe('a campaign that was not read yet', () => {
  test('gives nobody, lets nothing of it go, and is to be read at once', () => {
    const { feed } = aWorld(3);
    const recipient = {
      ...({ template: 'a', language: 'es', category: 'marketing', variant: 0, micros: 1 } as const),
      ...{ country: 'MX', check: 'check', zone: 'all', offset: 0, bytes: 1, notAfter: 1 },
    };

    expect(feed.draw(anybody)).toBeUndefined();
    expect(feed.drawToEnd()).toBeUndefined();
    expect(feed.opensAt({ recipient })).toBe(Number.POSITIVE_INFINITY);
    expect(feed.nextAt()).toBe(NOW);
    expect([feed.weight, feed.isCancelled]).toEqual([1, false]);
  });

  test('is read once at a time', async () => {
    const { feed, world } = aWorld(3);

    const reading = feed.refresh();

    expect(feed.refresh()).toBeUndefined();
    await reading;
    expect(world.campaignReads).toBe(1);
  });

  test('keeps its place in the lane', async () => {
    const { feed, world } = aWorld(3);
    const { marks } = world;

    await feed.close();

    expect(world.marks).toEqual(marks);
  });

  test('has nothing to do without a mark in the lane', () => {
    const { feed } = aWorld(3);

    feed.see([]);

    expect(feed.nextAt()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('somebody who writes the campaign at the same time', () => {
  test('is read again, before anybody is drawn, where its start was under way', async () => {
    const { feed, world } = aWorld(
      3,
      { state: 'scheduled' },
      {
        updateCampaign: async () => {
          world.set({ state: 'paused' });
          return false;
        },
      },
    );

    await refreshed(feed);

    expect(drawAll(feed)).toEqual([]);
    expect(world.stored.campaign.state).toBe('paused');
    expect(world.campaignReads).toBe(2);
  });

  test('is the one whose pause counts: nothing is told of another', async () => {
    const { feed, world } = aWorld(
      3,
      {},
      { brake: async () => ({ left: 0, because: 'failures' }), updateCampaign: async () => false },
    );

    await feed.refresh();

    expect(world.stopped).toEqual([]);
    expect(drawAll(feed)).toEqual([]);
  });

  test('keeps it from being finished where it was paused with its last message', async () => {
    const { feed, world } = aWorld(2);
    await refreshed(feed);
    for (const row of drawAll(feed)) await feed.settled(row);
    world.set({ state: 'paused' });

    await feed.close();

    expect(world.stored.campaign.state).toBe('paused');
  });

  test('does not keep it from being finished by a change of anything else', async () => {
    let tries = 0;
    const { feed, world } = aWorld(
      2,
      {},
      {
        updateCampaign: async (_, campaign) => {
          tries += 1;
          if (tries === 1) return false;
          world.set(campaign);
          return true;
        },
      },
    );
    await refreshed(feed);
    for (const row of drawAll(feed)) await feed.settled(row);

    await feed.close();

    expect([tries, world.stored.campaign.state]).toEqual([2, 'finished']);
  });

  test('has it leave the lane to whoever has another part of it to do', async () => {
    const { feed, world } = aWorld(2);
    world.put({ track: 1, lines: [aLine(9)] });
    await refreshed(feed);
    for (const row of drawAll(feed)) await feed.settled(row);

    await feed.close();

    expect(world.stored.campaign.state).toBe('running');
    expect(world.marks).toEqual([]);
  });
});

describe('a lane', () => {
  test('is no further ahead of its cursors than a shared budget lets it be, and writes them then', async () => {
    const { feed, world } = aWorld(30, {}, { brake: async () => ({ left: 30, mostAhead: 5 }) });
    // One that moved long ago is written with the next who is done with.
    for (const [key, cursor] of world.cursors) world.cursors.set(key, { ...cursor, movedAt: NOW });
    await refreshed(feed);
    const drawn = drawAll(feed);
    expect(drawn).toHaveLength(5);
    expect(world.cursorWrites).toBe(0);

    for (const row of drawn) await feed.settled(row);
    expect(feed.draw(anybody)).toBeUndefined();
    await refreshed(feed);

    expect(world.cursorWrites).toBe(1);
    expect(drawAll(feed)).toHaveLength(5);
  });

  test('draws nobody of a campaign that it read too long ago', async () => {
    const { feed, clock } = aWorld(3);
    await refreshed(feed);

    clock.now += 2000;

    expect(feed.draw(anybody)).toBeUndefined();
  });

  test('settles nothing for what it did not draw', async () => {
    const { feed, world } = aWorld(3);
    await refreshed(feed);

    await feed.settled(laneRow('another'));
    await feed.close();

    expect([...world.cursors.values()]).toMatchObject([{ done: 0, hours: {} }]);
  });

  test('rests by the mark that it has where that is for the same time', async () => {
    const { feed, world } = aWorld(3, { startAt: '2027-01-15T10:00' });
    const dueAt = Date.parse('2027-01-15T10:00:00Z');
    const mark = { id: CAMPAIGN_ID, start: 1, dueAt };
    world.marks = [mark];
    feed.see(world.marks);
    await refreshed(feed);

    await feed.close();

    expect(world.marks).toEqual([mark]);
  });

  test('counts who was drawn and got nothing as passed over, for budget and portfolio', async () => {
    const { feed, world } = aWorld(3);
    await refreshed(feed);
    const [overtaken, ...others] = drawAll(feed);
    if (overtaken === undefined) throw new Error('nobody was drawn');
    await feed.settled(overtaken, { isOvertaken: true });
    for (const row of others) await feed.settled(row, {});
    await feed.close();

    const [cursor] = world.cursors.values();
    expect(cursor).toMatchObject({ done: 3, passed: { overtaken: 1 }, isOver: true });
    expect(Object.values(cursor?.hours ?? {})).toEqual([2]);
  });

  test('keeps a cancelled campaign in which somebody may still be under way', async () => {
    const { feed, world } = aWorld(3, { state: 'cancelled' });
    await feed.refresh();

    await feed.close();
    expect(world.marks).toHaveLength(1);

    await refreshed(feed);
    for (let row = feed.drawToEnd(); row !== undefined; row = feed.drawToEnd()) {
      await feed.settled(row);
    }
    await feed.close();
    expect(world.marks).toEqual([]);
    // Nobody of these was sent anything.
    expect([...world.cursors.values()]).toMatchObject([{ done: 3, hours: {} }]);
  });

  test('keeps a cancelled campaign while nobody could keep what became of somebody', async () => {
    const { feed, world, clock } = aWorld(3);
    await refreshed(feed);
    const [lost, ...others] = drawAll(feed);
    for (const row of others) await feed.settled(row);
    world.stored = { campaign: { ...world.stored.campaign, state: 'cancelled' }, revision: 2 };
    clock.now += 1000;
    await refreshed(feed);

    await feed.close();
    expect(world.marks).toHaveLength(1);

    if (lost !== undefined) await feed.settled(lost);
    await feed.close();
    expect(world.marks).toEqual([]);
  });

  test('leaves a cancelled campaign that was never checked', async () => {
    const { feed, world } = aWorld(3, { state: 'cancelled' });
    const { check: _, ...unchecked } = world.stored.campaign;
    world.stored = { campaign: unchecked, revision: 2 };
    await refreshed(feed);

    expect(feed.nextAt()).toBe(Number.POSITIVE_INFINITY);
    await feed.close();
    expect(world.marks).toEqual([]);
  });
});
