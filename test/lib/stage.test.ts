import { describe, expect, test } from 'vitest';
import { SUBSCRIBER } from '../../bin/floodgate/subscriber/options.ts';
import { concurrencyOf } from '../../lambda/delivery/endpoint-state.ts';
import { aStage } from './synthesized.ts';

const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d-4e5f';

describe('stage', () => {
  test('is development unless another is asked for', () => {
    expect(aStage()).toMatchObject({ name: 'development', protectData: false });
  });

  test.each(['development', 'starter'])(
    'sets nothing aside on a new account, which could not: %s',
    (stage) => {
      expect(aStage({ stage })).toMatchObject({ processorReservedConcurrency: 'none' });
    },
  );

  test.each(['development', 'production'])(
    'has as many deliveries under way as the command says, to who names no concurrency: %s',
    (stage) => {
      const { delivererMaximumConcurrency } = aStage({ stage });
      const { functions, sideBySide } = concurrencyOf({}, delivererMaximumConcurrency);
      expect(SUBSCRIBER.options.concurrency.says).toMatch(
        new RegExp(`"none": ${functions * sideBySide}$`),
      );
    },
  );

  test('leaves a third of a new account to webhooks and what else comes for a moment', () => {
    const stage = aStage({ stage: 'starter' });
    const { processorMaximumConcurrency, mediaMaximumConcurrency } = stage;
    const ofSubscriber = stage.delivererMaximumConcurrency;
    const prober = 1;

    expect(stage.senderMaximumConcurrency).toBe('none');
    expect(10 - processorMaximumConcurrency - mediaMaximumConcurrency - ofSubscriber - prober).toBe(
      3,
    );
  });

  test('protects the data of whoever starts on a new account', () => {
    expect(aStage({ stage: 'starter' })).toMatchObject({ protectData: true });
  });

  test('protects the data of production', () => {
    expect(aStage({ stage: 'production' })).toMatchObject({ protectData: true });
  });

  test('takes settings of cdk.json over its own, and those of the command line over both', () => {
    const context = {
      stage: 'production',
      stages: { production: { retentionDays: 60, alarmEmail: 'a@example.com' } },
      alarmEmail: 'b@example.com',
    };
    expect(aStage(context)).toMatchObject({ retentionDays: 60, alarmEmail: 'b@example.com' });
  });

  test('may be known to cdk.json alone, and starts from development then', () => {
    const context = { stage: 'staging', stages: { staging: { retentionDays: 10 } } };
    expect(aStage(context)).toEqual({ ...aStage(), name: 'staging', retentionDays: 10 });
  });

  test('reads numbers and flags as the command line gives them', () => {
    expect(aStage({ retentionDays: '45', accessLog: 'false' })).toMatchObject({
      retentionDays: 45,
      accessLog: false,
    });
  });

  test('refuses a setting that is none, such as one mistyped, and names those that are', () => {
    expect(() => aStage({ retentionDay: '90' })).toThrow(
      /^unknown setting retentionDay; there are .*retentionDays/,
    );
  });

  test('takes what CDK puts into its context itself', () => {
    const context = { 'hosted-zone:account=1:domainName=a': {}, 'aws:cdk:version-reporting': true };
    expect(aStage(context)).toEqual(aStage());
  });

  test('keeps every file that WhatsApp takes, unless told', () => {
    const policy = { keep: 'all', maxMegabytes: 100, urlExpiryMinutes: 60, tenant: 'default' };
    expect(aStage().media).toEqual({ ...policy, channels: {} });
    const shop = { keep: ['audio'], tenant: 'acme' };
    const context = { media: { maxMegabytes: 16, channels: { shop } } };
    expect(aStage(context).media).toEqual({ ...policy, maxMegabytes: 16, channels: { shop } });
    expect(aStage({ media: '{"keep":"none"}' }).media).toMatchObject({ keep: 'none' });
  });

  test('takes a domain name with its certificate and zone', () => {
    const context = {
      domainName: 'hooks.example.com',
      certificateArn,
      hostedZoneId: 'Z0123456789ABC',
      hostedZoneName: 'example.com',
    };
    expect(aStage(context).domain).toEqual({
      name: 'hooks.example.com',
      certificateArn,
      hostedZone: { hostedZoneId: 'Z0123456789ABC', zoneName: 'example.com' },
    });
  });

  test.each([
    ['an unknown stage', { stage: 'prod' }, /unknown stage prod.*development, starter, production/],
    ['a name that is none', { stage: 'My Stage' }, /bad stage\n.*lower case letters/],
    [
      'a misspelt setting',
      { stages: { development: { alarmEmial: 'a@example.com' } } },
      /"alarmEmial"/,
    ],
    ['a stage that is no object', { stages: 'production' }, /bad stages/],
    [
      'a retention in which Meta may deliver again',
      { retentionDays: 7 },
      />=8[\s\S]*retentionDays/,
    ],
    ['a retention that is no number', { retentionDays: 'long' }, /number[\s\S]*retentionDays/],
    ['a retention that CloudWatch Logs has not', { logRetentionDays: 15 }, /1, 3, 5, 7, 14, 30/],
    ['an address that is none', { alarmEmail: 'oncall' }, /email[\s\S]*alarmEmail/],
    ['a flag that is none', { accessLog: 'perhaps' }, /true or false[\s\S]*accessLog/],
    [
      'a throughput below what AWS takes',
      { tableWarmWrites: 1_000 },
      />=4000[\s\S]*tableWarmWrites/,
    ],
    [
      'a certificate of another service',
      { domainName: 'a.example.com', certificateArn: 'arn:aws:iam::1:x' },
      /ARN of a certificate/,
    ],
    [
      'a domain name without certificate',
      { domainName: 'a.example.com' },
      /domainName and certificateArn go together/,
    ],
    [
      'a zone without its name',
      { hostedZoneId: 'Z1' },
      /hostedZoneId and hostedZoneName go together/,
    ],
    [
      'a zone without domain name',
      { hostedZoneId: 'Z1', hostedZoneName: 'example.com' },
      /needs a domainName/,
    ],
    [
      'more processors than their reserved concurrency',
      { processorMaximumConcurrency: 20, processorReservedConcurrency: 10 },
      /20 is above processorReservedConcurrency 10/,
    ],
    ['a kind of file that is none', { media: { keep: ['gif'] } }, /image, video[\s\S]*media.keep/],
    ['a file that WhatsApp refuses', { media: { maxMegabytes: 101 } }, /<=100[\s\S]*maxMegabytes/],
    [
      'a tenant that is no prefix',
      { media: { channels: { shop: { tenant: '../acme' } } } },
      /lower case letters[\s\S]*media.channels.shop.tenant/,
    ],
    ['a misspelt policy', { media: { keeps: 'all' } }, /"keeps"[\s\S]*media/],
    ['a policy that is no JSON', { media: 'all' }, /expected JSON, not all[\s\S]*media/],
    [
      'more channels than an environment holds',
      {
        media: {
          channels: Object.fromEntries(
            Array.from({ length: 100 }, (_, n) => [`10654035224${n}`, { keep: 'none' }]),
          ),
        },
      },
      /holds 2500 characters of policy/,
    ],
    [
      'a channel that forgets duplicates before Meta stops delivering them',
      { channelRetentionDays: { shop: 7 } },
      />=8[\s\S]*channelRetentionDays.shop/,
    ],
    ['days that are no JSON', { channelRetentionDays: 'shop=9' }, /expected JSON, not shop=9/],
    ['fewer processors than SQS polls with', { processorMaximumConcurrency: 1 }, />=2/],
  ])('refuses %s', (_, context, message) => {
    expect(() => aStage(context)).toThrow(message);
  });

  test('names every fault at once', () => {
    expect(() => aStage({ retentionDays: 1, alarmEmail: 'x' })).toThrow(
      /bad stage development[\s\S]*retentionDays[\s\S]*alarmEmail/,
    );
  });
});
