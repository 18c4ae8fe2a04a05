import { expect, test } from 'vitest';
import { countedChange } from '../../../lambda/campaigns/figures.ts';
import type { PlacedChange } from '../../../lambda/campaigns/figures-table.ts';
import { countCampaigns } from '../../../lambda/delivery/router/count-campaigns.ts';
import { routeRecords } from '../../../lambda/delivery/router/route-records.ts';
import { campaignRow, stateOfRow } from '../../support/campaign-rows.ts';
import { aRecord, fakeDeps } from './fake-deps.ts';

const { signal } = new AbortController();

function sent(row: number, track: number) {
  const after = campaignRow({ row, track }, stateOfRow('sent'));
  return { ...aRecord(), counted: () => countedChange(undefined, after) };
}

const unreadable = {
  ...aRecord(),
  counted: () => {
    throw new Error('no row');
  },
};

test('the changes of a track are written at once, in their order', async () => {
  const written: (readonly PlacedChange[])[] = [];
  const records = [sent(1, 0), aRecord(), sent(1, 1), unreadable, sent(2, 0)];

  const outcome = await countCampaigns(records, signal, {
    addFigures: async (changes) => void written.push(changes),
  });

  expect(outcome).toEqual({ unsent: [], faults: [] });
  const places = written.map((changes) => changes.map(({ sequenceNumber }) => sequenceNumber));
  const [one, , two, , three] = records.map(({ sequenceNumber }) => sequenceNumber);
  expect(places).toEqual([[one, three], [two]]);
});

test('what is not in the figures goes back to the stream, from its first change on', async () => {
  const records = [sent(1, 0), sent(1, 1), sent(2, 0), sent(2, 1)];
  const { deps } = fakeDeps([], {
    addFigures: async ([first]) => {
      if (first?.part === '1') throw new Error('throttled');
    },
  });

  expect(await routeRecords({ records, signal }, deps)).toBe(records[1]);
});
