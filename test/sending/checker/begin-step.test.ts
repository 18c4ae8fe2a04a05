import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Campaign } from '../../../lambda/campaigns/campaign.ts';
import { beginStep, type StepDeps } from '../../../lambda/sending/checker/begin-step.ts';
import type { RowKey } from '../../../lambda/table/stored-rows.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { anObjectStore } from '../../support/an-object-store.ts';
import { stateOfRow } from '../../support/campaign-rows.ts';
import { CAMPAIGN_ID } from '../../support/campaigns.ts';
import { BUCKET } from './check-world.ts';
import { aRoundWorld, PART } from './round-world.ts';

const emulator = await anEventTable();
const objects = await anObjectStore(BUCKET);
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const SENT_AT = 1_795_212_000_000;

let world: Awaited<ReturnType<typeof aRoundWorld>>;
beforeEach(async () => {
  world = await aRoundWorld(emulator, objects);
});
afterEach(() => world.close());

const STEPS = [
  { template: 'plain_offer', language: 'en_US', delayMs: HOUR_MS, condition: 'no_reply' },
  { template: 'plain_offer', language: 'en_US', delayMs: 2 * HOUR_MS, condition: 'read' },
] as const;

const sent = (at: number) =>
  stateOfRow('sent', { attempt: { N: '1' }, sentAt: { N: String(at) }, wamid: { S: 'w' } });
const SENT = sent(SENT_AT);
const FAILED = stateOfRow('failed', { attempt: { N: '1' }, errorClass: { S: 'recipient' } });
const UNCERTAIN = stateOfRow('uncertain');

const running = (rows: Parameters<typeof world.put>[1], changes: Partial<Campaign> = {}) =>
  world.put({ state: 'running', steps: STEPS, ...changes }, rows);
const begin = (step = 1, changes: Partial<StepDeps> = {}) =>
  beginStep({ campaign: CAMPAIGN_ID, step }, world.signal, { ...world.offering, ...changes });

const duesOfMarks = async () => (await world.marks()).map(({ sk }) => Number(sk?.S?.split('#')[1]));

describe('a step that begins', () => {
  test('has a round of all to whom it may go, its delay after the last of them had the one before', async () => {
    await running([SENT, FAILED, undefined, UNCERTAIN, sent(SENT_AT + 9000)]);
    await begin(1, { now: () => SENT_AT });

    expect(await world.stepsIn(1)).toEqual([
      [1, 1],
      [4, 1],
      [5, 1],
    ]);
    expect(await world.rounds()).toMatchObject([
      { round: 1, lines: 3, done: 0, isOver: false, notBefore: SENT_AT + 9000 + HOUR_MS },
    ]);
    expect(await world.campaign()).toMatchObject({ state: 'running', stepsBegun: 1 });
    expect(await world.marks()).toHaveLength(1);
    expect(world.woken).toEqual([0]);
  });

  test('waits for who is to be tried again, and is asked for once more a minute later', async () => {
    await running([SENT, stateOfRow('queued'), SENT]);
    await begin(1, { now: () => SENT_AT });

    expect((await world.campaign())?.stepsBegun).toBeUndefined();
    expect(await world.rounds()).toEqual([]);
    expect(await duesOfMarks()).toEqual([SENT_AT + MINUTE_MS]);
    expect(world.woken).toEqual([]);

    await world.putRow(2, SENT);
    await begin(1, { now: () => SENT_AT + MINUTE_MS });
    expect(await world.rounds()).toMatchObject([{ lines: 3 }]);
    expect(await world.campaign()).not.toHaveProperty('stepWait');
  });

  test('is looked for more and more seldom while somebody waits, up to once an hour', async () => {
    await running([SENT, stateOfRow('queued')]);
    let [now, reads] = [SENT_AT, 0];
    const readPart: StepDeps['readPart'] = (...part) => {
      reads += Number(part[1] === 0);
      return world.offering.readPart(...part);
    };
    const waits: number[] = [];
    for (let search = 0; search < 9; search += 1) {
      await begin(1, { now: () => now, readPart });
      // Other lanes ask for it too, and are told when to come again.
      await begin(1, { now: () => now + 1, readPart });
      const until = (await world.campaign())?.stepWait?.until ?? 0;
      waits.push((until - now) / MINUTE_MS);
      now = until;
    }

    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(reads).toBe(9);
    expect((await duesOfMarks()).at(-1)).toBe(now);
    expect(world.woken).toEqual([]);
  });

  test('looks at the messages of the one before alone', async () => {
    await running([SENT, SENT, SENT], { stepsBegun: 1 });
    await world.putRow(2, SENT, 1);
    await begin(2);

    expect(await world.stepsIn(2)).toEqual([[2, 2]]);
    expect(await world.campaign()).toMatchObject({ stepsBegun: 2 });
  });

  test('reads of everybody the message of the one before, and no more', async () => {
    await running([SENT, SENT], { stepsBegun: 1 });
    const keys: RowKey[] = [];
    const byKeys: StepDeps['byKeys'] = (asked, signal) => {
      keys.push(...asked);
      return world.offering.byKeys(asked, signal);
    };
    await begin(2, { byKeys });

    expect(keys.map(({ sk }) => sk)).toEqual(['message#1.1', 'message#2.1']);
  });

  test('begins once, however often it is asked for', async () => {
    await running([SENT]);
    await begin();
    const { revision = 0 } = (await world.campaigns.get(CAMPAIGN_ID, world.signal)) ?? {};
    await begin();

    expect((await world.campaigns.get(CAMPAIGN_ID, world.signal))?.revision).toBe(revision);
    expect(world.woken).toEqual([0, 0]);
  });

  test('ends the campaign where it goes to nobody: then no other does', async () => {
    await running([FAILED]);
    await begin();

    expect(await world.campaign()).toMatchObject({ state: 'running', stepsBegun: 2 });
    expect(await world.rounds()).toEqual([]);
    expect(world.woken).toEqual([0]);
  });

  test('begins while its campaign is paused, and wakes nobody', async () => {
    await running([SENT], { state: 'paused' });
    await begin();

    expect(await world.campaign()).toMatchObject({ state: 'paused', stepsBegun: 1 });
    expect(world.woken).toEqual([]);
  });

  test('is done again where somebody changed the campaign meanwhile', async () => {
    await running([SENT]);
    const update = async () => false;
    const campaigns = { get: world.campaigns.get, update };

    await expect(begin(1, { campaigns })).rejects.toThrow('is being changed by others');
    await begin();
    expect(await world.campaign()).toMatchObject({ stepsBegun: 1 });
  });

  test('is done again also where it was known by then to whom it goes, in place of what was found', async () => {
    await running([SENT, SENT, SENT]);
    const { get, update } = world.campaigns;
    let updates = 0;
    const campaigns = {
      get,
      // Somebody gives it another pace while the checker looks.
      update: async (...change: Parameters<typeof update>) => {
        updates += 1;
        return updates < 2 && (await update(...change));
      },
    };

    await expect(begin(1, { campaigns })).rejects.toThrow('is being changed by others');
    await world.putRow(2, FAILED);
    await begin();

    expect(await world.campaign()).toMatchObject({ stepsBegun: 1 });
    expect(await world.stepsIn(1)).toEqual([
      [1, 1],
      [3, 1],
    ]);
    expect(await world.rounds()).toMatchObject([{ lines: 2, done: 0 }]);
    expect(world.woken).toEqual([0]);
  });
});

test.each<[string, Partial<Campaign>, number]>([
  ['is cancelled', { state: 'cancelled' }, 1],
  ['is finished', { state: 'finished' }, 1],
  ['has had the one before not begun', {}, 2],
  ['has none of that number', {}, 3],
])('no step begins of a campaign that %s', async (_, changes, step) => {
  await running([SENT], changes);
  await begin(step);

  expect((await world.campaign())?.stepsBegun).toBeUndefined();
  expect(await world.rounds()).toEqual([]);
});

test('no step begins while somebody waits for the one before', async () => {
  await running([SENT]);
  await world.moveTo({ done: 0, isOver: false });
  await begin();

  expect((await world.campaign())?.stepsBegun).toBeUndefined();
});

describe('a step of a campaign whose files are gone', () => {
  test('pauses it, which is told, and is asked for by nobody any more', async () => {
    await running([SENT]);
    await objects.remove(PART);
    await begin();

    expect(await world.campaign()).toMatchObject({ state: 'paused', because: 'files' });
    expect((await world.campaign())?.stepsBegun).toBeUndefined();
    expect(world.stopped).toEqual(['files']);
    expect(world.woken).toEqual([]);
    expect(await world.marks()).toEqual([]);
  });

  test('leaves one alone that somebody has paused', async () => {
    await running([SENT], { state: 'paused', because: 'user' });
    await objects.remove(PART);
    await begin();

    expect(await world.campaign()).toMatchObject({ state: 'paused', because: 'user' });
    expect(world.stopped).toEqual([]);
  });

  test('is left to be tried again where they cannot be read for now', async () => {
    await running([SENT]);
    const readPart = () => Promise.reject(new Error('bucket away'));

    await expect(begin(1, { readPart })).rejects.toThrow('bucket away');
    expect(await world.campaign()).toMatchObject({ state: 'running' });
  });
});

test('no step begins where nothing says who had the one before', async () => {
  await running([SENT]);
  await begin(1, { readCursors: async () => [] });

  expect((await world.campaign())?.stepsBegun).toBeUndefined();
});

test('a step of a campaign whose channel is gone begins, and no lane is told', async () => {
  await running([SENT]);
  await begin(1, { now: () => SENT_AT, readChannel: async () => undefined });

  expect(await world.campaign()).toMatchObject({ stepsBegun: 1 });
  expect(world.woken).toEqual([]);
});
