import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { aTemplate, propertiesOf } from '../lib/synthesized.ts';

const template = aTemplate();
const { OutboxQueue: outbox, CampaignsChecksQueue: checks } = propertiesOf(
  template,
  'AWS::SQS::Queue',
);
const { CampaignsFiles: files } = propertiesOf(template, 'AWS::S3::Bucket');
const { CampaignsCheckerFunction: checker } = propertiesOf(template, 'AWS::Lambda::Function');

describe('a stage that sends', () => {
  test.each([
    ['development', true, 20],
    ['starter', false, 2],
  ])('hands wakes out and looks after lanes: %s, %s', (stage, sends, MaximumConcurrency) => {
    const of = aTemplate({ stage });
    const state = sends ? 'ENABLED' : 'DISABLED';
    of.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^OutboxQueue'), 'Arn'] },
      Enabled: sends,
      ScalingConfig: { MaximumConcurrency },
    });
    of.hasResourceProperties('AWS::Events::Rule', {
      Description: 'Looks whether something waits in a lane',
      State: state,
    });
  });
});

describe('the queue of wakes', () => {
  test('hands a lane to one at a time, and hides it no longer than a sender may take', () => {
    expect(outbox).toMatchObject({
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 50,
    });
  });

  test('keeps no wake that is of no use, and no dead letters: what waits is in the table', () => {
    expect(outbox.MessageRetentionPeriod).toBe(3600);
    expect(outbox).not.toHaveProperty('RedrivePolicy');
  });
});

describe('campaigns', () => {
  test('are checked one check of each at a time, four times at most', () => {
    expect(checks).toMatchObject({
      FifoQueue: true,
      RedrivePolicy: { maxReceiveCount: 4 },
      VisibilityTimeout: 16 * 60,
    });
  });

  test('have a check of a quarter of an hour, on a disk that takes what a million people are sent', () => {
    expect(checker).toMatchObject({ Timeout: 900, EphemeralStorage: { Size: 10_240 } });
  });

  test('keep their files for thirty days, or as the stage says', () => {
    const days = (bucket: typeof files) => bucket.LifecycleConfiguration.Rules[0].ExpirationInDays;
    expect(days(files)).toBe(30);
    const longer = propertiesOf(aTemplate({ campaignDays: 60 }), 'AWS::S3::Bucket');
    expect(days(longer['CampaignsFiles'])).toBe(60);
  });
});
