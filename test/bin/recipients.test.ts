import { expect, test } from 'vitest';
import { whoWants } from '../../bin/floodgate/replay/recipients.ts';
import { aRoutedEvent } from '../delivery/router/fake-deps.ts';
import { aSubscriber } from '../support/subscribers.ts';

const acme = aSubscriber({ id: 'sub_acme', tenant: 'acme' });
const brand = aSubscriber({ id: 'sub_brand', tenant: 'brand' });
const event = aRoutedEvent('ana', 'w1');

test.each([
  ['all that want it, where all is one tenant', undefined, ['sub_acme', 'sub_brand']],
  ['those of the tenant of its channel', () => 'brand', ['sub_brand']],
  ['nobody, where another release wrote the channel', () => undefined, []],
])('a replayed event goes to %s', (_, tenants, ids) => {
  expect(whoWants([acme, brand], event, tenants).map(({ id }) => id)).toEqual(ids);
});
