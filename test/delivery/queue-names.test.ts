import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSameQueue, subscriberQueueNames } from '../../lambda/delivery/queue-names.ts';

const ARN = 'arn:aws:sqs:eu-central-1:111111111111:FloodgateSubscribers-';
const NEIGHBOUR = 'https://sqs.eu-central-1.amazonaws.com/111111111111/dead-letter.fifo';
const names = subscriberQueueNames(ARN, NEIGHBOUR);
const ID = 'sub_0123456789abcdefghi-_l';

describe('the queue of a subscriber', () => {
  test('has one name, URL and ARN', () => {
    const name = `FloodgateSubscribers-${ID}.fifo`;

    expect(names.name(ID)).toBe(name);
    expect(names.prefix).toBe('FloodgateSubscribers-');
    expect(names.arn(ID)).toBe(`arn:aws:sqs:eu-central-1:111111111111:${name}`);
    expect(names.url(ID)).toBe(`https://sqs.eu-central-1.amazonaws.com/111111111111/${name}`);
  });

  test('tells whose it is, whatever the id', () => {
    const anId = fc.string({
      unit: fc.constantFrom(...'abcXYZ019_-'),
      minLength: 1,
      maxLength: 26,
    });
    fc.assert(
      fc.property(anId, (id) => {
        expect(names.idOf(names.arn(id))).toBe(id);
        expect(names.idOf(names.url(id))).toBe(id);
        expect(names.idOf(names.name(id))).toBe(id);
      }),
    );
  });

  test.for([
    ['', undefined],
    [NEIGHBOUR, undefined],
    ['arn:aws:sqs:eu-central-1:111111111111:FloodgateDeliveries.fifo', undefined],
    ['arn:aws:sqs:eu-central-1:111111111111:FloodgateSubscribers-sub_1', undefined],
  ] as const)('is none of them: %s', ([arn, id]) => {
    expect(names.idOf(arn)).toBe(id);
  });
});

test.for([
  [names.url(ID), true],
  [NEIGHBOUR, true],
  [NEIGHBOUR.replace('.com/', '.com.cn/'), true],
  [NEIGHBOUR.replace('dead-letter', 'bot'), false],
  [NEIGHBOUR.replace('eu-central-1', 'eu-west-1'), false],
] as const)('a queue of the stack is known by its URL: %s', ([url, isOwn]) => {
  expect(names.isOwn(url)).toBe(isOwn);
});

test('a queue of this machine is one, whatever the machine is called', () => {
  expect(isSameQueue('http://localhost:1/0/bot', 'http://127.0.0.1:2/0/bot')).toBe(true);
  expect(isSameQueue('http://localhost:1/0/bot', 'http://localhost:1/0/other')).toBe(false);
});

test('a queue beside them is found by its ARN', () => {
  expect(names.neighbourUrl('arn:aws:sqs:eu-central-1:111111111111:other.fifo')).toBe(
    'https://sqs.eu-central-1.amazonaws.com/111111111111/other.fifo',
  );
});
