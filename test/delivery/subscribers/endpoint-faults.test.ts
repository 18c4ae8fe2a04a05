import { describe, expect, test } from 'vitest';
import { endpointFaults } from '../../../lambda/delivery/subscribers/endpoint-faults.ts';

const inAws = { allowsLoopback: false };
const onThisMachine = { allowsLoopback: true };
const https = (url: string) => ({ endpoint: { kind: 'https', url } });
const sqs = (queueUrl: string) => ({ endpoint: { kind: 'sqs', queueUrl } });

describe('an https endpoint', () => {
  test.each([
    'https://bot.example/hook?tenant=1',
    'https://bot.example:8443/hook',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]/',
    'HTTPS://BOT.EXAMPLE/hook',
  ])('may be %s', (url) => {
    expect(endpointFaults(https(url), inAws)).toEqual([]);
  });

  test.each([
    ['bot.example/hook', 'is no URL: bot.example/hook'],
    ['http://bot.example/', 'takes https:, not http://bot.example/'],
    ['ftp://bot.example/', 'takes https:, not ftp://bot.example/'],
    ['http://127.0.0.1:3000/', 'takes https:, not http://127.0.0.1:3000/'],
    ['https://user:hunter2@bot.example/', 'has credentials before bot.example'],
    ['https://hunter2@bot.example/', 'has credentials before bot.example'],
    ['https://10.0.0.1/', 'names an address that is not of the public Internet: 10.0.0.1'],
    ['https://0x7f.1/', 'names an address that is not of the public Internet: 127.0.0.1'],
    ['https://2130706433/', 'names an address that is not of the public Internet: 127.0.0.1'],
    ['https://169.254.169.254/latest', 'names an address that is not of the public Internet'],
    ['https://[::1]/', 'names an address that is not of the public Internet: [::1]'],
    ['https://[::ffff:10.0.0.1]/', 'names an address that is not of the public Internet'],
  ])('may not be %s', (url, fault) => {
    expect(endpointFaults(https(url), inAws)).toEqual([
      expect.stringContaining(`endpoint.url ${fault}`),
    ]);
  });

  test.each(['https://user:hunter2@bot.example/', 'http://u:hunter2@bot.example'])(
    'is refused without the password that it has: %s',
    (url) => {
      expect(endpointFaults(https(url), inAws).join()).not.toContain('hunter2');
    },
  );

  test.each([
    'http://127.0.0.1:8080/hook',
    'http://localhost:8080/hook',
    'http://[::1]:8080/',
    'https://127.0.0.1:8443/',
  ])('may be %s where the functions run on the same machine', (url) => {
    expect(endpointFaults(https(url), onThisMachine)).toEqual([]);
  });

  test.each(['http://bot.example/', 'http://10.0.0.1/', 'https://10.0.0.1/', 'http://u:p@[::1]/'])(
    'may not be %s even there',
    (url) => {
      expect(endpointFaults(https(url), onThisMachine)).toHaveLength(1);
    },
  );
});

describe('an sqs endpoint', () => {
  test.each([
    'https://sqs.eu-west-1.amazonaws.com/123456789012/bot.fifo',
    'https://sqs.us-gov-west-1.amazonaws.com/123456789012/bot_2-x',
    'https://sqs.cn-north-1.amazonaws.com.cn/123456789012/bot',
  ])('may be %s', (queueUrl) => {
    expect(endpointFaults(sqs(queueUrl), inAws)).toEqual([]);
  });

  test.each([
    'https://sqs.evil.example/123456789012/bot',
    'https://sqs.eu-west-1.amazonaws.com.evil.example/123456789012/bot',
    'http://sqs.eu-west-1.amazonaws.com/123456789012/bot',
    'https://sqs.eu-west-1.amazonaws.com/bot',
    'arn:aws:sqs:eu-west-1:123456789012:bot',
    'http://127.0.0.1:4566/123456789012/bot',
  ])('may not be %s', (queueUrl) => {
    expect(endpointFaults(sqs(queueUrl), inAws)).toEqual([
      expect.stringMatching(/^endpoint.queueUrl takes the URL of a queue, such as .*, not /),
    ]);
  });

  test('may be one of the local stack where the functions run on the same machine', () => {
    const url = 'http://127.0.0.1:4566/000000000000/bot.fifo';
    expect(endpointFaults(sqs(url), onThisMachine)).toEqual([]);
  });
});

test('says nothing of an endpoint that is not there', () => {
  expect(endpointFaults({}, inAws)).toEqual([]);
  expect(endpointFaults('text', inAws)).toEqual([]);
});
