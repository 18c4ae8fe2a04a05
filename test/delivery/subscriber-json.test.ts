import { describe, expect, test } from 'vitest';
import { readSubscriber, writeSubscriber } from '../../lambda/delivery/subscriber-json.ts';
import { aSubscriber, NARROW_FILTER } from '../support/subscribers.ts';

const full = aSubscriber({
  endpoint: { kind: 'sqs', queueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/bot' },
  filter: NARROW_FILTER,
  ratePerSecond: 5,
  concurrency: 2,
  retryHours: 12,
  refusalIsFinal: true,
  previousSecretUntil: 1_795_212_000_000,
  disabledBecause: 'gone',
});

function altered(change: object): string {
  return JSON.stringify({ ...JSON.parse(writeSubscriber(full)), ...change });
}

describe('readSubscriber', () => {
  test.each([aSubscriber(), full])('gives back what was written: %j', (subscriber) => {
    expect(readSubscriber(writeSubscriber(subscriber))).toEqual(subscriber);
  });

  test.each([
    [{ id: 7 }, 'id'],
    [{ name: undefined }, 'name'],
    [{ tenant: null }, 'tenant'],
    [{ endpoint: { kind: 'https' } }, 'endpoint'],
    [{ endpoint: { kind: 'sqs', url: 'https://bot.example' } }, 'endpoint'],
    [{ endpoint: 'https://bot.example' }, 'endpoint'],
    [{ format: 'xml' }, 'format'],
    [{ filter: [] }, 'filter'],
    [{ filter: { channels: 'shop' } }, 'filter'],
    [{ filter: { kinds: ['massage'] } }, 'filter'],
    [{ filter: { types: [7] } }, 'filter'],
    [{ filter: { statuses: {} } }, 'filter'],
    [{ filter: { directions: ['up'] } }, 'filter'],
    [{ filter: { mediaEvents: 'no' } }, 'filter'],
    [{ isOrdered: 'true' }, 'isOrdered'],
    [{ isPaused: 0 }, 'isPaused'],
    [{ ratePerSecond: '5' }, 'ratePerSecond'],
    [{ concurrency: 1.5 }, 'concurrency'],
    [{ retryHours: '12' }, 'retryHours'],
    [{ refusalIsFinal: 1 }, 'refusalIsFinal'],
    [{ secretVersion: undefined }, 'secretVersion'],
    [{ previousSecretUntil: 'tomorrow' }, 'previousSecretUntil'],
    [{ disabledBecause: 'bored' }, 'disabledBecause'],
    [{ createdAt: undefined, updatedAt: '' }, 'createdAt, updatedAt'],
  ])('throws for %j, and names what is wrong', (change, members) => {
    expect(() => readSubscriber(altered(change))).toThrow(`no subscriber, by ${members}`);
  });

  test('throws for one of a later release, which it could misread', () => {
    expect(() => readSubscriber(altered({ v: 2 }))).toThrow('subscriber of version 2, but 1 is');
  });

  test.each(['{"url":"https://bot.example', '7', 'null'])(
    'throws for %s without a word of it',
    (text) => {
      expect(() => readSubscriber(text)).toThrow(/^(?!.*bot)/);
      expect(() => readSubscriber(text)).toThrow();
    },
  );
});
