import { expect, test } from 'vitest';
import { ownershipBy } from '../../../lambda/channels/tenancy.ts';
import { type AnswerDeps, answer } from '../../../lambda/forgetting/forget/answer.ts';
import { FORGET_ROUTE } from '../../../lambda/forgetting/forget/routes.ts';

const NOW = 1_795_212_000_000;
const { signal } = new AbortController();
const never = () => Promise.reject(new Error('another tenant was reached'));

// biome-ignore lint/correctness/useYield: nothing is ever asked for.
async function* neverAny(): AsyncGenerator<never> {
  await never();
}

test('a caller of one tenant forgets nobody on the channel of another, nor what waits for them there', async () => {
  const deps: AnswerDeps = {
    ...{ tenantOf: async () => 'acme', ownership: async () => ownershipBy(() => 'brand') },
    table: {
      ...{ linksOf: never, rows: never, eventsById: never },
      ...{ eventKeys: neverAny, messageKeys: neverAny },
    },
    rows: { forgetRow: never, messageRows: never, forgetLink: never },
    leaveOut: never,
    forgetInCampaigns: never,
    waiting: { inLane: neverAny, cancel: never, sendingSince: never, remove: never },
    ...{ channel: never, remember: never },
    ...{ sleep: never, now: () => NOW, error: () => undefined },
  };
  const path = { channel: '900000000000101', contact: '5215550003333' };
  const request = {
    routeKey: FORGET_ROUTE,
    rawBody: Buffer.alloc(0),
    headers: {},
    query: {},
    path,
  };
  const answered = await answer(request, { signal, endsAt: NOW + 20_000 }, deps);

  expect(answered.statusCode).toBe(200);
  expect(JSON.parse(answered.body ?? '')).toMatchObject({ events: 0, messages: 0 });
});
