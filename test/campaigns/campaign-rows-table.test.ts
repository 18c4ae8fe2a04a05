import { expect, test } from 'vitest';
import { campaignRows } from '../../lambda/campaigns/campaign-rows-table.ts';
import { recordKeyOf } from '../../lambda/table/outgoing-keys.ts';
import { campaignMessage } from '../support/campaign-rows.ts';

const { signal } = new AbortController();

test('rows by which it is decided who gets something more are read as they are now', async () => {
  const inputs: unknown[] = [];
  const { byKeys } = campaignRows(async (_, input) => {
    inputs.push(input);
    return { Responses: { events: [] } };
  }, 'events');
  await byKeys([recordKeyOf(campaignMessage())], signal);

  expect(inputs).toMatchObject([{ RequestItems: { events: { ConsistentRead: true } } }]);
});
