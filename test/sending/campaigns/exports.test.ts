import { describe, expect, test } from 'vitest';
import type { Campaign } from '../../../lambda/campaigns/campaign.ts';
import {
  type ExportsDeps,
  showExport,
  startExport,
} from '../../../lambda/sending/campaigns/exports.ts';
import { aCampaign, aDraft } from '../../support/a-campaign.ts';
import { CAMPAIGN } from '../../support/campaign-rows.ts';
import { manageWorld, saying } from './manage-world.ts';

const NAME = 'e'.repeat(22);
const { signal } = new AbortController();

function exportsOf(campaign: Campaign | undefined, there: readonly string[] = []) {
  const requested: string[] = [];
  const deps: ExportsDeps = {
    campaigns: {
      ...manageWorld().deps.campaigns,
      get: async () => campaign && { campaign, revision: 1 },
    },
    requestExport: async (id, name) => void requested.push(`${name} of ${id}`),
    newExportName: () => NAME,
    exportLink: async (id, name, format) =>
      there.includes(name) ? `https://s3/${id}/${name}?as=${format}` : undefined,
  };
  return { deps, requested };
}

describe('an export', () => {
  test.each(['csv', 'ndjson'] as const)(
    'to %s is asked for, and found by its id',
    async (format) => {
      const id = `${NAME}.${format}`;
      const { deps, requested } = exportsOf(aCampaign());
      const asked = await startExport(CAMPAIGN, format, deps, signal);

      expect(asked).toEqual({ status: 202, body: { id, format, url: null } });
      expect(requested).toEqual([`${id} of ${CAMPAIGN}`]);
      expect(await showExport(CAMPAIGN, id, deps, signal)).toEqual({ ...asked, status: 200 });
      const { deps: later } = exportsOf(aCampaign(), [id]);
      expect(await showExport(CAMPAIGN, id, later, signal)).toEqual({
        status: 200,
        body: { id, format, url: `https://s3/${CAMPAIGN}/${id}?as=${format}` },
      });
    },
  );

  test.each(['ready', 'running', 'paused', 'finished', 'cancelled'] as const)(
    'is made of one that is %s',
    async (state) => {
      const { deps } = exportsOf(aCampaign({ state }));

      expect(await startExport(CAMPAIGN, 'csv', deps, signal)).toMatchObject({ status: 202 });
    },
  );

  test('is made of nobody before the check', async () => {
    const { deps, requested } = exportsOf(aDraft());

    expect(await startExport(CAMPAIGN, 'csv', deps, signal)).toMatchObject(
      saying(409, `campaign ${CAMPAIGN} is draft: nobody is in it yet`),
    );
    expect(requested).toEqual([]);
  });

  test('is looked for by no name that none has', async () => {
    const odd = ['', 'short.csv', `${NAME}.xlsx`, `../${NAME}.csv`, `${NAME}.csv.csv`];
    const { deps } = exportsOf(aCampaign(), odd);
    for (const id of odd) {
      expect(await showExport(CAMPAIGN, id, deps, signal)).toMatchObject(
        saying(404, `there is no export ${id}`),
      );
    }
  });

  test('is of a campaign that is there', async () => {
    const { deps, requested } = exportsOf(undefined, [`${NAME}.csv`]);
    const none = saying(404, `there is no campaign ${CAMPAIGN}`);

    expect(await startExport(CAMPAIGN, 'csv', deps, signal)).toMatchObject(none);
    expect(await showExport(CAMPAIGN, `${NAME}.csv`, deps, signal)).toMatchObject(none);
    expect(requested).toEqual([]);
  });
});
