import { expect, test } from 'vitest';
import { whoWants } from '../../bin/floodgate/replay/recipients.ts';
import { ownershipBy } from '../../lambda/channels/tenancy.ts';
import { aRoutedEvent } from '../delivery/router/fake-deps.ts';
import { aSubscriber } from '../support/subscribers.ts';

const acme = aSubscriber({ id: 'sub_acme', tenant: 'acme' });
const brand = aSubscriber({ id: 'sub_brand', tenant: 'brand' });
const event = aRoutedEvent('ana', 'w1');

test.each([
  ['all that want it, where all is one tenant', () => true, ['sub_acme', 'sub_brand']],
  ['those of the tenant of its channel', ownershipBy(() => 'brand'), ['sub_brand']],
  ['nobody, where another release wrote the channel', ownershipBy(() => undefined), []],
])('a replayed event goes to %s', (_, isTheirs, ids) => {
  expect(whoWants([acme, brand], event, isTheirs).map(({ id }) => id)).toEqual(ids);
});
