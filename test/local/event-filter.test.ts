import { describe, expect, test } from 'vitest';
import { eventFilter } from '../../local/functions/event-filter.ts';

const record = {
  eventName: 'INSERT',
  dynamodb: {
    Keys: { pk: { S: 'message.1' }, sk: { S: 'participant#7' } },
    NewImage: { provider: { S: 'meta' }, at: { N: '17' }, 'status.read': { N: '5' } },
  },
  userIdentity: null,
  tags: ['a', 'b'],
};

describe('eventFilter', () => {
  test.each<[string, object, boolean]>([
    ['an exact value', { eventName: ['INSERT'] }, true],
    ['one of several values', { eventName: ['MODIFY', 'INSERT'] }, true],
    ['another value', { eventName: ['REMOVE'] }, false],
    ['nothing', { userIdentity: [null] }, true],
    ['a value of a list', { tags: ['b'] }, true],
    [
      'a number, which DynamoDB writes as text',
      { dynamodb: { NewImage: { at: { N: ['17'] } } } },
      true,
    ],
    ['a number as a number', { dynamodb: { NewImage: { at: { N: [17] } } } }, false],
    ['a prefix', { dynamodb: { Keys: { sk: { S: [{ prefix: 'participant#' }] } } } }, true],
    ['another prefix', { dynamodb: { Keys: { sk: { S: [{ prefix: 'event' }] } } } }, false],
    [
      'a prefix or a value',
      { dynamodb: { Keys: { sk: { S: ['message', { prefix: 'participant#' }] } } } },
      true,
    ],
    ['what is there', { dynamodb: { NewImage: { provider: { S: [{ exists: true }] } } } }, true],
    ['what is not there', { dynamodb: { NewImage: { other: { S: [{ exists: true }] } } } }, false],
    ['an absence', { dynamodb: { OldImage: { provider: { S: [{ exists: false }] } } } }, true],
    ['no absence', { dynamodb: { NewImage: { provider: { S: [{ exists: false }] } } } }, false],
    ['anything but a value', { eventName: [{ 'anything-but': 'REMOVE' }] }, true],
    ['anything but these', { eventName: [{ 'anything-but': ['INSERT', 'MODIFY'] }] }, false],
    ['anything but a prefix', { eventName: [{ 'anything-but': { prefix: 'IN' } }] }, false],
    ['anything but, of what is not there', { other: [{ 'anything-but': 'x' }] }, false],
    ['an object, which has members only', { dynamodb: [{ exists: true }] }, false],
    [
      'all of several members',
      { eventName: ['INSERT'], dynamodb: { NewImage: { provider: { S: ['meta'] } } } },
      true,
    ],
    [
      'not all of several members',
      { eventName: ['MODIFY'], dynamodb: { NewImage: { provider: { S: ['meta'] } } } },
      false,
    ],
  ])('%s', (_, pattern, isFor) => {
    expect(eventFilter([JSON.stringify(pattern)])(record)).toBe(isFor);
  });

  test('lets through what one of its patterns describes, and everything where it has none', () => {
    const [other, own] = ['{"eventName":["REMOVE"]}', '{"eventName":["INSERT"]}'];
    expect(eventFilter([other, own])(record)).toBe(true);
    expect(eventFilter([other])(record)).toBe(false);
    expect(eventFilter([])(record)).toBe(true);
  });

  test.each([
    ['{"eventName":[{"suffix":"T"}]}', 'filters no events by {"suffix":"T"}'],
    ['{"eventName":[{"numeric":[">",1]}]}', 'numeric'],
    ['{"$or":[{"eventName":["INSERT"]}]}', '$or'],
    ['{"eventName":[{"exists":true,"prefix":"I"}]}', 'prefix'],
  ])('refuses a pattern that it does not know: %s', (pattern, reason) => {
    expect(() => eventFilter([pattern])).toThrow(reason);
  });
});
