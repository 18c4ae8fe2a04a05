import { describe, expect, test } from 'vitest';
import { ownershipBy } from '../../../lambda/channels/tenancy.ts';
import { routeRecords } from '../../../lambda/delivery/router/route-records.ts';
import { aSubscriber } from '../../support/subscribers.ts';
import { aRecord, aRoutedEvent, fakeDeps } from './fake-deps.ts';

const { signal } = new AbortController();
const acme = aSubscriber({ id: 'sub_acme', tenant: 'acme' });
const brand = aSubscriber({ id: 'sub_brand', tenant: 'brand', filter: { types: ['image'] } });
const record = aRecord(aRoutedEvent('ana', 'w1', { channel: 'acme-1' }));

/** Who gets the event, and whether its record comes again. */
async function route(ownership: ReturnType<typeof fakeDeps>['deps']['ownership']) {
  const { deps, taken, lines } = fakeDeps([acme, brand], { ownership });
  const returned = await routeRecords({ records: [record], signal }, deps);
  const ids = taken.map(({ planned }) => planned.delivery.subscriberId);
  return { ids, isReturned: returned !== undefined, lines };
}

describe('an event', () => {
  test('goes to everybody who wants it where all is one tenant', async () => {
    expect(await route(async () => () => true)).toMatchObject({
      ids: ['sub_acme'],
      isReturned: false,
    });
  });

  test('goes to the subscribers of the tenant of its channel', async () => {
    const tenants = (channel: string) => (channel === 'acme-1' ? 'acme' : 'brand');
    expect(await route(async () => ownershipBy(tenants))).toMatchObject({
      ids: ['sub_acme'],
      isReturned: false,
    });
    expect(await route(async () => ownershipBy(() => 'brand'))).toMatchObject({
      ids: [],
      isReturned: false,
    });
  });

  test('waits in the queues of whoever wants it where another release wrote its channel: each try tells whose it is', async () => {
    expect(await route(async () => ownershipBy(() => undefined))).toMatchObject({
      ids: ['sub_acme'],
      isReturned: false,
    });
  });

  test('waits where nobody can tell whose it is', async () => {
    const away = async () => Promise.reject(new Error('table away'));
    expect(await route(away)).toMatchObject({ ids: [], isReturned: true });
  });
});
