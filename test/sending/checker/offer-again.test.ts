import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Retry } from '../../../lambda/campaigns/campaign.ts';
import {
  giveUpRetry,
  type OfferDeps,
  offerAgain,
} from '../../../lambda/sending/checker/offer-again.ts';
import type { Item } from '../../../lambda/table/stored-rows.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { anObjectStore } from '../../support/an-object-store.ts';
import { stateOfRow, statusOf } from '../../support/campaign-rows.ts';
import { CAMPAIGN_ID } from '../../support/campaigns.ts';
import { BUCKET } from './check-world.ts';
import { aRoundWorld, PART } from './round-world.ts';

const emulator = await anEventTable();
const objects = await anObjectStore(BUCKET);
const FAILED_AT = 1_795_212_070_000;
const NAME = 'retry_1';

let world: Awaited<ReturnType<typeof aRoundWorld>>;
beforeEach(async () => {
  world = await aRoundWorld(emulator, objects);
});
afterEach(() => world.close());

const RETRY: Retry = {
  ...{ number: 1, name: NAME, withUncertain: false, at: 1_795_300_000_000, by: 'role/marketing' },
};

/** A campaign that is finished, and what failed of it is asked for. */
const finished = (rows: readonly (Item | undefined)[], retry: Partial<Retry> = {}) =>
  world.put({ state: 'finished', retry: { ...RETRY, ...retry } }, rows);

const offer = (changes: Partial<OfferDeps> = {}, retry = NAME) =>
  offerAgain({ campaign: CAMPAIGN_ID, retry }, world.signal, { ...world.offering, ...changes });

const SENT = stateOfRow('sent', { attempt: { N: '1' }, wamid: { S: 'w' } });
const REFUSED = stateOfRow('failed', { attempt: { N: '6' }, errorClass: { S: 'transient' } });
const NEVER = stateOfRow('failed', { attempt: { N: '1' }, errorClass: { S: 'recipient' } });
const UNCERTAIN = stateOfRow('uncertain', { attempt: { N: '2' } });
const HAD_ENOUGH = {
  ...SENT,
  ...statusOf('failed', { errors: [{ code: 131_049, title: 'no' }] }),
};

const found = async () => (await world.campaign())?.retry;
describe('failures that are offered again', () => {
  test('are those that can pass, in parts of a round of their own, and the campaign runs', async () => {
    await finished([SENT, REFUSED, NEVER, UNCERTAIN, HAD_ENOUGH, undefined, REFUSED]);
    await offer();

    expect(await world.campaign()).toMatchObject({ state: 'running', because: 'retry-failed' });
    expect(await found()).toMatchObject({ number: 1, found: { now: 2, later: 1 } });
    expect(await world.offersIn(1)).toEqual([
      [2, 'refused'],
      [7, 'refused'],
    ]);
    expect(await world.offersIn(2)).toEqual([[5, 'taken']]);
    expect(await world.rounds()).toMatchObject([
      { round: 1, lines: 2, done: 0, isOver: false, notBefore: 0 },
      { round: 2, lines: 1, done: 0, isOver: false, notBefore: FAILED_AT + 86_400_000 },
    ]);
    expect(await world.marks()).toHaveLength(1);
    expect(world.woken).toEqual([0]);
  });

  test('are read, and changed by nobody before their turn', async () => {
    await finished([REFUSED, HAD_ENOUGH]);
    const before = (await emulator.rows()).filter(({ sk }) => sk?.S?.startsWith('message#'));
    await offer();

    const after = (await emulator.rows()).filter(({ sk }) => sk?.S?.startsWith('message#'));
    expect(after).toEqual(before);
  });

  test('are also those that are uncertain where somebody wants that', async () => {
    await finished([UNCERTAIN, SENT], { withUncertain: true });
    await offer();

    expect(await world.offersIn(1)).toEqual([[1, 'uncertain']]);
  });

  test('are none of who was forgotten', async () => {
    await finished([{ ...REFUSED, forgottenAt: { S: '1' } }, REFUSED]);
    await offer();

    expect(await world.offersIn(1)).toEqual([[2, 'refused']]);
  });

  test('leave the campaign finished where there are none', async () => {
    await finished([SENT, NEVER, UNCERTAIN]);
    await offer();

    expect(await world.campaign()).toMatchObject({ state: 'finished' });
    expect(await found()).toMatchObject({ found: { now: 0, later: 0 } });
    expect(await world.rounds()).toEqual([]);
    expect(await world.marks()).toEqual([]);
  });

  test('are looked for once, however often the request comes', async () => {
    await finished([REFUSED]);
    await offer();
    const { revision = 0 } = (await world.campaigns.get(CAMPAIGN_ID, world.signal)) ?? {};
    await offer();

    expect((await world.campaigns.get(CAMPAIGN_ID, world.signal))?.revision).toBe(revision);
    expect(await world.marks()).toHaveLength(1);
    // An answer may have been lost before the lanes knew.
    expect(world.woken).toEqual([0, 0]);
  });

  test('are of no interest any more to whom somebody else has overtaken', async () => {
    await finished([REFUSED]);
    await offer({}, 'retry_0');

    expect(await found()).toEqual(RETRY);
  });

  test('are found anew by a try after one that was cut off', async () => {
    await finished([REFUSED, HAD_ENOUGH]);
    const cut = { get: world.campaigns.get, update: cutAfter(1) };
    await expect(offer({ campaigns: cut })).rejects.toThrow('is being changed by others');
    expect(await world.campaign()).toMatchObject({ state: 'finished' });

    await world.putRow(2, { ...HAD_ENOUGH, ...statusOf('delivered') });
    await offer();
    expect(await world.campaign()).toMatchObject({ state: 'running' });
    expect((await world.rounds()).map(({ round }) => round)).toEqual([1]);
  });

  test('of a second retry get rounds of their own', async () => {
    await finished([REFUSED], { number: 2 });
    await offer();

    expect((await world.rounds()).map(({ round }) => round)).toEqual([3]);
    expect(await world.offersIn(3)).toEqual([[1, 'refused']]);
  });
});

test('what failed of a step is offered again as that step', async () => {
  const step = { template: 'plain_offer', language: 'en_US', delayMs: 1, condition: 'no_reply' };
  const steps = [{ ...step, condition: 'no_reply' } as const];
  await world.put({ state: 'finished', steps, stepsBegun: 1, retry: RETRY }, [SENT, REFUSED]);
  await world.putRow(1, REFUSED, 1);
  await offer();

  // The one step has the first round.
  expect(await world.stepsIn(2)).toEqual([
    [1, 1],
    [2, undefined],
  ]);
});

/** So many changes succeed, and then others were faster. */
function cutAfter(changes: number): OfferDeps['campaigns']['update'] {
  let left = changes;
  return async (...change) => {
    left -= 1;
    return left >= 0 && (await world.campaigns.update(...change));
  };
}

describe('nobody is offered anything', () => {
  const BECAUSE = [
    ['the files of its recipients are gone', 'kept no longer', () => objects.remove(PART), {}],
    [
      'its channel has no token any more',
      'no token',
      async () => undefined,
      { askBy: async () => undefined },
    ],
  ] as const;
  test.each(BECAUSE)('where %s', async (_, because, before, changes) => {
    await finished([REFUSED]);
    await before();
    await offer(changes);

    expect(await world.campaign()).toMatchObject({ state: 'finished' });
    expect((await found())?.because).toContain(because);
  });

  test('where its template is of another category now, at whose price nobody started it', async () => {
    await finished([REFUSED]);
    const stored = await world.campaigns.get(CAMPAIGN_ID, world.signal);
    if (stored?.campaign.check === undefined) throw new Error('no campaign');
    const check = { ...stored.campaign.check, category: 'utility' } as const;
    await world.campaigns.update(stored, { ...stored.campaign, check }, world.signal);
    await offer();

    expect((await found())?.because).toContain('of the category marketing now');
  });

  test('where it could not be found out in four tries', async () => {
    await finished([REFUSED]);
    const request = { campaign: CAMPAIGN_ID, retry: NAME };
    await giveUpRetry(request, 'the table is away', world.signal, world.deps);

    expect(await found()).toMatchObject({ because: 'the table is away' });
    await offer();
    expect(await world.campaign()).toMatchObject({ state: 'finished' });
  });
});

describe('failures that nobody can offer again', () => {
  test('are left alone, and that is said, where the channel is gone', async () => {
    await finished([REFUSED]);
    await offer({ readChannel: async () => undefined });

    expect(await world.campaign()).toMatchObject({ state: 'finished' });
    expect((await found())?.because).toContain('channel');
    expect(await world.rounds()).toEqual([]);
    expect(world.woken).toEqual([]);
  });

  test('are looked for again where somebody changed the campaign meanwhile', async () => {
    await finished([REFUSED]);
    const campaigns = { ...world.campaigns, update: async () => false };
    await expect(offer({ campaigns })).rejects.toThrow('is being changed by others');

    expect(await found()).toEqual(RETRY);
    expect(await world.rounds()).toEqual([]);
  });

  test('are looked for again where the files of its recipients cannot be read for now', async () => {
    await finished([REFUSED]);
    const readPart = () => Promise.reject(new Error('bucket away'));

    await expect(offer({ readPart })).rejects.toThrow('bucket away');
    expect(await found()).toEqual(RETRY);
  });

  test('are found, and told to no lane, where the channel is gone when the request comes again', async () => {
    await finished([REFUSED]);
    await offer();
    await offer({ readChannel: async () => undefined });

    expect(await found()).toMatchObject({ found: { now: 1, later: 0 } });
    expect(world.woken).toEqual([0]);
  });
});
