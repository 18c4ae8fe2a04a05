import { expect, test } from 'vitest';
import { changeChannel, type ManageDeps } from '../../../lambda/channels/managing/manage.ts';
import { KEPT_DAYS } from '../../support/channels.ts';

const { signal } = new AbortController();
const never = () => Promise.reject(new Error('the table was asked'));

test.each([
  { tenant: 'brand' },
  { accountId: '102290129340398' },
  { portfolioId: '900000000000010' },
])(
  'whoever is of one tenant may not say %j: what is told of another would come to them',
  async (change) => {
    const deps: ManageDeps = {
      table: { get: never, list: never, add: never, update: never, remove: never },
      ...{ isOutboxEmpty: never, keptDays: KEPT_DAYS, tenant: 'acme', now: () => 0 },
    };

    expect(await changeChannel('900000000000100', change, deps, signal)).toMatchObject({
      status: 403,
    });
  },
);
