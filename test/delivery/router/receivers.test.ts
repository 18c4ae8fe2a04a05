import { describe, expect, test } from 'vitest';
import { receiversOf, toReceiver } from '../../../lambda/delivery/router/receivers.ts';
import { anOutgoingEvent, mediaEventOf } from '../../support/deliveries.ts';
import { aSubscriber } from '../../support/subscribers.ts';
import { aRoutedEvent } from './fake-deps.ts';

describe('a row of a subscriber', () => {
  const subscriber = aSubscriber();
  const { id } = subscriber;

  test.for([
    [{ mappingId: { S: '1' } }, true],
    [{}, false],
  ] as const)('with %j is read: %s', ([row, isMapped]) => {
    expect(toReceiver({ id, subscriber, row })).toEqual({ id, subscriber, isMapped });
  });

  test('that cannot be read is one who may be owed everything', () => {
    const row = { mappingId: { S: '1' } };

    expect(toReceiver({ id, subscriber: undefined, row })).toEqual({
      ...{ id, subscriber: undefined, isMapped: true },
    });
  });
});

describe('an event goes', () => {
  const text = aRoutedEvent('ana', 'w1');
  const ours = anOutgoingEvent();
  const file = mediaEventOf(aRoutedEvent('ana', 'w2', { type: 'image' }));

  test.for([
    ['to who wants everything', {}, text, true],
    ['to who paused', { isPaused: true }, text, true],
    ['not to one whose endpoint is gone', { disabledBecause: 'gone' }, text, false],
    ['not to who does not want it', { filter: { types: ['image'] } }, text, false],
    ['of a file not to who has no word for it', { format: 'provider' }, file, false],
    ['of a file to others', {}, file, true],
    ['of what is sent from here not to who does not ask for it', {}, ours, false],
    ['of what is sent from here to who does', { filter: { kinds: ['outgoing'] } }, ours, true],
    [
      'of what is sent from here to who does, whatever types and statuses they want',
      { filter: { kinds: ['outgoing'], types: ['image'], statuses: ['read'] } },
      ...([ours, true] as const),
    ],
    [
      'of what is sent from here not to who has no word for it',
      { format: 'provider', filter: { kinds: ['outgoing'] } },
      ...([ours, false] as const),
    ],
  ] as const)('%s', ([, overrides, event, gets]) => {
    const subscriber = aSubscriber(overrides);
    const receiver = { id: subscriber.id, subscriber, isMapped: true };

    expect(receiversOf(event, [receiver], () => true)).toEqual(gets ? [receiver] : []);
  });
});
